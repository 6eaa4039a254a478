// Adds many people from a CSV file: first a check that changes nothing, then all rows or none.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../kit/fault.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { CheckIcon } from '../../kit/widgets/icons.tsx';
import { admin, type ImportReport } from '../admin-api.ts';
import { FileButton } from '../file-button.tsx';
import { SideDrawer } from '../side-drawer.tsx';
import styles from './import-drawer.module.css';
import form from './user-form.module.css';

const COLUMNS = 'address, name, password, devicePassword, phone, title, department, office';
const LONGEST_BYTES = 10 * 1024 * 1024;

export default function ImportDrawer({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [csv, setCsv] = useState('');
  const [report, setReport] = useState<ImportReport | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [busy, setBusy] = useState(false);
  const checked = report?.dryRun === true && report.problems.length === 0;

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
    const outcome = await admin.importUsers(csv, dryRun);
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    setReport(outcome.ok ? outcome.value : null);
    if (outcome.ok && outcome.value.imported > 0) void queries.invalidateQueries({ queryKey: ['users'] });
  }

  return (
    <SideDrawer title={t('import.title')} close={close}>
      <p>{t('import.text')}</p>
      <p className={styles.columns}>
        <code dir="ltr">{COLUMNS}</code>
      </p>
      <div>
        <FileButton accept=".csv,text/csv,text/plain" chosen={(file) => void read(file)}>
          {t('import.choose')}
        </FileButton>
      </div>
      <Field label={t('import.content')} {...(tooLarge ? { validationMessage: t('import.tooLarge') } : {})}>
        <Textarea
          className={styles.content}
          resize="vertical"
          textarea={{ dir: 'ltr', spellCheck: false }}
          value={csv}
          onChange={(_, { value }) => change(value)}
          placeholder={'address,name,department\nalice@example.org,Alice Winter,Sales'}
        />
      </Field>
      {fault !== null && <FaultNotice fault={fault} />}
      <div role="status">{report !== null && <Result report={report} />}</div>
      <div className={form.buttons}>
        {checked ? (
          <Button appearance="primary" disabledFocusable={busy} onClick={() => void run(false)}>
            {t('import.run')}
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

function Result({ report }: { readonly report: ImportReport }) {
  const { t } = useTranslation();
  const { problems, imported, dryRun } = report;
  if (problems.length === 0) {
    return (
      <p className={styles.good}>
        <CheckIcon size={18} />
        {dryRun ? t('import.good') : t('import.done', { count: imported })}
      </p>
    );
  }
  return (
    <section className={styles.problems}>
      <h3>{t('import.problems', { count: problems.length })}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('import.line')}</th>
            <th scope="col">{t('import.column')}</th>
            <th scope="col">{t('import.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ line, column, reason }) => (
            <tr key={`${line} ${column} ${reason}`}>
              <td>{line}</td>
              {/* The server says what is wrong in English only. */}
              <td lang="en">{column}</td>
              <td lang="en">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
