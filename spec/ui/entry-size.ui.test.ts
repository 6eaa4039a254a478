// What a browser loads before somebody can work: scripts and styles of each client stay within 400 kB, gzipped.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { ADMINISTRATOR, type Stage, standardEdition } from '../cast/stage.ts';

const LIMIT_BYTES = 400_000;
const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());

for (const [client, signIn] of [
  ['communicator', (page: Page) => CommunicatorPage.signIn(page, ADMINISTRATOR)],
  ['console', (page: Page) => ConsolePage.signIn(page, ADMINISTRATOR)],
] as const) {
  test(`the ${client}, from its first page to being signed in, loads at most 400 kB of scripts and styles`, {
    skip: chromiumMissing,
  }, async (t) => {
    // A worker that fills its cache would load everything twice.
    const page = await chromium().window(t, stage.web.origin, { serviceWorkers: 'block' });
    const loaded = new Set<string>();
    page.on('response', (response) => {
      if (['script', 'stylesheet'].includes(response.request().resourceType())) loaded.add(response.url());
    });
    await signIn(page);
    const sizes = await Promise.all([...loaded].map(gzippedBytes));
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    t.diagnostic(`${client}: ${Math.round(total / 1000)} kB in ${sizes.length} files`);
    assert.ok(sizes.length > 0, 'something was loaded');
    assert.ok(total <= LIMIT_BYTES, `${total} bytes, of which ${LIMIT_BYTES} are allowed`);
  });
}

/** The length of the answer's body as it travels to a browser that knows gzip only. */
async function gzippedBytes(url: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    response.on('end', () => (response.statusCode === 200 ? resolve(bytes) : reject(new Error(url))));
    response.on('error', reject);
  })
    .on('error', reject)
    .end();
  return promise;
}
