// People and devices with what they hold and what they need.
import { Checkbox } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { DeskPhoneIcon } from '../../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../../kit/widgets/person-avatar.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import type { Subject, SubjectRow } from '../licensing-api.ts';
import { SkuLabel } from '../sku-label.tsx';
import { type Column, LongTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { useWord } from '../use-word.ts';
import styles from './assignments.module.css';
import { subjectKey } from './subject.ts';

type Selection = ReadonlyMap<string, Subject>;

/** The address of a person, the kind of a device. */
export function SubjectDetail({ row: { subject, detail } }: { readonly row: SubjectRow }) {
  const word = useWord();
  return (
    <bdi
      className={`${parts.small} ${styles.detail}`}
      {...(subject.kind === 'user' ? { title: detail } : {})}
    >
      {subject.kind === 'user' ? detail : word(`licences.deviceKinds.${detail}`, detail)}
    </bdi>
  );
}

interface SubjectTableProps {
  readonly rows: readonly SubjectRow[];
  readonly total: number;
  readonly loading: boolean;
  readonly loadMore: () => void;
  readonly open: (subject: Subject) => void;
  /** Left out for who may not assign. */
  readonly selected?: Selection;
  readonly select?: (selected: Selection) => void;
}

export function SubjectTable(props: SubjectTableProps) {
  const { rows, total, loading, loadMore, open, selected, select } = props;
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const columns: Column<SubjectRow>[] = [
    {
      key: 'name',
      head: t('users.name'),
      width: 'minmax(0, 5fr)',
      stacked: 'alone',
      cell: (row) => (
        <span className={styles.subject}>
          {row.subject.kind === 'user' ? (
            <PersonAvatar user={{ userId: row.subject.id, name: row.name, photo: '' }} size={32} />
          ) : (
            <span className={styles.device}>
              <DeskPhoneIcon size={18} />
            </span>
          )}
          <span className={styles.names}>
            <button type="button" className={styles.open} onClick={() => open(row.subject)}>
              <bdi>{row.name}</bdi>
            </button>
            <SubjectDetail row={row} />
          </span>
        </span>
      ),
    },
    {
      key: 'held',
      head: t('licences.assignments.holds'),
      width: 'minmax(0, 5fr)',
      cell: ({ held, disabled, commonArea }) => (
        <span className={parts.badges}>
          {held.map(({ assignmentId, sku, to }) => (
            <Badge key={assignmentId}>
              <SkuLabel sku={sku} />
              {to !== null && ` (${t('licences.until', { day: licences.day(to) })})`}
            </Badge>
          ))}
          {held.length === 0 && <span className={parts.small}>{t('licences.assignments.none')}</span>}
          {commonArea && <Badge>{t('licences.assignments.commonArea')}</Badge>}
          {disabled && <Badge tone="warn">{t('users.disabled')}</Badge>}
        </span>
      ),
    },
    {
      key: 'needs',
      head: t('licences.assignments.needs'),
      width: 'minmax(0, 4fr)',
      cell: ({ needs, covered }) =>
        needs === null ? (
          <span className={parts.small}>{t('licences.assignments.needsNothing')}</span>
        ) : (
          <Badge tone={covered ? 'good' : 'bad'}>
            {t(`licences.kinds.${needs}`)}
            <span className="parley-hidden">
              {' '}
              ({covered ? t('licences.covered') : t('licences.notCovered')})
            </span>
          </Badge>
        ),
    },
    {
      key: 'last',
      head: t('licences.assignments.lastAccess'),
      width: 'minmax(0, 2fr)',
      cell: ({ lastAccess }) =>
        lastAccess === null ? (
          <span className={parts.small}>{t('licences.assignments.never')}</span>
        ) : (
          <time dateTime={lastAccess}>{licences.day(lastAccess)}</time>
        ),
    },
  ];
  if (selected !== undefined && select !== undefined)
    columns.unshift(
      selection(rows, selected, select, {
        all: t('licences.assignments.selectAll'),
        one: (name) => t('licences.assignments.select', { name }),
      }),
    );
  return (
    <LongTable
      label={t('licenceNav.assignments')}
      columns={columns}
      rows={rows}
      rowKey={({ subject }) => subjectKey(subject)}
      total={total}
      loading={loading}
      loadingText={t('licences.loading')}
      loadMore={loadMore}
    />
  );
}

function selection(
  rows: readonly SubjectRow[],
  selected: Selection,
  select: (selected: Selection) => void,
  words: { readonly all: string; readonly one: (name: string) => string },
): Column<SubjectRow> {
  const all = rows.length > 0 && rows.every(({ subject }) => selected.has(subjectKey(subject)));
  return {
    key: 'select',
    width: '32px',
    stacked: 'leading',
    head: (
      <Checkbox
        aria-label={words.all}
        checked={all ? true : selected.size > 0 ? 'mixed' : false}
        onChange={() =>
          select(all ? new Map() : new Map(rows.map(({ subject }) => [subjectKey(subject), subject])))
        }
      />
    ),
    cell: ({ subject, name }) => (
      <Checkbox
        aria-label={words.one(name)}
        checked={selected.has(subjectKey(subject))}
        onChange={(_, { checked }) => {
          const next = new Map(selected);
          if (checked === true) next.set(subjectKey(subject), subject);
          else next.delete(subjectKey(subject));
          select(next);
        }}
      />
    ),
  };
}
