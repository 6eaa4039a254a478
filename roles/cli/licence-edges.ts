// Pairs of people and devices from a CSV file, for `parley licence optimise --edges`: user, device and, if wanted, the level;
// or our own access log with user, device, feature and time.
import { readAccessLog } from '@parley/services/licensing/rules/exchange/access-log';
import {
  type RejectedRow,
  type RowError,
  readTable,
  subjectId,
} from '@parley/services/licensing/rules/exchange/table';
import { CommandFault, EXIT, granted } from './answer.ts';

export interface Pair {
  readonly user: string | null;
  readonly device: string | null;
  readonly cal: 'standard' | 'enterprise';
}

const SHOWN = 50;

/** @throws {CommandFault} with every bad row: half of a log would make the wrong mix look cheap. */
export function pairsOf(csv: string): Pair[] {
  const isLog = /\b(?:feature|time)\b/i.test(csv.slice(0, 2000).split('\n', 1)[0] ?? '');
  if (isLog) {
    const { edges, rejected } = granted(readAccessLog(csv));
    refuse(rejected);
    return edges.map(({ userId, deviceId, level }) => ({ user: userId, device: deviceId, cal: level }));
  }
  const columns = { user: ['userid', 'person'], device: ['deviceid', 'computer'], level: ['cal', 'kind'] };
  const { rows, rejected } = granted(
    readTable(csv, columns, ['user', 'device'], (row): Pair | RowError => {
      const cal = row.level === '' ? 'standard' : row.level.toLowerCase();
      if (cal !== 'standard' && cal !== 'enterprise') return 'bad-value';
      const pair = { user: subjectId(row.user), device: subjectId(row.device), cal } as const;
      return pair.user === null && pair.device === null ? 'no-subject' : pair;
    }),
  );
  refuse(rejected);
  return [...rows];
}

function refuse(rejected: readonly RejectedRow[]): void {
  if (rejected.length > 0) throw badRows('Nothing was reckoned', rejected);
}

/** The rows of a file that cannot be used, each with its line. */
export function badRows(what: string, rejected: readonly Omit<RejectedRow, 'error'>[]): CommandFault {
  const shown = rejected.slice(0, SHOWN).map(({ line, sentence }) => `line ${line}: ${sentence}`);
  const left = rejected.length - shown.length;
  return new CommandFault(
    {
      code: 'CLI_BAD_ROWS',
      sentence: `${what}: ${rejected.length === 1 ? '1 row is' : `${rejected.length} rows are`} not in order.`,
      remedy: 'Correct the rows and give the whole file again.',
    },
    {
      exitCode: EXIT.refused,
      details: left > 0 ? [...shown, `… and ${left} more (--json lists all)`] : shown,
      data: { rejected },
    },
  );
}
