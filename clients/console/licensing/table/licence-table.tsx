// The tables of the licence pages: columns side by side where there is room, one below the other where there is not. A
// long one keeps only the rows in view and asks for more near the end.
// biome-ignore-all lint/a11y/useSemanticElements: a real table laid out as a grid loses its semantics
// biome-ignore-all lint/a11y/useFocusableInteractive: cells hold the controls, they are none themselves
import { Skeleton, SkeletonItem } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import styles from './licence-table.module.css';

const ROW_PX = 52;
const SHAPES = ['1', '2', '3', '4', '5', '6'];

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  /** A track of the grid. */
  readonly width: string;
  readonly align?: 'end';
  /** The head speaks for itself only to who cannot see the controls below it. */
  readonly headHidden?: boolean;
  /** Where cells stand one below the other: it needs no head beside it, or it stands before all others. */
  readonly stacked?: 'alone' | 'leading';
  readonly cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** All rows at once: for what a person overlooks. */
export function LicenceTable<Row>({ label, columns, rows, rowKey }: TableProps<Row>) {
  return (
    <div role="table" aria-label={label} style={tracks(columns)}>
      <Head columns={columns} />
      <div role="rowgroup">
        {rows.map((row) => (
          <div role="row" key={rowKey(row)} className={styles.row}>
            <Cells columns={columns} row={row} />
          </div>
        ))}
      </div>
    </div>
  );
}

interface LongTableProps<Row> extends TableProps<Row> {
  readonly total: number;
  readonly loading: boolean;
  readonly loadingText: string;
  readonly loadMore: () => void;
}

export function LongTable<Row>(props: LongTableProps<Row>) {
  const { label, columns, rows, rowKey, total, loading, loadingText, loadMore } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const nearEnd = (items.at(-1)?.index ?? 0) >= rows.length - 20;
  const more = rows.length < total;

  useEffect(() => {
    if (nearEnd && more) loadMore();
  }, [nearEnd, more, loadMore]);

  return (
    <div
      ref={box}
      className={styles.box}
      role="table"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-busy={loading}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
      tabIndex={0}
      style={tracks(columns)}
    >
      <Head columns={columns} sticky />
      {loading ? (
        <Skeleton aria-label={loadingText} className={styles.shapes}>
          {SHAPES.map((shape) => (
            <SkeletonItem key={shape} size={32} />
          ))}
        </Skeleton>
      ) : (
        <div role="rowgroup" className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                className={`${styles.row} ${styles.placed}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Cells columns={columns} row={row} />
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

function Head<Row>({ columns, sticky = false }: { columns: readonly Column<Row>[]; sticky?: boolean }) {
  return (
    <div role="rowgroup" className={styles.head} data-sticky={sticky}>
      <div role="row" className={styles.row} {...(sticky ? { 'aria-rowindex': 1 } : {})}>
        {columns.map(({ key, head, align, headHidden = false }) => (
          <span role="columnheader" key={key} className={styles.cell} data-align={align}>
            {headHidden ? <span className="parley-hidden">{head}</span> : head}
          </span>
        ))}
      </div>
    </div>
  );
}

function Cells<Row>({ columns, row }: { readonly columns: readonly Column<Row>[]; readonly row: Row }) {
  return columns.map(({ key, head, align, stacked, headHidden = false, cell }, index) => (
    <span role="cell" key={key} className={styles.cell} data-align={align} data-stacked={stacked}>
      {/* Where cells stand one below the other, each says what it is. */}
      {index > 0 && stacked === undefined && !headHidden && (
        <span className={styles.label} aria-hidden="true">
          {head}
        </span>
      )}
      {cell(row)}
    </span>
  ));
}

function tracks<Row>(columns: readonly Column<Row>[]): CSSProperties {
  return { '--tracks': columns.map(({ width }) => width).join(' ') } as CSSProperties;
}
