// Who holds which licence: search, filters, many at once, and a drawer with all about one person or device.
import { Button, Field, Select } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { PeopleIcon, UploadIcon } from '../../../kit/widgets/icons.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { SearchField } from '../../search-field.tsx';
import { type Subject, type SubjectFilter, subjectsQuery } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { usePaused } from '../use-paused.ts';
import { BulkBar } from './bulk-bar.tsx';
import { subjectKey } from './subject.ts';
import { SubjectTable } from './subject-table.tsx';

const SubjectDrawer = lazy(() => import('./subject-drawer.tsx'));
const ImportDrawer = lazy(() => import('../import-drawer.tsx'));

type Kind = NonNullable<SubjectFilter['kind']> | 'all';
type Only = NonNullable<SubjectFilter['only']> | 'all';

const KINDS: readonly Kind[] = ['all', 'user', 'device'];
const ONLY: readonly Only[] = ['all', 'held', 'short', 'idle'];

export default function AssignmentsPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const manages = useMay('manager');
  const assigns = useMay('manager', 'help-desk');
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const [kind, setKind] = useState<Kind>('all');
  const [only, setOnly] = useState<Only>('all');
  const [selected, setSelected] = useState<ReadonlyMap<string, Subject>>(new Map());
  const [open, setOpen] = useState<Subject | null>(null);
  const [importing, setImporting] = useState(false);
  const subjects = useInfiniteQuery(
    subjectsQuery({
      ...(query === '' ? {} : { query }),
      ...(kind === 'all' ? {} : { kind }),
      ...(only === 'all' ? {} : { only }),
    }),
  );
  const rows = useMemo(() => subjects.data?.pages.flatMap(({ items }) => items) ?? [], [subjects.data]);
  const total = subjects.data?.pages[0]?.total;
  const filtered = query !== '' || kind !== 'all' || only !== 'all';
  const none = () => setSelected(new Map());

  return (
    <>
      <PageHeader
        title={t('licenceNav.assignments')}
        about={
          total === undefined
            ? ''
            : t('licences.assignments.count', { count: total, shown: formats.number(total) })
        }
      >
        {manages && (
          <Button icon={<UploadIcon />} onClick={() => setImporting(true)}>
            {t('users.import')}
          </Button>
        )}
      </PageHeader>
      <div className={parts.bar}>
        <SearchField label={t('licences.assignments.search')} value={typed} onChange={setTyped} />
        <Field label={t('licences.assignments.kind')}>
          <Select value={kind} onChange={(_, { value }) => setKind(value as Kind)}>
            {KINDS.map((each) => (
              <option key={each} value={each}>
                {t(`licences.assignments.kinds.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('licences.assignments.only')}>
          <Select value={only} onChange={(_, { value }) => setOnly(value as Only)}>
            {ONLY.map((each) => (
              <option key={each} value={each}>
                {t(`licences.assignments.onlyOf.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {assigns && selected.size > 0 && <BulkBar selected={[...selected.values()]} done={none} />}
      {subjects.error !== null && (
        <div className={parts.fault}>
          <FaultNotice fault={subjects.error.fault}>
            <Button size="small" onClick={() => void subjects.refetch()}>
              {t('connection.tryNow')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {subjects.isSuccess && rows.length === 0 ? (
        <EmptyState
          picture={<PeopleIcon size={30} />}
          title={t(filtered ? 'licences.nothingFits' : 'users.emptyTitle')}
          text={t(filtered ? 'licences.nothingFitsText' : 'licences.assignments.emptyText')}
        />
      ) : (
        <SubjectTable
          rows={rows}
          total={total ?? 0}
          loading={subjects.isPending}
          loadMore={() => {
            if (subjects.hasNextPage && !subjects.isFetchingNextPage) void subjects.fetchNextPage();
          }}
          open={setOpen}
          {...(assigns ? { selected, select: setSelected } : {})}
        />
      )}
      <Suspense>
        {open !== null && (
          <SubjectDrawer
            subject={open}
            row={rows.find(({ subject }) => subjectKey(subject) === subjectKey(open))}
            close={() => setOpen(null)}
          />
        )}
        {importing && <ImportDrawer kinds={['assignments', 'devices']} close={() => setImporting(false)} />}
      </Suspense>
    </>
  );
}
