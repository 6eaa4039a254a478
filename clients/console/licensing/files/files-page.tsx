// Licence files that were installed, and the keys of issuers that are trusted.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UploadIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { Badge, type Tone } from '../badge.tsx';
import { fileName } from '../file-name.ts';
import { type InstalledFile, licensingQuery, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card, PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { ReasonButton } from '../reason-button.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { useWord } from '../use-word.ts';
import { KeysCard } from './keys-card.tsx';
import { Warnings } from './warnings.tsx';

const InstallDrawer = lazy(() => import('./install-drawer.tsx'));

export default function FilesPage() {
  const { t } = useTranslation();
  const files = useQuery(licensingQuery('files', {}));
  const manages = useMay('manager');
  const [installing, setInstalling] = useState(false);
  return (
    <>
      <PageHeader title={t('licenceNav.files')} about={t('licences.files.about')}>
        {manages && (
          <Button appearance="primary" icon={<UploadIcon />} onClick={() => setInstalling(true)}>
            {t('licences.files.install')}
          </Button>
        )}
      </PageHeader>
      <PageBody label={t('licenceNav.files')}>
        <QueryState query={files}>
          {(data) => (
            <>
              <Warnings warnings={data.warnings} />
              <Card title={t('licences.files.installed')}>
                <ul className={parts.list}>
                  {data.files.map((file) => (
                    <FileItem key={file.fileId} file={file} />
                  ))}
                </ul>
                {data.files.length === 0 && <p className={parts.hint}>{t('licences.files.none')}</p>}
              </Card>
              <KeysCard keys={data.keys} />
            </>
          )}
        </QueryState>
      </PageBody>
      <Suspense>{installing && <InstallDrawer close={() => setInstalling(false)} />}</Suspense>
    </>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  grace: 'warn',
  'not-yet-valid': 'warn',
  expired: 'bad',
  revoked: 'bad',
};

function FileItem({ file }: { readonly file: InstalledFile }) {
  const { t } = useTranslation();
  const word = useWord();
  const licences = useLicenceFormats();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const { fileId, issuer, customer, seq, kid, notBefore, notAfter, state, graceDaysLeft } = file;

  const name = fileName(fileId);

  async function remove(reason: string): Promise<void> {
    notices.outcome(await act('file-remove', { fileId, reason }));
  }

  return (
    <li className={parts.item}>
      <span className={parts.itemText}>
        <bdi className={parts.strong}>{name}</bdi>
        <span className={parts.small}>
          {t('licences.files.from', { issuer, kid })} · {t('licences.files.for', { customer })} ·{' '}
          {t('licences.files.seq', { seq })}
        </span>
        <span className={parts.small}>
          {notAfter === null
            ? t('licences.since', { day: licences.day(notBefore) })
            : t('licences.fromTo', { from: licences.day(notBefore), to: licences.day(notAfter) })}
        </span>
      </span>
      <span className={parts.badges}>
        <Badge tone={TONES[state] ?? 'warn'}>
          {word(`licences.files.states.${state}`, state)}
          {graceDaysLeft !== null && ` · ${t('licences.dashboard.graceLeft', { count: graceDaysLeft })}`}
        </Badge>
        {manages && (
          <ReasonButton
            action={t('licences.remove')}
            label={t('licences.removeNamed', { name })}
            title={t('licences.removeTitle', { name })}
            text={t('licences.files.removeText')}
            confirm={(reason) => void remove(reason)}
          />
        )}
      </span>
    </li>
  );
}
