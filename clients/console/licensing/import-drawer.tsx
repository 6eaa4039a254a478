// Reads a CSV file into licensing: first a check that changes nothing and names the bad rows by line, then all good rows.
import { Button, Field, Select, Spinner, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../kit/fault.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { CheckIcon } from '../../kit/widgets/icons.tsx';
import { FileButton } from '../file-button.tsx';
import parts from '../parts.module.css';
import { SideDrawer } from '../side-drawer.tsx';
import styles from '../users/import-drawer.module.css';
import { COLUMNS } from './import-columns.ts';
import { type ImportKind, type ImportReport, useAct } from './licensing-api.ts';

const LONGEST_BYTES = 50_000_000;
/** More than this in a text box would stop the page. */
const SHOWN_BYTES = 200_000;
const SHOWN_ROWS = 200;

interface ImportDrawerProps {
  readonly kinds: readonly ImportKind[];
  readonly close: () => void;
}

export default function ImportDrawer({ kinds, close }: ImportDrawerProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const act = useAct();
  const [kind, setKind] = useState<ImportKind>(kinds[0] ?? 'access');
  const [csv, setCsv] = useState('');
  const [report, setReport] = useState<ImportReport | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [busy, setBusy] = useState(false);
  const checked = report?.dryRun === true && report.accepted > 0;

  function change(text: string): void {
    setCsv(text);
    setReport(null);
    setFault(null);
  }

  async function read(chosen: File): Promise<void> {
    setTooLarge(chosen.size > LONGEST_BYTES);
    if (chosen.size <= LONGEST_BYTES) change(await chosen.text());
  }

  async function run(dryRun: boolean): Promise<void> {
    setBusy(true);
    const outcome = await act('import', { kind, csv, dryRun });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    setReport(outcome.ok ? outcome.value : null);
  }

  return (
    <SideDrawer title={t('licences.import.title')} close={close}>
      {kinds.length > 1 && (
        <Field label={t('licences.import.kind')}>
          <Select
            value={kind}
            onChange={(_, { value }) => {
              setKind(value as ImportKind);
              setReport(null);
            }}
          >
            {kinds.map((each) => (
              <option key={each} value={each}>
                {t(`licences.import.kinds.${each}.title`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <p>{t(`licences.import.kinds.${kind}.text`)}</p>
      <p className={styles.columns}>
        <code dir="ltr">{COLUMNS[kind]}</code>
      </p>
      <div>
        <FileButton accept=".csv,text/csv,text/plain" chosen={(file) => void read(file)}>
          {t('import.choose')}
        </FileButton>
      </div>
      {csv.length > SHOWN_BYTES ? (
        <p role="status">
          {t('licences.import.large', { size: formats.number(Math.ceil(csv.length / 1_000_000)) })}{' '}
          <Button size="small" onClick={() => change('')}>
            {t('licences.import.other')}
          </Button>
        </p>
      ) : (
        <Field
          label={t('import.content')}
          {...(tooLarge ? { validationMessage: t('licences.import.tooLarge') } : {})}
        >
          <Textarea
            className={styles.content}
            resize="vertical"
            textarea={{ dir: 'ltr', spellCheck: false }}
            value={csv}
            onChange={(_, { value }) => change(value)}
          />
        </Field>
      )}
      {fault !== null && <FaultNotice fault={fault} />}
      <div role="status">
        {busy && <Spinner size="small" label={t('licences.import.busy')} />}
        {!busy && report !== null && <Result report={report} />}
      </div>
      <div className={parts.buttons}>
        {checked ? (
          <Button appearance="primary" disabledFocusable={busy} onClick={() => void run(false)}>
            {report.rejected.length === 0
              ? t('import.run')
              : t('licences.import.runGood', { count: report.accepted })}
          </Button>
        ) : (
          <Button
            appearance="primary"
            disabledFocusable={busy || csv.trim() === ''}
            onClick={() => void run(true)}
          >
            {t('import.check')}
          </Button>
        )}
        <Button onClick={close}>{t('actions.close')}</Button>
      </div>
    </SideDrawer>
  );
}

function Result({ report: { accepted, rejected, dryRun } }: { readonly report: ImportReport }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const shown = formats.number(accepted);
  return (
    <>
      {accepted > 0 && (
        <p className={styles.good}>
          <CheckIcon size={18} />
          {dryRun
            ? t('licences.import.good', { count: accepted, shown })
            : t('licences.import.done', { count: accepted, shown })}
        </p>
      )}
      {accepted === 0 && rejected.length === 0 && <p>{t('licences.import.nothing')}</p>}
      {rejected.length > 0 && (
        <section className={styles.problems}>
          <h3>
            {t('licences.import.rejected', {
              count: rejected.length,
              shown: formats.number(rejected.length),
            })}
          </h3>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('import.line')}</th>
                <th scope="col">{t('import.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {rejected.slice(0, SHOWN_ROWS).map(({ line, error, sentence }) => (
                <tr key={`${line} ${error}`}>
                  <td>{formats.number(line)}</td>
                  {/* The server says what is wrong in English only. */}
                  <td lang="en">{sentence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
