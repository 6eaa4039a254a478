// Short notices at the edge: what went wrong, or what can be undone.
import {
  Button,
  Toast,
  ToastBody,
  ToastTitle,
  ToastTrigger,
  useToastController,
} from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { Fault, Outcome } from '../fault.ts';
import { useFaultText } from '../i18n/fault-text.ts';

export const TOASTER = 'parley';
/** How long there is to think better of it. */
const UNDO_MS = 10_000;

export interface Notices {
  fault(fault: Fault): void;
  /** Shows the fault of a refused command; gives whether it was done. */
  outcome(outcome: Outcome<unknown>): boolean;
  done(text: string): void;
  undoable(text: string, undo: () => void): void;
}

export function useNotices(): Notices {
  const { dispatchToast } = useToastController(TOASTER);
  const { t } = useTranslation();
  const textOf = useFaultText();

  function fault(problem: Fault): void {
    const { sentence, remedy } = textOf(problem);
    dispatchToast(
      <Toast>
        <ToastTitle>{sentence}</ToastTitle>
        <ToastBody>{remedy}</ToastBody>
      </Toast>,
      { intent: 'error', timeout: 8000 },
    );
  }

  return {
    fault,
    outcome(outcome) {
      if (!outcome.ok) fault(outcome.fault);
      return outcome.ok;
    },
    done(text) {
      dispatchToast(
        <Toast>
          <ToastTitle>{text}</ToastTitle>
        </Toast>,
        { intent: 'success', timeout: 5000 },
      );
    },
    undoable(text, undo) {
      dispatchToast(
        <Toast>
          <ToastTitle
            action={
              <ToastTrigger>
                <Button appearance="transparent" size="small" onClick={undo}>
                  {t('actions.undo')}
                </Button>
              </ToastTrigger>
            }
          >
            {text}
          </ToastTitle>
        </Toast>,
        { intent: 'success', timeout: UNDO_MS },
      );
    },
  };
}
