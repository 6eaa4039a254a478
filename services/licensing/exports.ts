// What can be taken away: the position as HTML, PDF and JSON, entitlements, the SWID tag, and lists as CSV (licensing rule
// M10). Made from the operations, so that who may read them may export them. Used by http.ts.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import {
  type OperationName,
  type OperationReply,
  type OperationRequest,
  operationCommand,
} from './contract.ts';
import { positionPdf } from './position-pdf.ts';
import { writeCsv } from './rules/exchange/csv.ts';
import { entitlementXml } from './rules/exchange/entitlement.ts';
import { type PositionDocument, positionJson } from './rules/exchange/position.ts';
import { positionHtml } from './rules/exchange/position-html.ts';
import { swidTag, swidTagId } from './rules/exchange/swid.ts';

export interface ExportPorts {
  readonly bus: Bus;
  /** Whose licences these are: the domain of the server. */
  readonly organisation: string;
  readonly version: string;
  readonly edition: 'standard' | 'enterprise';
}

export interface ExportFile {
  readonly type: string;
  readonly content: string | Uint8Array;
}

interface Asked extends ExportPorts {
  readonly actor: string;
  readonly madeAt: string;
  readonly asOf: string | undefined;
}

const CSV = 'text/csv; charset=utf-8';
const XML = 'application/xml; charset=utf-8';
const PAGE = 500;
const DEADLINE_MS = 60_000;

export const exportFiles = {
  'position.html': async (asked) =>
    file(await positionDocument(asked), 'text/html; charset=utf-8', positionHtml),
  'position.pdf': async (asked) => {
    const document = await positionDocument(asked);
    return document.ok
      ? done({ type: 'application/pdf', content: await positionPdf(document.value) })
      : document;
  },
  'position.json': async (asked) =>
    file(await positionDocument(asked), 'application/json; charset=utf-8', positionJson),
  'entitlements.xml': async (asked) => {
    const { organisation, madeAt, version, edition } = asked;
    return file(await ask(asked, 'stock', dated(asked)), XML, (stock) =>
      entitlementXml({
        creator: organisation,
        owner: organisation,
        madeAt,
        ...stock,
        swidTags: { parley: swidTagId({ name: 'Parley', version, edition }) },
      }),
    );
  },
  'swid.xml': async (asked) => {
    // Nothing of the organisation is in it, and still it is for those who may see the licences.
    const allowed = await ask(asked, 'stock', {});
    const { version, edition } = asked;
    return file(allowed, XML, () => swidTag({ name: 'Parley', version, edition }));
  },
  'users.csv': async (asked) =>
    file(await subjects(asked, 'user'), CSV, (rows) =>
      table(
        ['user', 'name', 'disabled', 'licences', 'needs', 'covered', 'lastAccess'],
        rows.map((row) => [row.detail || row.subject.id, row.name, yes(row.disabled), ...usage(row)]),
      ),
    ),
  'devices.csv': async (asked) =>
    file(await subjects(asked, 'device'), CSV, (rows) =>
      table(
        ['device', 'name', 'commonArea', 'licences', 'needs', 'covered', 'lastAccess'],
        rows.map((row) => [row.subject.id, row.name, yes(row.commonArea), ...usage(row)]),
      ),
    ),
  'evidence.csv': async (asked) => {
    const rows = await pages((after) => ask(asked, 'evidence', { limit: PAGE, ...after }));
    return file(rows, CSV, (edges) =>
      table(
        ['user', 'userName', 'device', 'deviceName', 'level', 'firstDay', 'lastDay', 'count', 'covered'],
        edges.map((edge) => [
          edge.userId,
          edge.userName,
          edge.deviceId,
          edge.deviceName,
          edge.level,
          edge.firstDay,
          edge.lastDay,
          edge.count,
          yes(edge.covered),
        ]),
      ),
    );
  },
  'audit.csv': async (asked) => {
    const rows = await pages(async (after) => {
      const before = after.after === undefined ? {} : { before: Number(after.after) };
      const page = await ask(asked, 'audit', { limit: PAGE, ...before });
      if (!page.ok) return page;
      const { items } = page.value;
      const last = items.at(-1)?.seq;
      return done({ items, ...(items.length === PAGE && last !== undefined ? { next: String(last) } : {}) });
    });
    return file(rows, CSV, (records) =>
      table(
        ['seq', 'time', 'actor', 'operation', 'before', 'after', 'rules', 'hash'],
        records.map(({ seq, at, actor, operation, before, after, rules, hash }) => [
          seq,
          new Date(at).toISOString(),
          actor,
          operation,
          JSON.stringify(before),
          JSON.stringify(after),
          rules.join(' '),
          hash,
        ]),
      ),
    );
  },
} as const satisfies Readonly<Record<string, (asked: Asked) => Promise<Outcome<ExportFile>>>>;
export type ExportName = keyof typeof exportFiles;

function ask<N extends OperationName>(
  { bus, actor }: Asked,
  name: N,
  request: OperationRequest<N>,
): Promise<Outcome<OperationReply<N>>> {
  const asking = { actor, request } as Parameters<typeof bus.call>[1];
  return bus.call(operationCommand(name), asking as never, { deadlineMs: DEADLINE_MS }) as Promise<
    Outcome<OperationReply<N>>
  >;
}

function dated({ asOf }: Asked): { asOf?: string } {
  return asOf === undefined ? {} : { asOf };
}

async function positionDocument(asked: Asked): Promise<Outcome<PositionDocument>> {
  const position = await ask(asked, 'position', dated(asked));
  if (!position.ok) return position;
  const stock = await ask(asked, 'stock', dated(asked));
  if (!stock.ok) return stock;
  const { organisation, madeAt } = asked;
  return done({ organisation, madeAt, position: position.value, ...stock.value });
}

function subjects(asked: Asked, kind: 'user' | 'device') {
  return pages((after) => ask(asked, 'subjects', { kind, limit: PAGE, ...after }));
}

async function pages<R>(
  read: (after: { after?: string }) => Promise<Outcome<{ items: R[]; next?: string }>>,
): Promise<Outcome<R[]>> {
  const all: R[] = [];
  let after: { after?: string } = {};
  for (;;) {
    const page = await read(after);
    if (!page.ok) return page;
    all.push(...page.value.items);
    if (page.value.next === undefined) return done(all);
    after = { after: page.value.next };
  }
}

function file<T>(value: Outcome<T>, type: string, write: (value: T) => string): Outcome<ExportFile> {
  return value.ok ? done({ type, content: write(value.value) }) : value;
}

type Cell = string | number | null;

function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return writeCsv([header, ...rows]);
}

function usage(row: OperationReply<'subjects'>['items'][number]): Cell[] {
  return [row.held.map(({ sku }) => sku).join(' '), row.needs, yes(row.covered), row.lastAccess];
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
