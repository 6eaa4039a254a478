// What leaves the printer in place of the page: a sheet of its own, black on white, whatever the page looks like.
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import styles from './paper.module.css';

interface PaperProps {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly children: ReactNode;
}

export function Paper({ title, facts, children }: PaperProps) {
  return createPortal(
    <div className={styles.paper} data-paper>
      <h1>{title}</h1>
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {children}
    </div>,
    document.body,
  );
}

interface PaperTableProps {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns, from the end, are numbers. */
  readonly numbers: number;
  readonly foot?: readonly string[];
}

export function PaperTable({ heads, rows, numbers, foot }: PaperTableProps) {
  const cell = (index: number) => (index >= heads.length - numbers ? styles.number : undefined);
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head, index) => (
            <th key={head} scope="col" className={cell(index)}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a sheet have no other name and no state
          <tr key={line}>
            {row.map((text, index) => (
              <td key={heads[index]} className={cell(index)}>
                {text}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      {foot !== undefined && (
        <tfoot>
          <tr>
            {foot.map((text, index) => (
              <td key={heads[index]} className={cell(index)}>
                {text}
              </td>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  );
}
