// Registers as CSV, in and out: people, devices, purchases, assignments (licensing rule M10). What is written here is read
// here again without loss.
import type { Outcome } from '@parley/platform/contract';
import { skuOf } from '../catalogue.ts';
import { isDay } from '../day.ts';
import type { Grant, LicensedDevice, Metric, Subject } from '../model.ts';
import { isCount } from '../terms.ts';
import { writeCsv } from './csv.ts';
import { type ReadTable, type RowError, readTable, subjectId, wholeNumber } from './table.ts';

export interface RegisteredPerson {
  readonly userId: string;
  readonly name: string;
  readonly disabled: boolean;
}

export function readPeople(csv: string): Outcome<ReadTable<RegisteredPerson>> {
  const columns = {
    user: ['userid', 'address', 'email', 'username', 'userprincipalname'],
    name: ['displayname', 'fullname'],
    disabled: ['isdisabled', 'blocked'],
  };
  return readTable(csv, columns, ['user'], (row): RegisteredPerson | RowError => {
    const userId = subjectId(row.user);
    const disabled = yesOrNo(row.disabled, false);
    if (userId === null) return 'no-subject';
    return disabled === undefined
      ? 'bad-value'
      : { userId, name: row.name === '' ? row.user : row.name, disabled };
  });
}

export function writePeople(people: readonly RegisteredPerson[]): string {
  const rows = people.map(({ userId, name, disabled }) => [userId, name, disabled ? 'yes' : 'no']);
  return writeCsv([['user', 'name', 'disabled'], ...rows]);
}

export function readDevices(csv: string): Outcome<ReadTable<LicensedDevice>> {
  const columns = {
    device: ['deviceid', 'id', 'computer'],
    name: ['displayname', 'devicename'],
    commonArea: ['lobby', 'shared', 'kiosk'],
    licensable: ['ours', 'owned'],
  };
  return readTable(csv, columns, ['device'], (row): LicensedDevice | RowError => {
    const deviceId = subjectId(row.device);
    if (deviceId === null) return 'no-subject';
    const [commonArea, licensable] = [yesOrNo(row.commonArea, false), yesOrNo(row.licensable, true)];
    if (commonArea === undefined || licensable === undefined) return 'bad-value';
    return { deviceId, name: row.name === '' ? row.device : row.name, commonArea, licensable };
  });
}

export function writeDevices(devices: readonly LicensedDevice[]): string {
  const rows = devices.map(({ deviceId, name, commonArea, licensable }) => [
    deviceId,
    name,
    commonArea ? 'yes' : 'no',
    licensable ? 'yes' : 'no',
  ]);
  return writeCsv([['device', 'name', 'commonArea', 'licensable'], ...rows]);
}

export type Purchase = Omit<Grant, 'grantId' | 'agreementId'>;

const SOURCES: readonly Grant['source'][] = [
  'purchase',
  'included',
  'transition',
  'suite',
  'grandfather',
  'true-up',
  'licence-file',
];

export function readPurchases(csv: string): Outcome<ReadTable<Purchase>> {
  const columns = {
    sku: ['product', 'licence', 'license'],
    metric: ['type'],
    quantity: ['count', 'licences', 'licenses'],
    from: ['date', 'on', 'purchased', 'firstday'],
    to: ['until', 'lastday', 'expires'],
    source: ['kind'],
    proof: ['invoice', 'order', 'document'],
    unitPrice: ['price'],
  };
  return readTable(csv, columns, ['sku', 'quantity', 'from'], (row): Purchase | RowError => {
    const sku = skuOf(row.sku);
    if (sku === undefined) return 'unknown-sku';
    const metric = row.metric === '' ? sku.metrics[0] : (row.metric.toLowerCase() as Metric);
    const source = row.source === '' ? 'purchase' : (row.source.toLowerCase() as Grant['source']);
    if (metric === undefined || !sku.metrics.includes(metric) || !SOURCES.includes(source))
      return 'bad-value';
    const quantity = wholeNumber(row.quantity);
    if (quantity === undefined || !isCount(quantity)) return 'bad-count';
    const to = row.to === '' ? null : row.to;
    if (!isDay(row.from) || (to !== null && !isDay(to))) return 'bad-day';
    if (to !== null && to < row.from) return 'dates-out-of-order';
    const unitPrice = row.unitPrice === '' ? null : wholeNumber(row.unitPrice);
    if (unitPrice === undefined) return 'bad-price';
    return { sku: sku.id, metric, quantity, source, from: row.from, to, proof: row.proof, unitPrice };
  });
}

export function writePurchases(purchases: readonly Purchase[]): string {
  const rows = purchases.map(({ sku, metric, quantity, from, to, source, proof, unitPrice }) => [
    sku,
    metric,
    quantity,
    from,
    to,
    source,
    proof,
    unitPrice,
  ]);
  return writeCsv([['sku', 'metric', 'quantity', 'from', 'to', 'source', 'proof', 'unitPrice'], ...rows]);
}

export interface RegisteredAssignment {
  readonly sku: string;
  readonly subject: Subject;
  /** Null where the file leaves it to the day of import. */
  readonly from: string | null;
}

export function readAssignments(csv: string): Outcome<ReadTable<RegisteredAssignment>> {
  const columns = {
    sku: ['product', 'licence', 'license'],
    user: ['userid', 'address', 'email', 'username'],
    device: ['deviceid', 'computer'],
    from: ['date', 'on', 'assigned', 'firstday'],
  };
  return readTable(csv, columns, ['sku'], (row): RegisteredAssignment | RowError => {
    const sku = skuOf(row.sku);
    if (sku === undefined) return 'unknown-sku';
    const [userId, deviceId] = [subjectId(row.user), subjectId(row.device)];
    // One licence, one subject (S1).
    if (userId !== null && deviceId !== null) return 'bad-value';
    const id = userId ?? deviceId;
    if (id === null) return 'no-subject';
    if (row.from !== '' && !isDay(row.from)) return 'bad-day';
    const subject: Subject = { kind: userId === null ? 'device' : 'user', id };
    return { sku: sku.id, subject, from: row.from === '' ? null : row.from };
  });
}

export function writeAssignments(assignments: readonly RegisteredAssignment[]): string {
  const rows = assignments.map(({ sku, subject, from }) => [
    sku,
    subject.kind === 'user' ? subject.id : '',
    subject.kind === 'device' ? subject.id : '',
    from,
  ]);
  return writeCsv([['sku', 'user', 'device', 'from'], ...rows]);
}

function yesOrNo(field: string, otherwise: boolean): boolean | undefined {
  if (field === '') return otherwise;
  if (/^(yes|true|1|y|x|ja)$/i.test(field)) return true;
  return /^(no|false|0|n|nein)$/i.test(field) ? false : undefined;
}
