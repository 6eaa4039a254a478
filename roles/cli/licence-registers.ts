// Registers of this server as CSV that is safe to open in a spreadsheet: people, devices, purchases, assignments, evidence,
// audit. Used by `parley licence export`.
import { listUsers } from '@parley/services/identity/contract';
import { auditRecords } from './licence-evidence.ts';
import { given } from './licence-flags.ts';
import { allPages, type Desk, PAGE } from './licence-visit.ts';

const AUDIT_ROWS = 1_000_000;

export async function users(desk: Desk): Promise<string> {
  const { writePeople } = await import('@parley/services/licensing/rules/exchange/registers');
  const people = await allPages(async (after) => {
    const page = await desk.ask(listUsers, { limit: PAGE, ...given({ after }) });
    return { items: page.users, ...given({ next: page.next }) };
  });
  return writePeople(people.map(({ address, name, disabled }) => ({ userId: address, name, disabled })));
}

export async function devices(desk: Desk): Promise<string> {
  const { writeCsv } = await import('@parley/services/licensing/rules/exchange/csv');
  const rows = await subjectRows(desk, 'device');
  return writeCsv([
    ['device', 'name', 'commonArea', 'holds', 'needs', 'covered', 'lastAccess'],
    ...rows.map((each) => [
      each.subject.id,
      each.name,
      each.commonArea ? 'yes' : 'no',
      each.held.map(({ sku }) => sku).join(' '),
      each.needs,
      each.covered ? 'yes' : 'no',
      each.lastAccess,
    ]),
  ]);
}

export async function purchases(desk: Desk): Promise<string> {
  const { writePurchases } = await import('@parley/services/licensing/rules/exchange/registers');
  return writePurchases((await desk.operate('stock', {})).grants);
}

export async function assignments(desk: Desk): Promise<string> {
  const { writeAssignments } = await import('@parley/services/licensing/rules/exchange/registers');
  const rows = await subjectRows(desk);
  return writeAssignments(
    rows.flatMap(({ subject, detail, held }) => {
      // People are named as a person would name them; a directory id means nothing elsewhere.
      const id = subject.kind === 'user' && detail !== '' ? detail : subject.id;
      return held.map(({ sku, from }) => ({ sku, subject: { kind: subject.kind, id }, from }));
    }),
  );
}

function subjectRows(desk: Desk, kind?: 'user' | 'device') {
  return allPages((after) => desk.operate('subjects', { limit: PAGE, ...given({ kind, after }) }));
}

export async function evidence(desk: Desk): Promise<string> {
  const { writeCsv } = await import('@parley/services/licensing/rules/exchange/csv');
  const rows = await allPages((after) => desk.operate('evidence', { limit: PAGE, ...given({ after }) }));
  return writeCsv([
    ['user', 'device', 'level', 'firstDay', 'lastDay', 'count', 'covered'],
    ...rows.map((each) => [
      each.userName || each.userId,
      each.deviceName || each.deviceId,
      each.level,
      each.firstDay,
      each.lastDay,
      each.count,
      each.covered ? 'yes' : 'no',
    ]),
  ]);
}

export async function audit(desk: Desk): Promise<string> {
  const { writeCsv } = await import('@parley/services/licensing/rules/exchange/csv');
  const records = await auditRecords(desk, { limit: AUDIT_ROWS });
  return writeCsv([
    ['seq', 'at', 'actor', 'operation', 'before', 'after', 'rules', 'hash'],
    ...records.map((each) => [
      each.seq,
      new Date(each.at).toISOString(),
      each.actor,
      each.operation,
      JSON.stringify(each.before ?? null),
      JSON.stringify(each.after ?? null),
      each.rules.join(' '),
      each.hash,
    ]),
  ]);
}
