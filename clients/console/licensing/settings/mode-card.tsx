// What happens to people without a licence. Before `enforce` is chosen it says whom that would touch now.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { useReturnFocus } from '../../../kit/widgets/return-focus.ts';
import parts from '../../parts.module.css';
import { subjectKey } from '../assignments/subject.ts';
import { licensingQuery, type Settings, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';

type Mode = Settings['mode'];

const MODES: readonly Mode[] = ['honor', 'warn', 'enforce'];
const NAMED = 10;

export function ModeCard({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const [asking, setAsking] = useState(false);

  async function set(mode: Mode, undoable = true): Promise<void> {
    const before = settings.mode;
    if (!notices.outcome(await act('settings-change', { mode }))) return;
    const text = t('licences.settings.modeNow', { mode: t(`licences.modes.${mode}.name`) });
    if (undoable) notices.undoable(text, () => void set(before, false));
    else notices.done(text);
  }

  return (
    <Card title={t('licences.settings.mode')} hint={t('licences.settings.modeHint')}>
      <RadioGroup
        aria-label={t('licences.settings.mode')}
        value={settings.mode}
        disabled={!manages}
        onChange={(_, { value }) => {
          if (value === 'enforce') setAsking(true);
          else void set(value as Mode);
        }}
      >
        {MODES.map((mode) => (
          <Radio
            key={mode}
            value={mode}
            label={
              <span className={parts.itemText}>
                <span className={parts.strong}>{t(`licences.modes.${mode}.name`)}</span>
                <span className={parts.small}>{t(`licences.modes.${mode}.text`)}</span>
              </span>
            }
          />
        ))}
      </RadioGroup>
      <p className={parts.hint}>{t('licences.settings.neverRefused')}</p>
      {asking && (
        <EnforceQuestion
          settings={settings}
          cancel={() => setAsking(false)}
          confirm={() => {
            setAsking(false);
            void set('enforce');
          }}
        />
      )}
    </Card>
  );
}

interface EnforceQuestionProps {
  readonly settings: Settings;
  readonly cancel: () => void;
  readonly confirm: () => void;
}

function EnforceQuestion({ settings, cancel, confirm }: EnforceQuestionProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  useReturnFocus();
  const short = useQuery(licensingQuery('subjects', { only: 'short', limit: NAMED }));
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && cancel()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('licences.settings.enforceTitle')}</DialogTitle>
          <DialogContent className={parts.stack} tabIndex={0}>
            <QueryState query={short}>
              {({ total, items }) => (
                <>
                  <p className={parts.strong}>
                    {total === 0
                      ? t('licences.settings.enforceNobody')
                      : t('licences.settings.enforceWhom', { count: total, shown: formats.number(total) })}
                  </p>
                  {total > 0 && (
                    <ul className={parts.plainList}>
                      {items.map(({ subject, name, needs }) => (
                        <li key={subjectKey(subject)}>
                          <bdi>{name}</bdi>
                          {needs !== null && ` – ${t(`licences.kinds.${needs}`)}`}
                        </li>
                      ))}
                    </ul>
                  )}
                  {total > items.length && (
                    <p>
                      {t('licences.settings.enforceMore', {
                        count: total - items.length,
                        shown: formats.number(total - items.length),
                      })}
                    </p>
                  )}
                </>
              )}
            </QueryState>
            <p>
              {t('licences.settings.enforceTolerance', {
                count: settings.graceDays,
                percent: formats.number(settings.tolerancePct),
                extra: formats.number(settings.minExtra),
              })}
            </p>
          </DialogContent>
          <DialogActions>
            <Button autoFocus onClick={cancel}>
              {t('actions.cancel')}
            </Button>
            <Button appearance="primary" disabledFocusable={short.isPending} onClick={confirm}>
              {t('licences.settings.enforceConfirm')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
