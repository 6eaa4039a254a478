// Chromium as the actors' browser: one for a test file, a window with its own cookies for each actor. What a page must
// not do (ask another host, break the Content-Security-Policy, throw, complain in the console) fails the actor's test.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, type TestContext } from 'node:test';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

export const CHROMIUM = process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium';
const WAIT_MS = 10_000;

/** Why tests in a browser are skipped here; false where Chromium is installed. */
export const chromiumMissing: string | false = existsSync(CHROMIUM)
  ? false
  : 'Chromium is not installed (Debian: apt-get install chromium)';

const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // Names of other hosts lead nowhere: whatever asks for one is recorded, and nothing leaves the machine.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
];

/** Flags with which whoever speaks in it says what stands in that WAV file (tone-file.ts), and is not asked whether they may. */
export const speaking = (file: string) => [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-audio-capture=${file}`,
];

export interface WindowOptions extends BrowserContextOptions {
  /** Complaints in the console that belong to the play, such as a refused sign-in. */
  readonly expected?: readonly RegExp[];
  /** Other origins that the pages may speak with, such as the SIP server of a phone in a page. */
  readonly alsoOrigins?: readonly string[];
}

export class Chromium implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @param executablePath of a program that starts it elsewhere, see far-network.ts */
  static async start(flags: readonly string[] = [], executablePath = CHROMIUM): Promise<Chromium> {
    const args = [...FLAGS, ...flags];
    return new Chromium(await chromium.launch({ executablePath, args, chromiumSandbox: false }));
  }

  /** A window of somebody new, closed at the end of the test, which fails if a page in it misbehaved. */
  async window(t: TestContext, origin: string, options: WindowOptions = {}): Promise<Page> {
    const { page, faults } = await this.watchedWindow(origin, options);
    t.after(async () => {
      if (!t.passed) await describe(t, page.context());
      await page.context().close();
      assert.deepEqual(faults, [], `the pages at ${origin} do nothing that they must not`);
    });
    return page;
  }

  /** A window with the list of what its pages did wrong so far. */
  async watchedWindow(
    origin: string,
    { expected = [], alsoOrigins = [], ...options }: WindowOptions = {},
  ): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
    const context = await this.#browser.newContext({ baseURL: origin, locale: 'en-GB', ...options });
    context.setDefaultTimeout(WAIT_MS);
    const faults = watch(context, [origin, ...alsoOrigins], expected);
    return { page: await context.newPage(), faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** Notes what goes wrong in the pages and workers of a context. */
function watch(
  context: BrowserContext,
  origins: readonly string[],
  expected: readonly RegExp[],
): readonly string[] {
  const faults: string[] = [];
  const visit = (url: string, what: string) => {
    if (!origins.some((origin) => isOwn(url, origin))) faults.push(`${what} to another host: ${url}`);
  };
  context.on('request', (request) => visit(request.url(), 'request'));
  context.on('page', (page) => page.on('websocket', (socket) => visit(socket.url(), 'socket')));
  context.on('weberror', (error) =>
    faults.push(`page error: ${error.error().stack ?? error.error().message}`),
  );
  // Chromium also reports violations of the Content-Security-Policy here.
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = `${message.text()} (${message.location().url})`;
    if (!expected.some((pattern) => pattern.test(text))) faults.push(`console: ${text}`);
  });
  return faults;
}

function isOwn(address: string, origin: string): boolean {
  const url = new URL(address);
  return ['data:', 'blob:', 'about:'].includes(url.protocol) || url.host === new URL(origin).host;
}

/** Chromium for all tests of a file, or none where it is missing. */
export function chromiumForFile(flags?: readonly string[]): () => Chromium {
  let opened: Chromium | undefined;
  before(async () => {
    if (!chromiumMissing) opened = await Chromium.start(flags);
  });
  after(() => opened?.[Symbol.asyncDispose]());
  return () => {
    if (opened === undefined) throw new Error('Chromium is not running');
    return opened;
  };
}

/** What stood on the pages when the test failed. */
async function describe(t: TestContext, context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    const tree = await page.ariaSnapshot({ timeout: 2_000 }).catch((error) => String(error));
    t.diagnostic(`${page.url()}\n${tree}`);
  }
}
