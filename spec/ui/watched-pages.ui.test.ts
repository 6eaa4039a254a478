// The watch over the pages itself: what the other tests rely on to fail is seen here.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';

const chromium = chromiumForFile();
const server = createServer((request, response) => {
  response.setHeader('content-security-policy', request.url === '/strict' ? "script-src 'none'" : '');
  response.setHeader('content-type', 'text/html');
  response.end(PAGES[request.url ?? ''] ?? '<link rel="icon" href="data:,"><p>Good</p>');
});
const PAGES: Readonly<Record<string, string>> = {
  '/image': '<link rel="icon" href="data:,"><img src="http://elsewhere.example/pixel.png">',
  '/socket': '<link rel="icon" href="data:,"><script>new WebSocket("ws://elsewhere.example/")</script>',
  '/strict': '<link rel="icon" href="data:,"><script>document.title = "ran"</script>',
  '/throws': '<link rel="icon" href="data:,"><script>setTimeout(() => { throw new Error("oh") })</script>',
  '/complains': '<link rel="icon" href="data:,"><script>console.error("this is wrong")</script>',
};

before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
after(() => server.close());

for (const [path, fault] of [
  ['/image', /^request to another host: http:\/\/elsewhere\.example\/pixel\.png/],
  ['/socket', /^socket to another host: ws:\/\/elsewhere\.example\//],
  ['/strict', /Content Security Policy/],
  ['/throws', /^page error: .*oh/],
  ['/complains', /^console: this is wrong/],
] as const) {
  test(`a page that misbehaves is noticed: ${path}`, { skip: chromiumMissing }, async (t) => {
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    const { page, faults } = await chromium().watchedWindow(origin);
    await page.goto(path);
    await t.waitFor(() => assert.match(faults.join('\n'), fault), { timeout: 10_000 });
    await page.context().close();
  });
}

test('a page that behaves has no faults, and expected complaints are none', {
  skip: chromiumMissing,
}, async () => {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const { page, faults } = await chromium().watchedWindow(origin, { expected: [/this is wrong/] });
  await page.goto('/complains');
  await page.goto('/');
  await page.context().close();
  assert.deepEqual(faults, []);
});
