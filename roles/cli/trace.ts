// `parley trace`: recent SIP messages of the Parley that runs here, as a list, a ladder, a file, or as they come.
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReplyOf } from '@parley/platform/contract';
import { askLocalDoor } from '@parley/platform/host';
import {
  type DoorQuestion,
  type listCalls,
  type recentSightings,
  type Sighting,
  type showLadder,
  TRACE_DOOR,
  type TraceCall,
  type TraceFilter,
} from '@parley/services/monitoring/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { type Answer, CommandFault, EXIT, granted, printable, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { loadSettings } from './settings.ts';

interface TraceOptions extends CommonOptions {
  readonly user?: string;
  readonly callId?: string;
  readonly method?: string;
  readonly status?: number;
  readonly source?: string;
  readonly minutes?: number;
  readonly limit: number;
  readonly follow?: boolean;
  readonly export?: string;
}

type Calls = ReplyOf<typeof listCalls>;
type Sightings = ReplyOf<typeof recentSightings>;
type Ask = <T>(question: DoorQuestion) => Promise<T>;

const POLL_MS = 1_000;
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
/** Clocks of front ends differ, and a message may be told a moment after a later one. */
const OVERLAP_MS = 3_000;
const FOLLOWED = 500;

export function addTraceCommand(program: Command, run: Run): void {
  withCommonOptions(program.command('trace'), [
    'parley trace --user alice --minutes 5',
    'parley trace --call-id 3848276298220188511@atlanta.example.com',
    'parley trace --user bob --export bob.pcap',
    'parley trace --follow --method INVITE',
  ])
    .description('Look at recent SIP messages of the Parley that runs here; passwords and keys are masked')
    .option('--user <address>', 'only from or to this address')
    .option('--call-id <id>', 'the ladder of one Call-ID')
    .option('--method <method>', 'only what began with this method, for example INVITE')
    .option('--status <class>', 'only what ended like this: 2xx, 4xx, … or none', statusClass)
    .option('--source <address>', 'only with a phone or server at this network address')
    .option('--minutes <count>', 'only the last minutes', wholeNumber)
    .option('--limit <count>', 'so many at most (up to 500)', wholeNumber, 50)
    .option('--follow', 'go on and print messages as they come')
    .option('--export <file>', 'write the messages in full: .pcap for Wireshark, .txt to read')
    .action(run(trace));
}

async function trace(options: TraceOptions): Promise<Answer | undefined> {
  const { config } = await loadSettings(options);
  const door = { data: config.data, name: TRACE_DOOR };
  const ask: Ask = async <T>(question: DoorQuestion) => granted(await askLocalDoor(door, question)) as T;
  const filter = filterOf(options);
  if (options.follow === true) return await follow(ask, filter, options);
  if (options.export !== undefined) return await writeExport(ask, filter, options, options.export);
  if (options.callId !== undefined) return await showOne(ask, options.callId);
  return await list(ask, filter, options);
}

async function list(ask: Ask, filter: TraceFilter, { limit }: TraceOptions): Promise<Answer> {
  const listed = await ask<Calls>({ ask: 'calls', filter, limit });
  const { calls, more, cover } = listed;
  const rows = calls.map((call) => [
    clockTime(call.startedAt),
    call.method,
    call.from,
    call.to,
    call.status === null ? '-' : String(call.status),
    String(call.messages),
    call.callId,
  ]);
  const head = ['TIME', 'METHOD', 'FROM', 'TO', 'STATUS', 'MESSAGES', 'CALL-ID'];
  const text = calls.length === 0 ? [nothing(cover.setting)] : table([head, ...rows]);
  if (more) text.push('', 'There are more: narrow the search, or raise --limit.');
  if (cover.silent > 0) text.push('', silence(cover.silent));
  return { data: listed, text };
}

async function showOne(ask: Ask, callId: string): Promise<Answer> {
  const shown = await ask<ReplyOf<typeof showLadder> & { text: string[] }>({ ask: 'ladder', callId });
  const { text, ...data } = shown;
  return { data, text: data.silent > 0 ? [...text, '', silence(data.silent)] : text };
}

