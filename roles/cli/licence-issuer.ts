// `parley licence file keygen|sign|renew|revoke`: the issuer's side of licence files, offline, so that an organisation
// may be its own issuer (rule M9).
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Answer, CommandFault, granted } from './answer.ts';
import { type JsonOption, type Run, withJson } from './command.ts';
import { badUsage, count, day, given, numbered } from './licence-flags.ts';
import { type KeyFile, keyOf, publicKeyOf, saveKey } from './licence-key.ts';
import { readJsonFile, readTextFile } from './read-file.ts';

interface OutOption extends JsonOption {
  readonly out?: string;
}
interface KeyOptions extends OutOption {
  readonly key: string;
}
interface SignOptions extends KeyOptions {
  readonly issuer?: string;
  readonly customer?: string;
  readonly id?: string;
  readonly grant?: Readonly<Record<string, number>>;
  readonly from?: string;
  readonly to?: string;
  readonly graceDays?: number;
  readonly payload?: string;
}
interface RevokeOptions extends KeyOptions {
  readonly issuer: string;
  readonly reason: string;
  readonly list?: string;
}

const GRANT = 'what it grants: SKU:METRIC=COUNT; may be repeated';
const DEFAULT_GRACE_DAYS = 30;

export function addIssuerCommands(file: Command, run: Run): void {
  withJson(file.command('keygen <name>'), ['parley licence file keygen our-key-1 --out our-key-1.pem'])
    .description('Make a key to sign licence files with; keep its file away from the server')
    .requiredOption('--out <file>', 'where the private key goes; never over a file that is there')
    .action(run((name: string, options: { readonly out: string }) => keygen(name, options)));

  withJson(file.command('sign'), [
    'parley licence file sign --key our-key-1.pem --issuer "Example IT" --customer "Sales" --id sales-2027 --grant parley-standard-cal:user=20 --from 2027-01-01 --to 2028-01-01 --out sales.licence',
  ])
    .description('Sign a licence file')
    .requiredOption('--key <file>', 'made by keygen')
    .option('--payload <file>', 'everything below from a JSON file')
    .option('--issuer <name>', 'who issues it')
    .option('--customer <name>', 'whom it is for')
    .option('--id <id>', 'of this licence; stays when it is renewed')
    .option('--grant <sku:metric=count>', GRANT, numbered)
    .option('--from <day>', 'first day (default: today)', day)
    .option('--to <day>', 'the day on which it ends; left out: it does not end', day)
    .option(
      '--grace-days <count>',
      `how long it still counts after the end (default: ${DEFAULT_GRACE_DAYS})`,
      count,
    )
    .option('--out <file>', 'where it goes (default: standard output)')
    .action(run(sign));

  withJson(file.command('renew <file>'), [
    'parley licence file renew sales.licence --key our-key-1.pem --to 2029-01-01 --out sales-2.licence',
  ])
    .description('Sign the same licence again with a later end or other quantities; its number goes up')
    .requiredOption('--key <file>', 'the key that signed it')
    .option('--to <day>', 'the new day on which it ends', day)
    .option('--grant <sku:metric=count>', GRANT, numbered)
    .option('--out <file>', 'where it goes (default: standard output)')
    .action(run(renew));

  withJson(file.command('revoke <id...>'), [
    'parley licence file revoke sales-2027 --key our-key-1.pem --issuer "Example IT" --reason "not paid" --out revoked.txt',
  ])
    .description('Sign a list of licences that count no more')
    .requiredOption('--key <file>', 'the key that signed them')
    .requiredOption('--issuer <name>', 'as in the files')
    .option('--reason <text>', 'why', '')
    .option('--list <file>', 'the list before this one: what it revokes stays revoked')
    .option('--out <file>', 'where it goes (default: standard output)')
    .action(run(revoke));
}

async function keygen(name: string, { out }: { readonly out: string }): Promise<Answer> {
  const { newIssuerKey } = await import('@parley/services/licensing/licence-file');
  const key = newIssuerKey(name);
  await saveKey(out, key);
  return {
    data: { kid: key.kid, publicKey: key.publicKey, file: out },
    text: [
      `The private key is in ${out}: who has it can issue licences.`,
      `Servers trust it after: parley licence key pin ${key.kid} ${key.publicKey} --name "…"`,
    ],
  };
}

