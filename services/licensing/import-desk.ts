// Files that are read: access logs, purchases, assignments, devices (licensing rules M2, M10). Good rows go in, the others
// come back with line and reason; a dry run does everything but write.
import { hash } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import { AssignmentRound } from './assignment-desk.ts';
import type { Asker, Decision, Desk } from './books.ts';
import type { OperationReply, OperationRequest } from './contract.ts';
import { takeEdges } from './evidence-desk.ts';
import type { Ports } from './reads.ts';
import {
  type ImportedAccess,
  readAccessLog,
  readRemoteDesktopReport,
  readUserAccessLogging,
} from './rules/exchange/access-log.ts';
import { readAssignments, readDevices, readPurchases } from './rules/exchange/registers.ts';
import type { Fact } from './rules/ledger.ts';
import type { Edge, Subject } from './rules/model.ts';
import { grantFrom } from './stock-desk.ts';
import type { Who } from './who.ts';

type Request = OperationRequest<'import'>;
type Report = OperationReply<'import'>;
type Rejected = Report['rejected'][number];

/** More would not fit into the answer; the count of accepted rows tells how many are left. */
const REJECTED_SHOWN = 1_000;

export async function importCsv(ports: Ports, request: Request, asker: Asker): Promise<Outcome<Report>> {
  const { kind } = request;
  const read =
    kind === 'access' ? readAccessLog : kind === 'user-access-logging' ? readUserAccessLogging : undefined;
  if (read !== undefined) return importAccess(ports, request, read(request.csv));
  if (kind === 'remote-desktop') return importAccess(ports, request, readRemoteDesktopReport(request.csv));
  const decide = registers[kind as keyof typeof registers];
  return ports.books.commit<Report>(asker, (desk) => decide(desk, request, ports.who));
}

async function importAccess(
  { own, books, who, now }: Ports,
  { csv, dryRun }: Request,
  read: ReturnType<typeof readAccessLog> | ReturnType<typeof readRemoteDesktopReport>,
): Promise<Outcome<Report>> {
  if (!read.ok) return read;
  const { accepted, rejected } = read.value;
  await books.catchUp();
  const edges = edgesOf(read.value).map((edge) => ({ ...edge, userId: personIn(who, edge.userId) }));
  // The same piece of a file counts once, whoever sends it again.
  const batchId = `import-${hash('sha256', csv, 'hex')}`;
  if (!dryRun && edges.length > 0) {
    const { added } = await takeEdges(own, books, { batchId, edges }, now());
    if (added > 0) await books.settle();
  }
  return done({ accepted, rejected: shown(rejected), dryRun });
}

function edgesOf(read: ImportedAccess | { readonly issues: readonly Issue[] }): Edge[] {
  if ('edges' in read) return [...read.edges];
  return read.issues.map(({ userId, deviceId, issuedOn }) => ({
    userId,
    deviceId,
    level: 'standard',
    firstDay: issuedOn,
    lastDay: issuedOn,
    count: 1,
  }));
}
type Issue = { readonly userId: string | null; readonly deviceId: string | null; readonly issuedOn: string };

/** Logs name people by their address; who is not in the directory keeps the name of the log. */
function personIn(who: Who, name: string | null): string | null {
  return name === null ? null : (who.byAddress(name)?.userId ?? name);
}

type Decide = (desk: Desk, request: Request, who: Who) => Outcome<Decision<Report>>;

const registers: Readonly<Record<'purchases' | 'assignments' | 'devices', Decide>> = {
  purchases(desk, { csv, dryRun }) {
    const table = readPurchases(csv);
    if (!table.ok) return table;
    const facts: Fact[] = [];
    const rejected: Rejected[] = [...table.value.rejected];
    for (const [index, row] of table.value.rows.entries()) {
      const grant = grantFrom(desk, { ...row, agreementId: null });
      // The reader has checked each field: what is left is what only the catalogue and the ledger know.
      if (grant.ok) facts.push({ name: 'grant.put', body: grant.value });
      else rejected.push(refusedRow(table.value.lines[index], grant.fault));
    }
    return decided(facts, rejected, dryRun, ['M10']);
  },
  devices(_desk, { csv, dryRun }) {
    const table = readDevices(csv);
    if (!table.ok) return table;
    const facts: Fact[] = table.value.rows.map((body) => ({ name: 'device.put', body }));
    return decided(facts, table.value.rejected, dryRun, ['M10']);
  },
  assignments(desk, { csv, dryRun }, who) {
    const table = readAssignments(csv);
    if (!table.ok) return table;
    const round = new AssignmentRound(desk, who);
    const rejected: Rejected[] = [...table.value.rejected];
    for (const [index, { sku, subject }] of table.value.rows.entries()) {
      const resolved: Subject =
        subject.kind === 'user' ? { kind: 'user', id: personIn(who, subject.id) ?? subject.id } : subject;
      const refused = round.assign({ sku, subject: resolved }, 'import');
      if (refused !== undefined) rejected.push(refusedRow(table.value.lines[index], refused.fault));
    }
    return decided(round.facts, rejected, dryRun, [...round.rules, 'M10']);
  },
};

function decided(
  facts: readonly Fact[],
  rejected: readonly Rejected[],
  dryRun: boolean,
  rules: readonly string[],
): Outcome<Decision<Report>> {
  const reply = { accepted: facts.length, rejected: shown(rejected), dryRun };
  return done({ facts: dryRun ? [] : facts, reply, rules });
}

function refusedRow(
  line: number | undefined,
  { code, sentence }: { code: string; sentence: string },
): Rejected {
  return { line: line ?? 0, error: code, sentence };
}

function shown(rejected: readonly Rejected[]): Rejected[] {
  return rejected
    .toSorted((one, other) => one.line - other.line)
    .slice(0, REJECTED_SHOWN)
    .map(({ line, error, sentence }) => ({ line, error, sentence }));
}
