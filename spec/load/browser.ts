// What people at browsers feel, between pages of Chromium on loopback: the way of a message from the keystroke to the
// other page, the contact list, the size of what is loaded first.
import { setTimeout as pass } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { type Figures, median, percentile, spread } from './figures.ts';
import { CONTACTS, type Organisation } from './organisation.ts';
import { DOMAIN, PASSWORD, type Product, startProduct } from './product.ts';

const MESSAGES = 300;
const VISITS = 5;
/** Faster than anybody types, and below the pace at which the server asks a window to wait. */
const BETWEEN_MS = 200;

export async function measureBrowser(figures: Figures, { data }: Organisation): Promise<void> {
  if (chromiumMissing) {
    console.log(`browser: left out, because ${chromiumMissing}`);
    return;
  }
  await using product = await startProduct(data);
  await using chromium = await Chromium.start();
  const alice = await signIn(chromium, product, 'alice');
  await measureContactList(figures, alice.page);
  await measureMessages(figures, alice, await signIn(chromium, product, 'bob'));
  await measureSizes(figures, chromium, product);
}

async function signIn(chromium: Chromium, product: Product, name: string): Promise<CommunicatorPage> {
  const { page } = await chromium.watchedWindow(product.origin);
  return await CommunicatorPage.signIn(page, { address: `${name}@${DOMAIN}`, password: PASSWORD });
}

/** A task of its own after the next frame: that frame is painted then. */
export const AFTER_PAINT = `
  const afterPaint = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });`;

/**
 * Runs in every page: notes when the first screen of a list of so many rows is painted, scrolls to its end, and notes
 * when the last row is painted. Times run from the navigation.
 */
const watchContactList = (rows: number) => `
  window.painted = {};
  ${AFTER_PAINT}
  const bottomOf = (row) => new DOMMatrix(row.style.transform).f + row.offsetHeight;
  const look = () => {
    const tree = document.querySelector('[role=tree]');
    const space = tree?.firstElementChild;
    const items = tree?.querySelectorAll('[role=treeitem]') ?? [];
    if (items.length === 0 || space.offsetHeight < ${rows} * 40) return;
    const bottom = Math.max(...[...items].map(bottomOf));
    if (painted.first === undefined && bottom >= tree.clientHeight) {
      painted.first = 0;
      afterPaint(() => {
        painted.first = performance.now();
        tree.scrollTop = tree.scrollHeight;
      });
    }
    if (painted.first > 0 && painted.last === undefined && bottom >= space.offsetHeight - 1) {
      painted.last = 0;
      afterPaint(() => (painted.last = performance.now()));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });`;

interface Painted {
  readonly painted: { readonly first: number; readonly last: number };
}

/** Of somebody who has `CONTACTS`. */
export async function measureContactList(figures: Figures, page: Page): Promise<void> {
  await page.addInitScript({ content: watchContactList(CONTACTS) });
  const firsts: number[] = [];
  const lasts: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    await page.goto('about:blank');
    await page.goto('/');
    await page.waitForFunction(() => (globalThis as unknown as Painted).painted.last > 0);
    const { first, last } = await page.evaluate(() => (globalThis as unknown as Painted).painted);
    firsts.push(first);
    lasts.push(last);
  }
  const name = `contact list of ${CONTACTS}, from navigation to its first screen painted`;
  figures.add('browser', { name, value: median(firsts), unit: 'ms', budget: 1000, note: spread(firsts) });
  const end = `contact list of ${CONTACTS}, scrolled to its last row`;
  figures.add('browser', { name: end, value: median(lasts), unit: 'ms', budget: 1000, note: spread(lasts) });
  const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`);
  figures.add('browser', { name: 'elements of the page then', value: elements, unit: '', budget: 2000 });
}

/** Notes when each message is painted, and tells who waits for it. */
const WATCH_MESSAGES = `
  window.seen = {};
  window.waiting = {};
  ${AFTER_PAINT}
  const note = (text) => {
    window.seen[text] ??= Date.now();
    window.waiting[text]?.();
  };
  new MutationObserver(() => {
    const articles = document.querySelectorAll('[role=log] article p[dir=auto]');
    const text = articles[articles.length - 1]?.textContent ?? '';
    if (!(text in window.seen)) afterPaint(() => note(text));
  }).observe(document.body, { childList: true, subtree: true, characterData: true });`;

interface Seen {
  readonly seen: Readonly<Record<string, number>>;
  readonly waiting: Record<string, () => void>;
}

const WATCH_KEYS = `
  window.sent = [];
  document.addEventListener('keydown', ({ key }) => key === 'Enter' && window.sent.push(Date.now()), true);`;

/** Both pages are in one browser on one machine, whose wall clock they share. */
async function measureMessages(figures: Figures, alice: CommunicatorPage, bob: CommunicatorPage) {
  // The list shows its end since it was measured, and bob is a favourite, which stand at its top.
  await alice.page.getByRole('tree').evaluate((tree) => tree.scrollTo(0, 0));
  await alice.opens('Bob Baker');
  await alice.says('first');
  await bob.tab('Chats').click();
  await bob.chat('Alice Adler').click();
  await bob.hears('first');
  await alice.page.evaluate(WATCH_KEYS);
  await bob.page.evaluate(WATCH_MESSAGES);
  for (let index = 0; index < MESSAGES; index++) {
    await pass(BETWEEN_MS);
    await alice.says(`message ${index}`);
    // Not by polling, which would keep the page busy.
    await bob.page.evaluate((text) => {
      const { seen, waiting } = globalThis as unknown as Seen;
      if (text in seen) return undefined;
      return new Promise<void>((resolve) => {
        waiting[text] = resolve;
      });
    }, `message ${index}`);
  }
  const sent = await alice.page.evaluate<number[]>('window.sent');
  const seen = await bob.page.evaluate(() => (globalThis as unknown as Seen).seen);
  const ms = sent.map((at, index) => seen[`message ${index}`]! - at);
  const name = 'message, from the keystroke to painted in the other page';
  const note = `${MESSAGES} messages`;
  figures.add('browser', { name: `${name}, p50`, value: median(ms), unit: 'ms', note });
  const p99 = { name: `${name}, p99`, value: percentile(ms, 0.99), unit: 'ms', budget: 100 };
  figures.add('browser', { ...p99, note: `slowest ${Math.max(...ms)}` }, { ms });
}

/** Scripts and styles from the first page to being signed in, as a browser that knows gzip gets them. */
async function measureSizes(figures: Figures, chromium: Chromium, product: Product): Promise<void> {
  for (const [name, person, client] of [
    ['communicator', 'alice', CommunicatorPage],
    ['console', 'admin', ConsolePage],
  ] as const) {
    // A worker that fills its cache would load everything twice.
    const { page } = await chromium.watchedWindow(product.origin, { serviceWorkers: 'block' });
    const bodies = new Map<string, Promise<Buffer>>();
    page.on('response', (response) => {
      if (['script', 'stylesheet'].includes(response.request().resourceType()))
        bodies.set(response.url(), response.body());
    });
    await client.signIn(page, { address: `${person}@${DOMAIN}`, password: PASSWORD });
    const sizes = (await Promise.all(bodies.values())).map((body) => gzipSync(body, { level: 9 }).length);
    const value = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1000;
    const note = `${sizes.length} files`;
    figures.add('size', { name: `${name}, until signed in, gzipped`, value, unit: 'kB', budget: 400, note });
  }
}
