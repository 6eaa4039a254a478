// What whoever types into the search box sees, and when: from the last key to the paint, the page's pause for further keys
// and its own work included. In Chromium, on the page that people use.
import { setTimeout as pass } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import type { WebUser } from '../cast/web-user.ts';
import { AFTER_PAINT, measureContactList } from './browser.ts';
import { type Figures, percentile } from './figures.ts';
import { CONTACTS } from './organisation.ts';
import { DOMAIN, PASSWORD, type Product } from './product.ts';

/** Fast enough that nothing is asked for between two keys. */
const KEY_MS = 20;
const ROUNDS = 6;
const BETWEEN_MS = 200;
/** As many contacts as one command takes, and as many people as one search finds. */
const AT_ONCE = 100;

/** Notes for the last key when its letter, the first person and all that was found are painted. */
const WATCH_SEARCH = `
  ${AFTER_PAINT}
  window.search = { echoes: [] };
  const grid = () => document.querySelector('[role=grid][aria-rowcount]');
  document.addEventListener('input', ({ target, timeStamp }) => {
    if (target.getAttribute('role') !== 'combobox') return;
    const { echoes } = window.search;
    window.search = { echoes, at: timeStamp };
    afterPaint(() => echoes.push(performance.now() - timeStamp));
  }, true);
  const note = (field) => {
    const mine = window.search;
    if (field in mine) return;
    mine[field] = undefined;
    afterPaint(() => {
      mine[field] = performance.now() - mine.at;
      window.told?.();
    });
  };
  new MutationObserver(() => {
    const found = grid();
    if (found === null || window.search.at === undefined) return;
    if (found.ariaBusy === 'true') window.search.wasBusy = true;
    const isDone = window.search.wasBusy && found.ariaBusy === 'false';
    if (isDone || found.querySelector('[data-kind=person]') !== null) note('people');
    if (isDone) note('all');
  }).observe(document.body, { childList: true, subtree: true, attributes: true });`;

interface Painted {
  readonly people: number;
  readonly all: number;
  readonly echoes: readonly number[];
}

interface Watched {
  readonly search: Partial<Painted>;
  told?: () => void;
}

export async function measureSearchPage(
  figures: Figures,
  product: Product,
  alice: WebUser,
  queries: { readonly people: readonly string[]; readonly messages: readonly string[] },
): Promise<void> {
  if (chromiumMissing) {
    console.log(`search on the page: left out, because ${chromiumMissing}`);
    return;
  }
  await addContacts(alice);
  await using chromium = await Chromium.start();
  const { page } = await chromium.watchedWindow(product.origin);
  const desk = await CommunicatorPage.signIn(page, { address: `alice@${DOMAIN}`, password: PASSWORD });
  await page.evaluate(WATCH_SEARCH);
  const workedMs = await startPageMeter(page);
  const people = await typeAll(desk, queries.people, 'people');
  const messages = await typeAll(desk, queries.messages, 'all');
  const name = (what: string, p: string) => `page: last key until ${what} painted, ${p}`;
  for (const [what, budget, { ms, firstMs, slowest }] of [
    ['people are', 200, people],
    ['messages are', 300, messages],
  ] as const) {
    figures.add('search', { name: name(what, 'p50'), value: percentile(ms, 0.5), unit: 'ms', budget });
    const p95 = { name: name(what, 'p95'), value: percentile(ms, 0.95), unit: 'ms', budget };
    figures.add('search', { ...p95, note: slowest }, { ms });
    const first = `${percentile(firstMs, 0.5).toFixed(0)} at the median, ${Math.max(...firstMs).toFixed(0)} at most`;
    const note = `the first time in a page that has just come: ${first}`;
    figures.add('search', { name: name(what, 'first'), value: firstMs[0]!, unit: 'ms', note }, { firstMs });
  }
  const searches = ROUNDS * (queries.people.length + queries.messages.length);
  const note = 'of its main thread; every key, the results, and clearing them';
  const cpu = { name: 'page: CPU time a search', value: (await workedMs()) / searches, unit: 'ms', note };
  figures.add('search', cpu);
  const { echoes } = await page.evaluate(() => (globalThis as unknown as Watched).search as Painted);
  const echo = { name: 'page: a key until its letter is painted, p95', unit: 'ms', budget: 50 };
  figures.add('search', { ...echo, value: percentile(echoes, 0.95) });
  await measureContactList(figures, page);
}

/** @returns what tells how long the page has worked since, by its own CPU time. */
async function startPageMeter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workedMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const before = await workedMs();
  return async () => (await workedMs()) - before;
}

/** So that there is a list to paint. */
async function addContacts(alice: WebUser): Promise<void> {
  const found = new Set<string>();
  for (const query of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    const { users } = await alice.command('people.search', { query, limit: AT_ONCE });
    for (const { userId } of users) if (found.size < CONTACTS) found.add(userId);
    // Below the pace at which the server asks a window to wait.
    await pass(BETWEEN_MS);
  }
  const contactIds = [...found];
  for (let from = 0; from < contactIds.length; from += AT_ONCE)
    await alice.command('contact.put', { contactIds: contactIds.slice(from, from + AT_ONCE), change: {} });
}

/** The first round is told apart: the page has only just come, and its code runs for the first time. */
async function typeAll(desk: CommunicatorPage, queries: readonly string[], field: 'people' | 'all') {
  const ms: number[] = [];
  const firstMs: number[] = [];
  let slowest = '';
  for (const query of queries) firstMs.push((await typeOne(desk, query))[field]);
  for (let round = 1; round < ROUNDS; round++) {
    for (const query of queries) {
      const took = (await typeOne(desk, query))[field];
      if (took > Math.max(0, ...ms)) slowest = `slowest “${query}”, ${took.toFixed(0)} ms`;
      ms.push(took);
    }
  }
  return { ms, firstMs, slowest };
}

async function typeOne({ page, searchBox }: CommunicatorPage, query: string): Promise<Painted> {
  await searchBox.fill('');
  await pass(BETWEEN_MS);
  await searchBox.pressSequentially(query, { delay: KEY_MS });
  return await allPainted(page);
}

/** Not by polling, which would keep the page busy. */
function allPainted(page: Page): Promise<Painted> {
  return page.evaluate(() => {
    const watched = globalThis as unknown as Watched;
    return new Promise<Painted>((resolve) => {
      const look = () => {
        if (watched.search.all !== undefined) resolve(watched.search as Painted);
      };
      watched.told = look;
      look();
    });
  });
}
