// Takes people in from a file: what becomes of each line is shown before anything is stored, and all of it can be taken back.
import { Button, Checkbox, Spinner } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandReply } from '../../../kit/contracts.ts';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { useLiveClient } from '../../../kit/live/live-context.tsx';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { FormDialog } from '../../../kit/widgets/form-dialog.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import styles from './import-dialog.module.css';
import { type ImportStep, type JudgedLine, TAKEN, useImport } from './use-import.ts';

/** More are counted, not shown: nobody reads on. */
const SHOWN = 500;

export default function ImportDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const client = useLiveClient();
  const { step, read, takeIn } = useImport();
  const input = useRef<HTMLInputElement>(null);
  const isJudged = step.kind === 'judged';
  const entries = isJudged ? step.entries : [];
  const count = isJudged ? step.lines.filter(({ verdict }) => TAKEN.has(verdict)).length : 0;

  useEffect(() => {
    if (step.kind !== 'done') return;
    notices.done(t('contacts.file.doneOne', { count: step.people }));
    close();
  }, [step, notices, t, close]);

  return (
    <FormDialog
      title={t('contacts.file.importTitle')}
      submitLabel={isJudged && count > 0 ? t('contacts.file.takeIn', { count }) : t('contacts.file.choose')}
      disabled={step.kind === 'working'}
      submit={() => (isJudged && count > 0 ? void takeIn(entries) : input.current?.click())}
      close={close}
      className={styles.content}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,.vcf,.csv,.txt,text/vcard,text/csv,application/json"
        aria-label={t('contacts.file.choose')}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file !== undefined) void read(file);
        }}
      />
      {step.kind === 'choose' && (
        <>
          <p className={styles.text}>{t('contacts.file.kinds')}</p>
          <LastImport
            undo={async (importId) => {
              if (notices.outcome(await client.contacts.undo([importId]))) {
                notices.done(t('contacts.file.undone'));
                close();
              }
            }}
          />
        </>
      )}
      <Progress step={step} />
      {isJudged && (
        <>
          <Judged lines={step.lines} />
          {count > 0 && (
            <Button size="small" appearance="subtle" onClick={() => input.current?.click()}>
              {t('contacts.file.another')}
            </Button>
          )}
        </>
      )}
    </FormDialog>
  );
}

function Progress({ step }: { readonly step: ImportStep }) {
  const { t } = useTranslation();
  if (step.kind === 'fault') return <FaultNotice fault={step.fault} />;
  if (step.kind === 'problem')
    return (
      <p className={styles.problem} role="alert">
        {t(`contacts.file.problems.${step.problem}`)}
      </p>
    );
  if (step.kind !== 'working') return null;
  return (
    <Spinner
      size="small"
      label={`${t('contacts.file.checking')} ${step.done} / ${step.all}`}
      labelPosition="after"
    />
  );
}

function Judged({ lines }: { readonly lines: readonly JudgedLine[] }) {
  const { t } = useTranslation();
  const [onlyProblems, setOnlyProblems] = useState(false);
  const of = (...verdicts: JudgedLine['verdict'][]) =>
    lines.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const fresh = of('new', 'external');
  const known = of('joins', 'known');
  const out = lines.length - fresh - known;
  const shown = onlyProblems
    ? lines.filter(({ verdict }) => !TAKEN.has(verdict) && verdict !== 'known')
    : lines;
  return (
    <>
      <p className={styles.text} role="status">
        {fresh + of('joins') === 0 && `${t('contacts.file.nothingNew')} `}
        {t('contacts.file.summary', { fresh, known, out })}
      </p>
      {out > 0 && (
        <Checkbox
          label={t('contacts.file.onlyProblems')}
          checked={onlyProblems}
          onChange={(_, { checked }) => setOnlyProblems(checked === true)}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to get in */}
      <section className={styles.lines} tabIndex={0} aria-label={t('contacts.file.what')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('contacts.file.line')}</th>
              <th scope="col">{t('contacts.file.person')}</th>
              <th scope="col">{t('contacts.file.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, SHOWN).map(({ line, name, verdict }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two cards may begin in one line
              <tr key={`${line} ${index}`} data-taken={TAKEN.has(verdict)}>
                <td>{line}</td>
                <td>
                  <bdi>{name}</bdi>
                </td>
                <td>{t(`contacts.file.verdicts.${verdict}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length > SHOWN && <p>+{shown.length - SHOWN}</p>}
      </section>
    </>
  );
}

function LastImport({ undo }: { readonly undo: (importId: string) => Promise<void> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const client = useLiveClient();
  const [last, setLast] = useState<CommandReply<'contact.lastImport'>['last']>(null);
  useEffect(() => {
    let isOver = false;
    void client.command('contact.lastImport', {}).then((found) => {
      if (!isOver && found.ok) setLast(found.value.last);
    });
    return () => {
      isOver = true;
    };
  }, [client]);
  if (last === null) return null;
  const when = formats.ago(last.at, Date.now());
  return (
    <p className={styles.last}>
      {t('contacts.file.last', { when, count: last.people })}
      <Button size="small" onClick={() => void undo(last.importId)}>
        {t('contacts.file.undoLast')}
      </Button>
    </p>
  );
}
