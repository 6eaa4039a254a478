// Finding people and messages among very many: an organisation of its own, filled in a minute or two, then asked as a window
// asks. `--people 100000 --messages 1000000 --data FOLDER`; the second run in a folder finds it filled.
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { embeddedPostgresUrl } from '@parley/platform/store';
import { connectTo, type TestConnection } from '@parley/platform/store/testing';
import { readQuery } from '@parley/services/im/rules/search-query';
import { WebUser } from '../cast/web-user.ts';
import { type Figures, percentile } from './figures.ts';
import { fill } from './fill.ts';
import { startMeter } from './meter.ts';
import { rareWord } from './phrasebook.ts';
import { memoryOfTree } from './process-memory.ts';
import { administratorOf, DOMAIN, PASSWORD, type Product, startProduct } from './product.ts';
import { measureSearchPage } from './search-page.ts';

export interface SearchOptions {
  readonly people: number;
  readonly messages: number;
  readonly folder?: string | undefined;
}

const HEAVY = { messages: 100_000, conversations: 2_000 } as const;
const ROUNDS = 5;
/** Below the pace at which the server asks a window to wait. */
const BETWEEN_MS = 60;
const LOOK_MS = 1_000;
const PEOPLE = [
  'mul',
  'jurgen',
  'a',
  'an berg',
  'marketing',
  'forschung goteb',
  '10 012 3',
  '+49 89 1000',
  'zzz',
];
const MESSAGES = [
  ...['budget', 'bud', 'the', 't', rareWord(40_000), rareWord(3), 'встреча', 'nothingofthekind'],
  ...['"please send"', 'budget review contract', 'has:link', 'has:code', 'from:me budget', 'in:anna meeting'],
  ...['meeting before:2025', 'coffee after:2026-06'],
];
const FILLED = 'filled';

export async function measureSearch(figures: Figures, options: SearchOptions): Promise<void> {
  const { people, messages, folder } = options;
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'parley-search-')));
  const data = join(place, 'data');
  const size = `${people.toLocaleString('en')} people, ${messages.toLocaleString('en')} messages`;
  try {
    if (!existsSync(join(place, FILLED))) {
      await mkdir(place, { recursive: true });
      await chmod(place, 0o755);
      await found(figures, data, options);
      await writeFile(join(place, FILLED), '');
    }
    await using product = await startProduct(data);
    figures.add('search', { name: `start with ${size}`, value: product.readyMs / 1_000, unit: 's' });
    addMemory(figures, product, 'memory of Parley then');
    await using alice = await WebUser.signIn(product.origin, `alice@${DOMAIN}`, PASSWORD);
    await ask(figures, product, 'people', PEOPLE, 200, (query) =>
      alice.command('people.search', { query, limit: 30 }),
    );
    await ask(figures, product, 'messages of who has 100,000', MESSAGES, 300, (typed) =>
      alice.command('im.search', { query: readQuery(typed, Date.UTC).query, limit: 20 }),
    );
    await measureSearchPage(figures, product, alice, { people: PEOPLE, messages: MESSAGES });
  } finally {
    if (folder === undefined) await rm(place, { recursive: true, force: true });
  }
}

async function found(figures: Figures, data: string, { people, messages }: SearchOptions): Promise<void> {
  await using product = await startProduct(data);
  figures.add('search', { name: 'start with nobody', value: product.readyMs / 1_000, unit: 's' });
  addMemory(figures, product, 'memory of Parley with nobody');
  const administrator = await administratorOf(product);
  const alice = { address: 'alice', name: 'Alice Adler', password: PASSWORD };
  const { userId } = await administrator.post<{ userId: string }>('/api/v1/admin/users', alice);
  const url = await embeddedPostgresUrl(data);
  if (url === undefined) throw new Error('PostgreSQL of the product cannot be reached');
  await using database = await connectTo(url);
  const began = performance.now();
  await fill((text, values) => database.query(text, values), {
    people,
    messages,
    domain: DOMAIN,
    heavy: { userId, ...HEAVY },
    until: Date.now(),
    progress: (stored) => {
      if (stored % 500_000 === 0) console.log(`${stored.toLocaleString('en')} messages are there`);
    },
  });
  const filledS = (performance.now() - began) / 1_000;
  figures.add('search', { name: 'filling', value: filledS, unit: 's' });
  await measureIndex(figures, database, messages);
}

/** Of the program itself, without PostgreSQL. */
function addMemory(figures: Figures, { pid }: Product, name: string): void {
  const own = memoryOfTree(pid).find((one) => one.pid === pid);
  figures.add('search', { name, value: (own?.pssBytes ?? 0) / 1e6, unit: 'MB' });
}

/** How long the index takes for all that is there at once, and what it costs. */
async function measureIndex(figures: Figures, database: TestConnection, messages: number): Promise<void> {
  const left = async () => {
    const [row] = await database.query<{ left: string }>(
      'select coalesce(sum(last_seq - searched_seq), 0)::text as left from im.conversations',
    );
    return Number(row?.left ?? 0);
  };
  const all = await left();
  while ((await left()) === all) await pass(LOOK_MS);
  const began = performance.now();
  // Conversations that are not at rest stay out of it for a while.
  while ((await left()) > messages / 1_000) await pass(LOOK_MS);
  const indexS = (performance.now() - began) / 1_000;
  figures.add('search', {
    name: 'into the index, beside other work',
    value: (indexS * 1e6) / messages,
    unit: 'µs/message',
  });
  await database.query('vacuum analyze im.search_blocks');
  const [sizes] = await database.query<{ messages: string; blocks: string }>(
    `select pg_total_relation_size('im.messages')::text as messages,
            pg_total_relation_size('im.search_blocks')::text as blocks`,
  );
  figures.add('search', { name: 'stored message', value: Number(sizes?.messages) / messages, unit: 'bytes' });
  figures.add('search', {
    name: 'its part of the index',
    value: Number(sizes?.blocks) / messages,
    unit: 'bytes',
  });
}

async function ask(
  figures: Figures,
  { pid }: Product,
  what: string,
  queries: readonly string[],
  budget: number,
  search: (query: string) => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  const byQuery: Record<string, number[]> = {};
  const stop = startMeter(pid);
  for (let round = 0; round < ROUNDS; round++) {
    for (const query of queries) {
      await pass(BETWEEN_MS);
      const began = performance.now();
      await search(query);
      const tookMs = performance.now() - began;
      times.push(tookMs);
      byQuery[query] = [...(byQuery[query] ?? []), tookMs];
    }
  }
  const { serverUsPerOp, ownUsPerOp, otherCores } = stop(times.length);
  const slowest = Object.entries(byQuery).sort(([, a], [, b]) => percentile(b, 0.5) - percentile(a, 0.5))[0]!;
  const note = `slowest “${slowest[0]}”, ${percentile(slowest[1], 0.5).toFixed(0)} ms`;
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  figures.add('search', { name: `${what}, p50`, value: p50, unit: 'ms', budget });
  figures.add('search', { name: `${what}, p95`, value: p95, unit: 'ms', budget, note }, { byQuery });
  const cpu = `${(ownUsPerOp / 1000).toFixed(1)} of them Parley itself, the rest PostgreSQL; others took ${otherCores.toFixed(1)} cores`;
  figures.add('search', { name: `${what}, CPU time`, value: serverUsPerOp / 1000, unit: 'ms', note: cpu });
}
