// Access evidence from files (licensing rules M2, M10, A9): our own log (user, device, feature, time), the report of User
// Access Logging, and the usage report of Remote Desktop Licensing. Rows become edges: who used what from where, folded.
import { done, type Outcome } from '@parley/platform/contract';
import { DAY_MS, dayOf } from '../day.ts';
import { featureOf } from '../feature.ts';
import type { CalKind, Edge } from '../model.ts';
import { type DateOrder, dateOrderOf, reportTimeMs } from './report-time.ts';
import { type RejectedRow, type RowError, readTable, subjectId, timeMs, wholeNumber } from './table.ts';

export interface ImportedAccess {
  readonly edges: readonly Edge[];
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
  readonly rules: readonly string[];
}

const RULES = ['M2', 'M10'];

/** The columns of our own export; extra columns are ignored. */
export function readAccessLog(csv: string): Outcome<ImportedAccess> {
  const columns = {
    user: ['userid', 'username', 'person', 'account'],
    device: ['deviceid', 'devicename', 'computer', 'client'],
    feature: ['operation', 'use'],
    time: ['timestamp', 'at', 'date', 'when', 'day'],
  };
  return edgesOf(
    readTable(csv, columns, ['feature', 'time'], (row): Edge | RowError => {
      const level = featureOf(row.feature.toLowerCase())?.cal;
      if (level === undefined) return 'unknown-feature';
      const time = timeMs(row.time);
      return edge(row.user, row.device, level, [time, time], 1);
    }),
  );
}

/**
 * `Get-UalUserAccess` and `Get-UalDeviceAccess` as CSV: one row for a person or an address and a role, with first and last
 * day and a count. What the role needs is said by the caller: the report knows no features.
 */
export function readUserAccessLogging(
  csv: string,
  level: CalKind = 'standard',
  order: DateOrder | undefined = dateOrderOf(csv),
): Outcome<ImportedAccess> {
  const at = (field: string) => reportTimeMs(field, order);
  const columns = {
    user: ['username', 'userprincipalname', 'account'],
    device: ['ipaddress', 'devicename', 'clientname'],
    role: ['rolename', 'roleguid', 'productname'],
    first: ['firstseen', 'firstaccess', 'insertdate'],
    last: ['lastseen', 'lastaccess', 'accessdate', 'chargedate'],
    count: ['accesscount', 'activitycount', 'totalaccesses'],
  };
  return edgesOf(
    readTable(csv, columns, ['last'], (row): Edge | RowError => {
      const count = row.count === '' ? 1 : wholeNumber(row.count);
      if (count === undefined) return 'bad-count';
      const last = at(row.last);
      return edge(row.user, row.device, level, [row.first === '' ? last : at(row.first), last], count);
    }),
  );
}

export interface RemoteDesktopIssue {
  /** The holder: a person for per-user CALs, a device for per-device ones. */
  readonly userId: string | null;
  readonly deviceId: string | null;
  readonly version: string;
  readonly issuedOn: string;
  /** Null where the report names none. */
  readonly expiresOn: string | null;
}

export interface RemoteDesktopReport {
  readonly issues: readonly RemoteDesktopIssue[];
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
  readonly rules: readonly string[];
}

/** The per-user report (`Issued to User`) or the per-device one (`Issued to Computer`) as CSV (rules S17, S19). */
export function readRemoteDesktopReport(
  csv: string,
  order: DateOrder | undefined = dateOrderOf(csv),
): Outcome<RemoteDesktopReport> {
  const columns = {
    user: ['issuedtouser', 'username'],
    device: ['issuedtocomputer', 'issuedtodevice', 'computername', 'devicename'],
    version: ['calversion', 'productversion', 'caltype', 'licensetype', 'licencetype'],
    issued: ['issuedon', 'issuedate', 'dateissued'],
    expires: ['expireson', 'expirationdate', 'expirydate', 'expires'],
  };
  const table = readTable(csv, columns, ['issued'], (row): RemoteDesktopIssue | RowError => {
    const [userId, deviceId] = [subjectId(row.user), subjectId(row.device)];
    if (userId === null && deviceId === null) return 'no-subject';
    const issued = reportTimeMs(row.issued, order);
    const expires = row.expires === '' ? null : reportTimeMs(row.expires, order);
    if (issued === undefined || expires === undefined) return 'bad-time';
    if (expires !== null && expires < issued) return 'dates-out-of-order';
    const expiresOn = expires === null ? null : dayAt(expires);
    return { userId, deviceId, version: row.version, issuedOn: dayAt(issued), expiresOn };
  });
  if (!table.ok) return table;
  const { rows, rejected } = table.value;
  return done({ issues: rows, accepted: rows.length, rejected, rules: ['M10', 'S17', 'S19'] });
}

function edge(
  user: string,
  device: string,
  level: CalKind,
  [from, to]: readonly [first: number | undefined, last: number | undefined],
  count: number,
): Edge | RowError {
  const [userId, deviceId] = [subjectId(user), subjectId(device)];
  if (userId === null && deviceId === null) return 'no-subject';
  if (from === undefined || to === undefined) return 'bad-time';
  if (to < from) return 'dates-out-of-order';
  return { userId, deviceId, level, firstDay: dayAt(from), lastDay: dayAt(to), count };
}

function dayAt(ms: number): string {
  return dayOf(Math.floor(ms / DAY_MS));
}

function edgesOf(table: ReturnType<typeof readTable<string, Edge>>): Outcome<ImportedAccess> {
  if (!table.ok) return table;
  const { rows, rejected } = table.value;
  const folded = new Map<string, Edge>();
  for (const row of rows) {
    const key = JSON.stringify([row.userId, row.deviceId, row.level]);
    const known = folded.get(key);
    folded.set(key, known === undefined ? row : merged(known, row));
  }
  return done({ edges: [...folded.values()], accepted: rows.length, rejected, rules: RULES });
}

function merged(a: Edge, b: Edge): Edge {
  return {
    ...a,
    firstDay: a.firstDay < b.firstDay ? a.firstDay : b.firstDay,
    lastDay: a.lastDay > b.lastDay ? a.lastDay : b.lastDay,
    count: a.count + b.count,
  };
}
