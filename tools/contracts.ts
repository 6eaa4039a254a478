// The contract report: what services may say to each other, as text in docs/contracts.txt, so that a change of the
// wire is a visible difference in review. `node tools/contracts.ts` writes it; docs.ts checks it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readTree, root, type SourceFile } from './source-tree.ts';

export const contractReportPath = 'docs/contracts.txt';

/** A module's exports, by service. */
export type Contracts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export async function loadContracts(files: readonly SourceFile[]): Promise<Contracts> {
  const contracts: Record<string, Record<string, unknown>> = {};
  for (const { path } of files) {
    const service = /^services\/([^/]+)\/contract\.ts$/.exec(path)?.[1];
    if (service === undefined) continue;
    contracts[service] = (await import(pathToFileURL(join(root, path)).href)) as Record<string, unknown>;
  }
  return contracts;
}

export function contractReport(contracts: Contracts): string {
  const parts = Object.keys(contracts)
    .sort()
    .map((service) => serviceReport(service, contracts[service] ?? {}));
  return `What services may say to each other. Written by tools/contracts.ts from services/*/contract.ts.\n\n${parts.join('\n')}`;
}

interface Schema {
  readonly [key: string]: unknown;
}

interface Described {
  readonly kind?: unknown;
  readonly subject?: unknown;
  readonly schema?: Schema;
  readonly request?: Schema;
  readonly reply?: Schema;
  readonly table?: Readonly<Record<string, { readonly http: number; readonly sip?: number }>>;
}

function serviceReport(service: string, exported: Readonly<Record<string, unknown>>): string {
  const lines: string[] = [];
  for (const value of Object.values(exported)) {
    if (typeof value !== 'object' || value === null) continue;
    const { kind, subject, schema, request, reply, table } = value as Described;
    if (kind === 'event' && schema !== undefined) lines.push(`event    ${subject} ${form(schema)}`);
    if (kind === 'command' && request !== undefined && reply !== undefined) {
      lines.push(`command  ${subject} ${form(request)}\n         → ${form(reply)}`);
    }
    // A table of operations is served as one command each, under the name of its service.
    for (const [name, row] of Object.entries(value as Readonly<Record<string, Described | undefined>>)) {
      if (kind !== undefined || table !== undefined || row?.request === undefined || row.reply === undefined)
        continue;
      lines.push(`operation ${service}.${name} ${form(row.request)}\n         → ${form(row.reply)}`);
    }
    for (const [code, row] of Object.entries(table ?? {})) {
      lines.push(`error    ${code} http ${row.http}${row.sip === undefined ? '' : ` sip ${row.sip}`}`);
    }
  }
  return `## ${service}\n${[...new Set(lines)].sort().join('\n')}\n`;
}

/** A schema in one line: `{ name: string(1…100), note?: string }`. */
function form(schema: Schema): string {
  const several = (schema['anyOf'] ?? schema['allOf']) as Schema[] | undefined;
  if (several !== undefined) return several.map(form).join(schema['anyOf'] === undefined ? ' & ' : ' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  const type = schema['type'];
  if (type === 'array')
    return `[${form((schema['items'] ?? {}) as Schema)}]${bounds(schema, 'minItems', 'maxItems')}`;
  if (type === 'object') return objectForm(schema);
  if (type === 'string') return `string${bounds(schema, 'minLength', 'maxLength')}${pattern(schema)}`;
  if (type === 'integer' || type === 'number') return `${type}${bounds(schema, 'minimum', 'maximum')}`;
  return typeof type === 'string' ? type : 'anything';
}

function objectForm(schema: Schema): string {
  const records = schema['patternProperties'] as Record<string, Schema> | undefined;
  if (records !== undefined) return `{ [name]: ${Object.values(records).map(form).join(' | ')} }`;
  const required = new Set((schema['required'] ?? []) as string[]);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  if (properties.length === 0) return '{}';
  const inner = properties.map(([name, value]) => `${name}${required.has(name) ? '' : '?'}: ${form(value)}`);
  return `{ ${inner.join(', ')} }`;
}

function bounds(schema: Schema, least: string, most: string): string {
  const low = schema[least];
  const high = schema[most];
  if (low === undefined && high === undefined) return '';
  return `(${low ?? ''}…${high ?? ''})`;
}

function pattern(schema: Schema): string {
  return typeof schema['pattern'] === 'string' ? ` /${schema['pattern']}/` : '';
}

if (import.meta.main) {
  const report = contractReport(await loadContracts(readTree()));
  writeFileSync(join(root, contractReportPath), report);
  process.stdout.write(`${contractReportPath} is written.\n`);
}
