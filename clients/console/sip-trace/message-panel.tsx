// The message that was chosen: when it went where, and its full text as far as it may be shown.
import { Button, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { Note } from '../note.tsx';
import styles from './message-panel.module.css';
import { type Ladder, type Step, textQuery } from './trace-api.ts';
import { useTimes } from './use-times.ts';

interface MessageFactsProps {
  readonly ladder: Ladder;
  readonly step: Step;
}

interface MessagePanelProps extends MessageFactsProps {
  readonly close: () => void;
}

/** Beside the diagram. */
export function MessagePanel({ ladder, step, close }: MessagePanelProps) {
  const { t } = useTranslation();
  return (
    <section
      className={styles.panel}
      aria-label={t('sipTrace.message')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header className={styles.head}>
        <h2 className={styles.title} dir="ltr" lang="en">
          {step.label}
        </h2>
        <Button appearance="subtle" aria-label={t('actions.close')} icon={<CloseIcon />} onClick={close} />
      </header>
      <MessageFacts ladder={ladder} step={step} />
    </section>
  );
}

export function MessageFacts({ ladder, step }: MessageFactsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const times = useTimes();
  const text = useQuery(textQuery(ladder.callId, step.id));
  return (
    <>
      <dl className={styles.facts}>
        <dt>{t('sipTrace.when')}</dt>
        <dd>{times.exact(step.at)}</dd>
        <dt>{t('sipTrace.transport')}</dt>
        <dd>
          <span dir="ltr">{step.transport.toUpperCase()}</span>,{' '}
          {t('sipTrace.bytes', { count: step.bytes, shown: formats.number(step.bytes) })}
        </dd>
        <dt>{t('sipTrace.transaction')}</dt>
        <dd>
          {formats.number(step.transaction)}
          {step.answerMs !== null && ` · ${t('sipTrace.answered', { span: times.span(step.answerMs) })}`}
        </dd>
        {step.dialog > 0 && (
          <>
            <dt>{t('sipTrace.dialog')}</dt>
            <dd>{formats.number(step.dialog)}</dd>
          </>
        )}
      </dl>
      {step.repeats !== '' && <Note>{t('sipTrace.isAgain')}</Note>}
      {text.isPending && <Spinner aria-label={t('sipTrace.loading')} />}
      {text.error !== null && <FaultNotice fault={text.error.fault} />}
      {text.data === null && <Note tone="warn">{t('sipTrace.goneText')}</Note>}
      {text.data !== undefined && text.data !== null && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
          <pre className={styles.text} dir="ltr" lang="en" tabIndex={0}>
            <code>{text.data.text.replaceAll('\r\n', '\n').trimEnd()}</code>
          </pre>
          {text.data.hidden !== '' && (
            <Note>
              {t(`sipTrace.hidden.${text.data.hidden}`, {
                count: text.data.hiddenBytes,
                shown: formats.number(text.data.hiddenBytes),
              })}
            </Note>
          )}
        </>
      )}
    </>
  );
}
