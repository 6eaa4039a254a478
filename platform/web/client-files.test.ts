import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { OpenedWebServer } from './index.ts';
import { openTestWebServer, TestBrowser } from './testing.ts';

const script = `console.log(${JSON.stringify('a'.repeat(5_000))});`;

describe('a built client', () => {
  let folder: string;
  let server: OpenedWebServer;
  let browser: TestBrowser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-client-'));
    await mkdir(join(folder, 'communicator', 'assets'), { recursive: true });
    await mkdir(join(folder, 'console'));
    await writeFile(join(folder, 'secret.txt'), 'secret');
    const communicator = join(folder, 'communicator');
    await writeFile(
      join(communicator, 'index.html'),
      '<style nonce="__CSP_NONCE__"></style><script src="/assets/app-3f9c2d1b.js"></script>',
    );
    await writeFile(join(communicator, 'assets', 'app-3f9c2d1b.js'), script);
    await writeFile(join(communicator, 'sw.js'), 'self');
    await writeFile(join(communicator, 'manifest.webmanifest'), '{}');
    await writeFile(join(communicator, '.hidden'), 'secret');
    await symlink(join(folder, 'secret.txt'), join(communicator, 'assets', 'link.txt'));
    await writeFile(join(folder, 'console', 'index.html'), 'console');
    server = await openTestWebServer();
    server.client('/', communicator);
    server.client('/console/', join(folder, 'console'));
    await server.listen();
    browser = new TestBrowser(server);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('index.html carries the nonce of its own policy, a fresh one each time', async () => {
    const nonces = await Promise.all(
      ['/', '/index.html', '/conversations/42'].map(async (path) => {
        const page = await browser.ask(path);
        assert.equal(page.status, 200, path);
        assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
        assert.equal(page.headers['cache-control'], 'no-cache');
        const inPage = /nonce="([^"]+)"/.exec(page.text)?.[1];
        const inPolicy = /'nonce-([^']+)'/.exec(String(page.headers['content-security-policy']))?.[1];
        assert.equal(inPage, inPolicy);
        return inPage;
      }),
    );
    assert.equal(new Set(nonces).size, 3);
  });

  test('hashed assets are kept for ever, everything else is asked for again', async () => {
    const asset = await browser.ask('/assets/app-3f9c2d1b.js');
    assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(asset.headers['content-type'], 'text/javascript; charset=utf-8');
    const worker = await browser.ask('/sw.js');
    assert.equal(worker.headers['cache-control'], 'no-cache');
    const again = await browser.ask('/sw.js', {
      headers: { 'if-none-match': String(worker.headers['etag']) },
    });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    const manifest = await browser.ask('/manifest.webmanifest');
    assert.equal(manifest.headers['content-type'], 'application/manifest+json; charset=utf-8');
  });

  test('what compresses is compressed as the browser accepts it', async () => {
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };
    const cases = [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['', 'identity'],
    ] as const;
    for (const [accepted, encoding] of [...cases, ...cases]) {
      const { bytes, headers } = await fetchBytes(browser.port, '/assets/app-3f9c2d1b.js', accepted);
      assert.equal(headers['content-encoding'] ?? 'identity', encoding);
      assert.equal(decoders[encoding](bytes).toString(), script);
      assert.equal(headers['vary'], 'accept-encoding');
    }
  });

  test('a file that is not there is not answered with a page', async () => {
    const missing = await browser.ask('/assets/app-00000000.js');
    assert.equal(missing.status, 404);
    assert.equal(missing.json['code'], 'WEB_NOT_FOUND');
    assert.equal((await browser.ask('/api/v1/nothing')).json['code'], 'WEB_NOT_FOUND');
  });

  test('nothing outside of the folder is served, and no hidden file', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2f..%2fsecret.txt',
      '/.hidden',
      '/assets/link.txt',
      '/%00',
      '/..%5csecret.txt',
    ]) {
      const answer = await browser.ask(path);
      assert.doesNotMatch(answer.text, /secret/, path);
    }
  });

  test('a second client answers below its own prefix', async () => {
    assert.equal((await browser.ask('/console')).headers.location, '/console/');
    assert.equal((await browser.ask('/console/users/alice')).text, 'console');
  });
});

function fetchBytes(port: number, path: string, acceptEncoding: string) {
  return new Promise<{ bytes: Buffer; headers: Record<string, unknown> }>((resolve, reject) => {
    get(
      { host: '127.0.0.1', port, path, agent: false, headers: { 'accept-encoding': acceptEncoding } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ bytes: Buffer.concat(chunks), headers: response.headers }));
      },
    ).on('error', reject);
  });
}