async function writeExport(
  ask: Ask,
  filter: TraceFilter,
  { callId, limit }: TraceOptions,
  file: string,
): Promise<Answer> {
  const format = file.endsWith('.pcap') ? 'pcap' : 'text';
  const callIds =
    callId === undefined
      ? (await ask<Calls>({ ask: 'calls', filter, limit })).calls.map((call: TraceCall) => call.callId)
      : [callId];
  if (callIds.length === 0) {
    const fault = {
      code: 'CLI_NOTHING_TO_EXPORT',
      sentence: 'No message fits, so no file is written.',
      remedy: 'Look at `parley trace` without --export first.',
    };
    throw new CommandFault(fault, { exitCode: EXIT.refused });
  }
  const { base64 } = await ask<{ base64: string }>({ ask: 'export', callIds, format });
  const bytes = Buffer.from(base64, 'base64');
  // Addresses and call data of people: for whoever asked, and nobody else on this machine.
  await writeFile(file, bytes, { mode: 0o600 });
  const text = `${file}: ${callIds.length} Call-IDs, ${Math.ceil(bytes.length / 1024)} KiB.`;
  return { data: { file, format, callIds, bytes: bytes.length }, text: [text] };
}

/** Until a signal ends it; with --json one document a line. */
async function follow(ask: Ask, filter: TraceFilter, options: TraceOptions): Promise<undefined> {
  const told = new Map<string, number>();
  let from = Date.now();
  for (;;) {
    const found = await ask<Sightings>({ ask: 'sightings', filter, from, limit: FOLLOWED });
    for (const sighting of found.sightings) {
      if (told.has(sighting.id) || !isWanted(sighting, options)) continue;
      told.set(sighting.id, sighting.at);
      process.stdout.write(
        `${options.json === true ? JSON.stringify(sighting) : printable(followedLine(sighting))}\n`,
      );
    }
    from = Math.max(from, (found.sightings.at(-1)?.at ?? 0) - OVERLAP_MS);
    for (const [id, at] of told) if (at < from) told.delete(id);
    await delay(POLL_MS);
  }
}

function isWanted({ callId }: Sighting, options: TraceOptions): boolean {
  return options.callId === undefined || options.callId === callId;
}

function followedLine({ at, direction, flow, startLine, callId }: Sighting): string {
  const sign = direction === 'in' ? '→' : '←';
  const place = `${flow.transport} ${flow.remoteAddress}:${flow.remotePort}`;
  return `${clockTime(at)}  ${place.padEnd(26)} ${sign} ${startLine}  ${callId}`;
}

function filterOf({ user, method, status, source, minutes }: TraceOptions): TraceFilter {
  return {
    ...(user === undefined ? {} : { user }),
    ...(method === undefined ? {} : { method }),
    ...(status === undefined ? {} : { statusClass: status }),
    ...(source === undefined ? {} : { source }),
    ...(minutes === undefined ? {} : { since: Date.now() - minutes * 60_000 }),
  };
}

function statusClass(text: string): number {
  if (text === 'none') return 0;
  const digit = /^([2-6])(?:xx|\d\d)?$/i.exec(text)?.[1];
  if (digit === undefined) throw new InvalidArgumentError('Give 2xx, 3xx, 4xx, 5xx, 6xx or none.');
  return Number(digit);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 500)
    throw new InvalidArgumentError('Give a whole number from 1 to 500.');
  return value;
}

function nothing(setting: string): string {
  return setting === 'off'
    ? 'No SIP messages are kept: set sip.trace to headers or full in parley.yaml.'
    : 'No SIP message fits.';
}

function silence(count: number): string {
  return `${count} front end(s) did not answer: what they saw is missing.`;
}

/** Of this machine's time zone, whatever its language. */
function clockTime(at: number): string {
  return CLOCK.format(at);
}
