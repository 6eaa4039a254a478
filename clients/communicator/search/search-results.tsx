// What a search found, as one list of any length: Enter or a click opens it, the button adds a contact.
// biome-ignore-all lint/a11y/useSemanticElements: a grid whose active row follows the search box (aria-activedescendant)
// biome-ignore-all lint/a11y/useFocusableInteractive: cells hold the controls, they are none themselves
import { Spinner } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { SearchIcon } from '../../kit/widgets/icons.tsx';
import { FoundNumber } from '../calls/found-number.tsx';
import { FoundGroup } from './found-group.tsx';
import { FoundMessage } from './found-message.tsx';
import { Elsewhere, FoundAction, FoundPerson } from './found-person.tsx';
import { OperatorHelp } from './operator-help.tsx';
import styles from './search.module.css';
import type { Choice, SearchRow } from './search-rows.ts';
import type { AllFound } from './use-found.ts';
import { useLasting } from './use-lasting.ts';

const FOUND: ReadonlySet<SearchRow['kind']> = new Set(['person', 'group', 'message']);
/** A message takes as much as it needs, and is measured. */
const ROW_PX = {
  heading: 32,
  dial: 56,
  person: 56,
  people: 44,
  group: 56,
  message: 78,
  more: 44,
} as const satisfies Record<SearchRow['kind'], number>;

interface SearchResultsProps {
  readonly id: string;
  readonly found: AllFound;
  readonly typed: string;
  /** Index of a row. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly choose: (index: number) => void;
  readonly insert: (text: string) => void;
}

export function SearchResults({ id, found, typed, active, setActive, choose, insert }: SearchResultsProps) {
  const { t } = useTranslation();
  const { rows, busy, fault, nobody, problems } = found;
  const isSlow = useLasting(busy);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => ROW_PX[rows[index]?.kind ?? 'person'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 3,
  });
  const count = rows.filter(({ kind }) => FOUND.has(kind)).length;
  const said = [
    ...problems.map(({ kind, text }) => t(`search.problems.${kind}`, { text })),
    ...nobody.map((name) => t('search.nobody', { name: name.replace(/^\w+:/, '') })),
  ];
  const isEmpty = count === 0 && !busy && fault === null;

  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active);
  }, [active, virtual]);

  return (
    <div ref={box} className={styles.results}>
      <p role="status" className="parley-hidden">
        {busy ? '' : t('search.found', { count })}
      </p>
      {said.length > 0 && (
        <div className={styles.notes} role="alert">
          {said.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      )}
      {fault !== null && (
        <div className={styles.fault}>
          <FaultNotice fault={fault} />
        </div>
      )}
      <div
        id={`${id}-results`}
        role="grid"
        aria-label={t('search.results')}
        aria-busy={busy}
        aria-rowcount={rows.length}
        className={styles.space}
        style={{ blockSize: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(({ index, start, size, key }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const place = { transform: `translateY(${start}px)` };
          const style = row.kind === 'message' ? place : { ...place, blockSize: size };
          if (row.kind === 'heading')
            return (
              <div key={key} role="row" aria-rowindex={index + 1} className={styles.heading} style={style}>
                <span role="rowheader">{row.text}</span>
              </div>
            );
          return (
            <ChoiceRow
              key={key}
              id={`${id}-${index}`}
              row={row}
              position={index + 1}
              active={index === active}
              style={style}
              measure={row.kind === 'message' ? virtual.measureElement : null}
              onPoint={() => setActive(index)}
              onChoose={() => choose(index)}
            />
          );
        })}
      </div>
      {isSlow && <Spinner size="tiny" className={styles.busy} aria-label={t('search.busy')} />}
      <Elsewhere query={typed} />
      {found.morePeople && !rows.some(({ kind }) => kind === 'people') && (
        <p className={styles.more}>{t('search.more')}</p>
      )}
      {isEmpty && (
        <>
          {said.length === 0 && typed.trim() !== '' && (
            <div className={styles.nothing}>
              <EmptyState
                picture={<SearchIcon size={28} />}
                title={t('search.nothingTitle', { query: typed.trim() })}
                text={t('search.nothingText')}
              />
            </div>
          )}
          <OperatorHelp insert={insert} />
        </>
      )}
    </div>
  );
}

interface ChoiceRowProps {
  readonly id: string;
  readonly row: Choice;
  readonly position: number;
  readonly active: boolean;
  readonly style: CSSProperties;
  readonly measure: ((element: HTMLElement | null) => void) | null;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function ChoiceRow({ id, row, position, active, style, measure, onPoint, onChoose }: ChoiceRowProps) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search box handles keys
    <div
      id={id}
      ref={measure}
      data-index={position - 1}
      role="row"
      aria-rowindex={position}
      aria-selected={active}
      tabIndex={-1}
      className={styles.row}
      data-active={active}
      data-kind={row.kind}
      style={style}
      onMouseMove={onPoint}
      onClick={onChoose}
    >
      <div role="gridcell" className={styles.cell}>
        {row.kind === 'dial' && <FoundNumber dialled={row.dialled} />}
        {row.kind === 'person' && <FoundPerson user={row.user} />}
        {row.kind === 'group' && <FoundGroup conversation={row.conversation} />}
        {row.kind === 'message' && <FoundMessage found={row.found} />}
        {row.kind === 'people' && <span className={styles.further}>{t('search.allPeople')}</span>}
        {row.kind === 'more' && <span className={styles.further}>{t('search.loadMore')}</span>}
      </div>
      {row.kind === 'person' && (
        <div role="gridcell" className={styles.action}>
          <FoundAction user={row.user} reachable={active} />
        </div>
      )}
    </div>
  );
}
