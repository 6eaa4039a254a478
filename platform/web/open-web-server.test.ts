import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Type } from 'typebox';
import { errors } from '../bus/contract.ts';
import { csrfToken, type OpenedWebServer, sendFault, signInRate, WebFault, WebListenError } from './index.ts';
import { openTestWebServer, TestBrowser } from './testing.ts';

const teaErrors = errors({
  TEA_COLD: { http: 409, sentence: 'The tea is cold.', remedy: 'Make a new pot.' },
});

function declareRoutes(server: OpenedWebServer): void {
  const { routes } = server;
  routes.get('/api/v1/session', { schema: { tags: ['Session'] } }, (request, reply) =>
    reply.send({ csrf: csrfToken(request, reply) }),
  );
  routes.post(
    '/api/v1/tea',
    {
      schema: {
        tags: ['Tea'],
        summary: 'Make tea',
        body: Type.Object({ kind: Type.String({ maxLength: 5 }), cups: Type.Integer({ minimum: 1 }) }),
        response: { 200: Type.Object({ cups: Type.Integer() }) },
      },
    },
    async (request) => ({ cups: request.body.cups }),
  );
  routes.get(
    '/api/v1/tea/:potId',
    { schema: { tags: ['Tea'], params: Type.Object({ potId: Type.Integer() }) } },
    (request, reply) =>
      sendFault(
        reply,
        request.params.potId === 1
          ? teaErrors.fault('TEA_COLD').fault
          : { code: 'SOMETHING_ELSE', sentence: 'secret' },
        teaErrors.table,
      ),
  );
  routes.post(
    '/api/v1/echo',
    { schema: { tags: ['Tea'], body: Type.Object({ kind: Type.String() }) } },
    async (request) => request.body,
  );
  routes.get('/api/v1/broken', { schema: { tags: ['Tea'] } }, async () => {
    throw new Error('a secret of the inside');
  });
  routes.post('/api/v1/password', { schema: { tags: ['Tea'] }, config: signInRate }, async () => ({}));
}

