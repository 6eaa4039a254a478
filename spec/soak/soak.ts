// The soak: many phones that do everything at once and much of it badly, against one real Parley; then they are gone, hours
// pass, and nothing of them may be left. `npm run soak -- --minutes 10`; soak.test.ts runs a short one.

import { setTimeout as pass } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MANNERS, type Manner, SoakPhone } from './soak-phone.ts';
import { type Held, type SoakServer, startSoakServer } from './soak-server.ts';
import { TRANSPORTS } from './soak-wire.ts';

export interface SoakOptions {
  readonly seconds: number;
  readonly phones: number;
  readonly seed: number;
  say(line: string): void;
}

export interface SoakReport {
  /** What happened, with how often. */
  readonly counts: ReadonlyMap<string, number>;
  /** What is left that should not be; empty when all is well. */
  readonly leaks: readonly string[];
}

/** Before anything is measured, so that caches are filled and code is compiled. */
const WARM_SECONDS = 6;
/** For people whose caches are full either way; what leaks leaks with each request. */
const HEAP_BYTES = 12 * 1024 * 1024;
const LOSS = 0.05;
const PAUSE_MS = 40;

/** mulberry32: the same seed makes the same decisions, as far as the order of events allows. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function soak({ seconds, phones, seed, say }: SoakOptions): Promise<SoakReport> {
  const random = seeded(seed);
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  await using server = await startSoakServer(phones);
  await crowd(server, WARM_SECONDS);
  await server.letTimePass();
  const before = await server.held();
  say(`before: ${told(before)}`);
  await crowd(server, seconds);
  say(`at the end of the soak: ${told(await server.held())}`);
  await server.letTimePass();
  const after = await server.held();
  say(`three hours later: ${told(after)}`);
  return { counts, leaks: leaksOf(before, after) };

  async function crowd(at: SoakServer, forSeconds: number): Promise<void> {
    const until = performance.now() + forSeconds * 1000;
    await Promise.all(Array.from({ length: phones }, (_, user) => live(at, user, until)));
  }

  /** One person's phones, one after the other: each dies in its own way. */
  async function live(at: SoakServer, user: number, until: number): Promise<void> {
    while (performance.now() < until) {
      const phone = await SoakPhone.on({
        user,
        transport: TRANSPORTS[Math.floor(random() * TRANSPORTS.length)]!,
        server: at.addresses,
        localAddress: `127.0.0.${2 + (user % 200)}`,
        loss: LOSS,
        random,
        manner: (): Manner => (random() < 0.6 ? 'answers' : MANNERS[Math.floor(random() * MANNERS.length)]!),
        saw: count,
      }).catch(() => undefined);
      if (phone === undefined) {
        count('could not connect');
        await pass(PAUSE_MS);
        continue;
      }
      count(`REGISTER ${await phone.register(3600)}`);
      const dies = performance.now() + 500 + random() * 8_000;
      while (!phone.isGone && performance.now() < Math.min(until, dies)) {
        await something(phone);
        await pass(random() * PAUSE_MS);
      }
      if (random() < 0.3) count(`REGISTER 0 ${await phone.register(0)}`);
      if (random() < 0.4) phone.breakOff();
      else phone.kill();
    }
  }

  async function something(phone: SoakPhone): Promise<void> {
    const other = `u${Math.floor(random() * phones)}@parley.test`;
    const draw = random();
    if (draw < 0.35) count(`MESSAGE ${await phone.say(other, `hello ${draw}`)}`);
    else if (draw < 0.45) count(`SUBSCRIBE ${await phone.watch(other, 60 + Math.floor(random() * 600))}`);
    else if (draw < 0.5) count(`SUBSCRIBE 0 ${await phone.watch(other, 0)}`);
    else if (draw < 0.6) count(`REGISTER ${await phone.register(3600)}`);
    else if (draw < 0.85) count(`call ${await phone.call(other, 'talk')}`);
    else if (draw < 0.95) count(`cancelled call ${await phone.call(other, 'cancel')}`);
    else count(`forgotten call ${await phone.call(other, 'forget')}`);
  }
}

function leaksOf(before: Held, after: Held): string[] {
  const leaks: string[] = [];
  for (const [name, value] of Object.entries(after.gauges)) {
    const was = name === 'parley_timers' ? before.gauges[name]! : 0;
    if (value > was) leaks.push(`${name} is ${value}, and ${was} before`);
  }
  for (const [kind, value] of Object.entries(after.handles)) {
    const was = before.handles[kind] ?? 0;
    // The pool of the database and the clients of /metrics come and go.
    const slack = kind === 'TCPSocketWrap' || kind === 'PipeWrap' ? 12 : 2;
    if (value > was + slack) leaks.push(`${value} of ${kind}, and ${was} before`);
  }
  const grownBytes = after.heapBytes - before.heapBytes;
  if (grownBytes > HEAP_BYTES) leaks.push(`the heap grew by ${mb(grownBytes)} MB`);
  return leaks;
}

function told({ gauges, handles, heapBytes }: Held): string {
  const parts = Object.entries(gauges).map(([name, value]) => `${name.replace('parley_', '')} ${value}`);
  const open = Object.entries(handles).map(([kind, value]) => `${kind} ${value}`);
  return [...parts, ...open, `heap ${mb(heapBytes)} MB`].join(', ');
}

function mb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      phones: { type: 'string', default: '100' },
      seed: { type: 'string' },
    },
  });
  const seconds = Number(values.minutes) * 60;
  const phones = Number(values.phones);
  const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);
  if (!(seconds > 0) || !(phones > 1 && phones <= 5_000) || !Number.isInteger(seed)) {
    process.stderr.write('--minutes takes a number above 0, --phones 2 to 5000, --seed a whole number.\n');
    process.exit(2);
  }
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  say(`${phones} phones for ${values.minutes} minutes, seed ${seed}`);
  const { counts, leaks } = await soak({ seconds, phones, seed, say });
  for (const [what, times] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
    say(`${String(times).padStart(8)} ${what}`);
  for (const leak of leaks) say(`LEFT: ${leak}`);
  say(leaks.length === 0 ? 'Nothing is left.' : 'Something is left.');
  process.exitCode = leaks.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