async function sign(options: SignOptions): Promise<Answer> {
  const key = await keyOf(options.key);
  const { issueLicenceFile } = await import('@parley/services/licensing/licence-file');
  const { issuer, customer, id, from, to, graceDays } = options;
  const said = given({
    ...{ issuer, customer, id, graceDays },
    ...{ notBefore: instant(from), notAfter: instant(to), grants: grantsOf(options.grant) },
  });
  const fromFile = options.payload === undefined ? {} : ((await readJsonFile(options.payload)) as object);
  const now = new Date().toISOString();
  const basis = {
    v: 1,
    seq: 1,
    issuedAt: now,
    notBefore: now,
    notAfter: null,
    graceDays: DEFAULT_GRACE_DAYS,
  };
  const payload = { ...basis, ...fromFile, ...said };
  const missing = ['issuer', 'customer', 'id', 'grants'].filter((field) => !Object.hasOwn(payload, field));
  if (missing.length > 0)
    throw badUsage(`The licence has no ${missing.join(', no ')}.`, 'Give them as options, or in --payload.');
  return await written(granted(issueLicenceFile(payload as never, key)), options);
}

async function renew(path: string, options: SignOptions): Promise<Answer> {
  const key = await keyOf(options.key);
  const { payload } = await openedWith(path, key);
  const { renewLicenceFile } = await import('@parley/services/licensing/licence-file');
  const changes = given({ notAfter: instant(options.to), grants: grantsOf(options.grant) });
  const issuedAt = new Date().toISOString();
  return await written(granted(renewLicenceFile(payload, { ...changes, issuedAt } as never, key)), options);
}

async function revoke(ids: readonly string[], options: RevokeOptions): Promise<Answer> {
  const key = await keyOf(options.key);
  const { issueRevocations, keyRing, verifyRevocations } = await import(
    '@parley/services/licensing/licence-file'
  );
  const ring = granted(keyRing({ [key.kid]: publicKeyOf(key) }));
  const before =
    options.list === undefined
      ? undefined
      : granted(verifyRevocations(await readTextFile(options.list), ring)).payload;
  const at = new Date().toISOString();
  const kept = (before?.revoked ?? []).filter(({ id }) => !ids.includes(id));
  const revoked = [...kept, ...ids.map((id) => ({ id, at, reason: options.reason }))];
  const list = { v: 1 as const, issuer: options.issuer, issuedAt: at, seq: (before?.seq ?? 0) + 1, revoked };
  return await written(granted(issueRevocations(list, key)), options);
}

async function openedWith(path: string, key: KeyFile) {
  const { keyRing, verifyLicenceFile } = await import('@parley/services/licensing/licence-file');
  const keys = granted(keyRing({ [key.kid]: publicKeyOf(key) }));
  return granted(verifyLicenceFile(await readTextFile(path), { keys, at: Date.now() }));
}

function instant(from: string | undefined): string | undefined {
  return from === undefined ? undefined : `${from}T00:00:00Z`;
}

function grantsOf(counts: Readonly<Record<string, number>> | undefined) {
  if (counts === undefined) return undefined;
  return Object.entries(counts).map(([name, quantity]) => {
    const [sku, metric = 'user', ...rest] = name.split(':');
    const isMetric = ['user', 'device', 'server', 'processor'].includes(metric);
    if (isMetric && rest.length === 0) return { sku, metric, quantity };
    throw badUsage(`"${name}" is not of the form SKU:METRIC.`, 'For example: parley-standard-cal:user=20.');
  });
}

async function written(text: string, { out }: OutOption): Promise<Answer> {
  if (out === undefined) return { data: { file: text }, text: text.trimEnd().split('\n') };
  try {
    await writeFile(out, text);
  } catch (error) {
    const sentence = `${out} cannot be written (${(error as NodeJS.ErrnoException).code}).`;
    throw new CommandFault({ code: 'CLI_NOT_WRITTEN', sentence, remedy: 'Check the folder and its rights.' });
  }
  return { data: { file: text, out }, text: [`Signed: ${out}`] };
}
