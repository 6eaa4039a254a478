// A person at a phone in a web page of another maker: JsSIP in Chromium, served from an origin of its own.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { Heard, PhoneEvent, PhoneOnPage } from './browser-phone/page.ts';
import type { Chromium } from './chromium.ts';
import type { Person } from './stage.ts';
import { Notebook } from './waiting.ts';

/** A microphone that beeps, no questions, and media between pages of this machine. */
export const PHONE_FLAGS = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
];

declare const phone: PhoneOnPage;

/** The site of the other maker: one page, one script. */
export class PhoneSite implements AsyncDisposable {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<PhoneSite> {
    const script = await bundle();
    const server = createServer(({ url }, response) => {
      if (url === '/phone.js') response.setHeader('content-type', 'text/javascript').end(script);
      else if (url === '/')
        response
          .setHeader('content-type', 'text/html')
          .end(
            '<!doctype html><link rel="icon" href="data:,"><title>Phone</title><script src="/phone.js"></script>',
          );
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PhoneSite(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function bundle(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    build: {
      write: false,
      lib: {
        entry: join(import.meta.dirname, 'browser-phone', 'page.ts'),
        formats: ['iife'],
        name: 'phonePage',
      },
    },
  });
  const [first] = Array.isArray(made) ? made : [made];
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error('the page of the phone could not be built');
  return chunk.code;
}

export class BrowserPhone {
  readonly person: Person;
  readonly page: Page;
  readonly events: Notebook<PhoneEvent>;
  readonly #url: string;
  readonly #instanceId = randomUUID();
  /** What was seen before this counts no more. */
  #seen = 0;

  private constructor(person: Person, page: Page, events: Notebook<PhoneEvent>, url: string) {
    this.person = person;
    this.page = page;
    this.events = events;
    this.#url = url;
  }

  /** @param url of the server, `wss://…/sip`. */
  static async open(
    t: TestContext,
    browser: Chromium,
    { site, person, url }: { readonly site: PhoneSite; readonly person: Person; readonly url: string },
  ): Promise<BrowserPhone> {
    const alsoOrigins = [new URL(url).origin];
    // The product made its certificate itself.
    const page = await browser.window(t, site.origin, { alsoOrigins, ignoreHTTPSErrors: true });
    const events = new Notebook<PhoneEvent>();
    await page.exposeFunction('tell', (name: string, detail: string) => events.add({ name, detail }));
    const made = new BrowserPhone(person, page, events, url);
    await made.signIn();
    return made;
  }

  /** Opens the page and registers; called again, it is the same phone after a reload. */
  async signIn(): Promise<void> {
    this.#seen = this.events.entries.length;
    await this.page.goto('/');
    const { address, devicePassword } = this.person;
    const account = { url: this.#url, address, password: devicePassword, instanceId: this.#instanceId };
    await this.page.evaluate((given) => phone.signIn(given), account);
    await this.tells('registered');
  }

  /** Waits for an event that has not been waited for yet; returns its detail. */
  async tells(name: string, detail?: string | RegExp): Promise<string> {
    return await this.events.until(`${this.person.name}'s phone: ${name} ${detail ?? ''}`, (entries) => {
      const index = entries.findIndex(
        (event, at) => at >= this.#seen && event.name === name && fits(event.detail, detail),
      );
      if (index === -1) return undefined;
      this.#seen = index + 1;
      return entries[index]!.detail;
    });
  }

  write(to: Person, text: string): Promise<number> {
    return this.page.evaluate(([address, said]) => phone.write(address, said), [to.address, text] as const);
  }

  call(to: Person): Promise<void> {
    return this.page.evaluate((address) => phone.call(address), to.address);
  }

  answer(): Promise<void> {
    return this.page.evaluate(() => phone.answer());
  }

  reject(): Promise<void> {
    return this.page.evaluate(() => phone.reject());
  }

  hold(): Promise<void> {
    return this.page.evaluate(() => phone.hold());
  }

  resume(): Promise<void> {
    return this.page.evaluate(() => phone.resume());
  }

  hangUp(): Promise<void> {
    return this.page.evaluate(() => phone.hangUp());
  }

  heard(): Promise<Heard> {
    return this.page.evaluate(() => phone.heard());
  }

  /** Sound arrives: more bytes than before, and not silence. */
  async hears(): Promise<void> {
    const before = await this.heard();
    await this.page.waitForFunction(
      async ({ bytes, energy }) => {
        const now = await phone.heard();
        return now.bytes > bytes && now.energy > energy;
      },
      before,
      { polling: 100 },
    );
  }
}

function fits(detail: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? detail === wanted : wanted.test(detail);
}