/** Sends bytes as they are and resolves with all that comes back. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
  });
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('the web server', () => {
  let server: OpenedWebServer;
  let browser: TestBrowser;
  before(async () => {
    server = await openTestWebServer();
    declareRoutes(server);
    await server.listen();
    browser = new TestBrowser(server);
    await browser.open();
  });
  after(() => server[Symbol.asyncDispose]());

  test('every answer carries the content security policy, word for word', async () => {
    for (const path of ['/api/v1/session', '/api/v1/nothing', '/']) {
      const { headers } = await browser.ask(path);
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'self';img-src 'self' data: blob:;style-src 'self' 'nonce-[A-Za-z0-9+/]{22}==';connect-src 'self';object-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'self'$/,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['strict-transport-security'], undefined);
    }
  });

  test('a body that does not fit is a problem that lists its fields', async () => {
    const answer = await browser.ask('/api/v1/tea', { body: { kind: 'lapsang', cups: 0 } });
    assert.equal(answer.status, 400);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.equal(answer.json['code'], 'WEB_BAD_REQUEST');
    assert.equal(answer.json['type'], 'about:blank');
    assert.equal(answer.json['title'], 'Bad Request');
    const problems = answer.json['problems'] as { path: string; reason: string }[];
    assert.deepEqual(problems.map(({ path }) => path).sort(), ['body.cups', 'body.kind']);
  });

  test('a path parameter that is no number is a problem, one that is becomes a number', async () => {
    assert.equal((await browser.ask('/api/v1/tea/earl')).json['code'], 'WEB_BAD_REQUEST');
    const cold = await browser.ask('/api/v1/tea/1');
    assert.equal(cold.status, 409);
    assert.deepEqual(
      { code: cold.json['code'], detail: cold.json['detail'], remedy: cold.json['remedy'] },
      { code: 'TEA_COLD', detail: 'The tea is cold.', remedy: 'Make a new pot.' },
    );
  });

  test('a code that no table knows, and an exception, tell nothing of the inside', async () => {
    for (const path of ['/api/v1/tea/2', '/api/v1/broken']) {
      const answer = await browser.ask(path);
      assert.equal(answer.status, 500);
      assert.equal(answer.json['code'], 'WEB_INTERNAL');
      assert.doesNotMatch(answer.text, /secret/);
    }
  });

  test('bytes that are not JSON, and another media type, are refused with a problem', async () => {
    assert.equal((await browser.ask('/api/v1/tea', { body: '{"kind":' })).json['code'], 'WEB_BAD_REQUEST');
    const xml = await browser.ask('/api/v1/tea', { body: '<tea/>', headers: { 'content-type': 'text/xml' } });
    assert.equal(xml.status, 415);
    assert.equal(xml.json['code'], 'WEB_MEDIA_TYPE');
  });

  test('a body of 10 MB is refused with 413 before it is read', async () => {
    const announced = await raw(
      browser.port,
      `POST /api/v1/tea HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nCookie: ${browser.cookieHeader}\r\n` +
        `x-parley-csrf: ${browser.csrf}\r\nContent-Length: 10485760\r\nConnection: close\r\n\r\n`,
    );
    assert.match(announced, /^HTTP\/1\.1 413 /);
    assert.match(announced, /"code":"WEB_TOO_LARGE"/);
    const sent = await browser.ask('/api/v1/tea', {
      body: JSON.stringify({ kind: 'a'.repeat(10_000_000), cups: 1 }),
    });
    assert.equal(sent.status, 413);
  });

  test('a header of 1 MB is refused with 431 and a text', async () => {
    const answer = await raw(
      browser.port,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(1024 * 1024)}`,
    );
    assert.match(answer, /^HTTP\/1\.1 431 /);
    assert.match(answer, /WEB_HEADERS_TOO_LARGE/);
  });

  test('bytes that are no request are answered with 400', async () => {
    assert.match(await raw(browser.port, 'REGISTER sip:example.com SIP/2.0\r\n\r\n'), /^HTTP\/1\.1 400 /);
  });

  test('a path that is none is a problem, too', async () => {
    const answer = await browser.ask('/%');
    assert.equal(answer.status, 400);
    assert.equal(answer.json['code'], 'WEB_BAD_REQUEST');
  });

  test('RFC 9110 §7.8: an upgrade that we do not know is ignored', async () => {
    const answer = await raw(
      browser.port,
      'GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\n' +
        'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n',
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
  });

  test('an unknown path below /api is a problem', async () => {
    const answer = await browser.ask('/api/v1/nothing');
    assert.equal(answer.status, 404);
    assert.equal(answer.json['code'], 'WEB_NOT_FOUND');
  });

  test('a name that is not ours is refused, against DNS rebinding', async () => {
    for (const host of ['evil.example', 'parley.example.com.evil.example', 'localhost.evil.example', 'a b']) {
      const answer = await browser.ask('/api/v1/session', { headers: { host } });
      assert.notEqual(answer.status, 200, host);
    }
    for (const host of [
      'parley.example.com',
      'PARLEY.example.com:8443',
      'localhost:1',
      '127.0.0.1:9',
      '[::1]:9',
    ]) {
      assert.equal((await browser.ask('/api/v1/session', { headers: { host } })).status, 200, host);
    }
    assert.equal(
      (await browser.ask('/', { headers: { host: 'evil.example' } })).json['code'],
      'WEB_BAD_HOST',
    );
  });

  test('a page of another site cannot write, whatever token it has', async () => {
    const body = { kind: 'green', cups: 1 };
    for (const origin of ['https://evil.example', 'null', 'file://', 'http://localhost:1']) {
      const answer = await browser.ask('/api/v1/tea', { body, headers: { origin } });
      assert.equal(answer.json['code'], 'WEB_BAD_ORIGIN', origin);
    }
    for (const origin of [`http://127.0.0.1:${browser.port}`, 'https://parley.example.com']) {
      assert.equal((await browser.ask('/api/v1/tea', { body, headers: { origin } })).status, 200, origin);
    }
  });

  test('a write without the token of this browser is refused', async () => {
    const body = { kind: 'green', cups: 1 };
    assert.equal((await browser.ask('/api/v1/tea', { body })).status, 200);
    const other = new TestBrowser(server);
    assert.equal((await other.ask('/api/v1/tea', { body })).json['code'], 'WEB_BAD_CSRF');
    const stolen = await other.ask('/api/v1/tea', { body, headers: { 'x-parley-csrf': browser.csrf } });
    assert.equal(stolen.json['code'], 'WEB_BAD_CSRF');
    const wrong = await browser.ask('/api/v1/tea', { body, headers: { 'x-parley-csrf': 'A'.repeat(22) } });
    assert.equal(wrong.json['code'], 'WEB_BAD_CSRF');
  });

  test('a path that is written in escapes is the same path', async () => {
    const other = new TestBrowser(server);
    const escaped = await other.ask('/%61pi/v1/tea', { body: { kind: 'green', cups: 1 } });
    assert.equal(escaped.json['code'], 'WEB_BAD_CSRF');
  });

  test('fields that the schema does not name do not reach the route', async () => {
    const body = { kind: 'green', cups: 1, userId: 'somebody else' };
    assert.deepEqual((await browser.ask('/api/v1/echo', { body })).json, { kind: 'green' });
  });

  test('the API is described as OpenAPI 3.1, each operation with its problem', async () => {
    const answer = await browser.ask('/api/openapi.json');
    const paths = answer.json['paths'] as Record<
      string,
      Record<string, { responses: Record<string, unknown>; parameters?: unknown[] }>
    >;
    assert.match(String(answer.json['openapi']), /^3\.1\./);
    assert.ok(paths['/api/v1/tea']?.['post']?.responses['200']);
    assert.ok(paths['/api/v1/tea/{potId}']?.['get']?.parameters?.length === 1);
    for (const operations of Object.values(paths))
      for (const operation of Object.values(operations))
        assert.match(JSON.stringify(operation.responses['default']), /problem\+json/);
  });

  test('the page of the API loads nothing from elsewhere and runs only its own scripts', async () => {
    const page = await browser.ask('/api/docs/');
    assert.equal(page.status, 200);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /script-src|https?:/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      (match) => new URL(match[1]!, `http://127.0.0.1:${browser.port}/api/docs/`),
    );
    assert.ok(assets.length >= 4);
    for (const asset of assets) {
      assert.equal(asset.host, `127.0.0.1:${browser.port}`);
      assert.equal((await browser.ask(asset.pathname)).status, 200, asset.pathname);
    }
    assert.doesNotMatch(page.text, /<script>|<style/);
  });
});

test('a source that asks too often is told to wait, sooner where a password is taken', async () => {
  await using server = await openTestWebServer({ limits: { requestsPerMinute: 400 } });
  declareRoutes(server);
  await server.listen();
  const browser = new TestBrowser(server);
  await browser.open();
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 301; attempt += 1)
    statuses.push((await browser.ask('/api/v1/password', { body: {} })).status);
  assert.deepEqual(statuses.slice(299), [200, 429]);
  let answer = await browser.ask('/api/v1/session');
  for (let asked = 0; asked < 450 && answer.status === 200; asked += 1)
    answer = await browser.ask('/api/v1/session');
  assert.equal(answer.json['code'], 'WEB_TOO_MANY_REQUESTS');
  assert.ok(Number(answer.headers['retry-after']) > 0);
});

test('connections beyond the limit of their source are told so, and a place that is free again can be taken', async () => {
  await using server = await openTestWebServer({ limits: { connections: { total: 100, perSource: 3 } } });
  await server.listen();
  const port = server.addresses[0]!.port;
  const held = await Promise.all(
    [1, 2, 3].map(async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );
  // Accepted connections are counted when a request on the last one is answered.
  held[2]!.write('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(held[2]!, 'data');
  const refused = await raw(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.match(refused, /^HTTP\/1\.1 503 [\s\S]*WEB_TOO_MANY_SOCKETS/);
  held[0]!.destroy();
  let answer = refused;
  while (answer.includes('WEB_TOO_MANY_SOCKETS'))
    answer = await raw(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 404 /);
  for (const socket of held) socket.destroy();
});

test('half a request and then silence is answered with 408', async () => {
  await using server = await openTestWebServer({
    limits: { connections: { headerMs: 100, requestMs: 200 } },
  });
  await server.listen();
  const answer = await raw(server.addresses[0]!.port, 'GET / HTTP/1.1\r\nHost: local');
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /WEB_TIMEOUT/);
});

test('a taken port is told with the port and what to do', async () => {
  await using first = await openTestWebServer();
  await first.listen();
  const { port } = first.addresses[0]!;
  await using second = await openTestWebServer({ http: { address: '127.0.0.1', port } });
  await assert.rejects(second.listen(), (error) => {
    assert.ok(error instanceof WebListenError);
    assert.equal(error.code, 'WEB_PORT_TAKEN');
    assert.match(error.sentence, new RegExp(`${port}`));
    assert.match(error.remedy, /parley\.yaml/);
    return true;
  });
});

test('a request in progress is finished while the server closes, and closing twice is one closing', async () => {
  const server = await openTestWebServer();
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  server.routes.get('/slow', async () => {
    started.resolve();
    await go.promise;
    return { ok: true };
  });
  await server.listen();
  const answer = new TestBrowser(server).ask('/slow');
  await started.promise;
  const closing = server[Symbol.asyncDispose]();
  go.resolve();
  assert.equal((await answer).status, 200);
  await Promise.all([closing, server[Symbol.asyncDispose]()]);
  await assert.rejects(
    new TestBrowser({ ...server, addresses: [{ protocol: 'http', address: '127.0.0.1', port: 1 }] }).ask('/'),
  );
});

test('a fault of the listener carries the row of its table', () => {
  const fault = new WebFault('WEB_TOO_LARGE');
  assert.equal(fault.statusCode, 413);
});
