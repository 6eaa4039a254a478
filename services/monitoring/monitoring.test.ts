// The service with real phones, sockets and PostgreSQL: what it saw, what it shows, what it never shows, and who looked.
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { askLocalDoor, type RunningService, type ServiceContext } from '@parley/platform/host';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { openStore } from '@parley/platform/store';
import { silentLog, type TestStore } from '@parley/platform/store/testing';
import { createRequest } from '@parley/protocol/sip';
import { createUser, type User } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import {
  listCalls,
  listOpenings,
  recentSightings,
  showLadder,
  TRACE_DOOR,
  type TraceCall,
  type TraceFilter,
} from './contract.ts';
import { monitoringService } from './service.ts';
import { collectTexts } from './trace-export.ts';

const SECRET = '6629fae49393a05397450978507c4ef1';
let running: TestProcess;
let data: string;
let root: User;
const closing: AsyncDisposable[] = [];

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'parley-trace-'));
  running = await testProcess();
  await running.start(identityService);
  root = granted(await running.bus.call(createUser, { address: 'root@parley.test', name: 'Root' }));
});
after(async () => {
  for (const one of closing.reverse()) await one[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await rm(data, { recursive: true });
});

function granted<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.fault.code);
  return outcome.value;
}

interface FrontEnd extends AsyncDisposable {
  readonly nodeId: string;
  readonly port: number;
}

const sockets = (transport: 'udp' | 'tcp') => [{ transport, address: '127.0.0.1', port: 0 }] as const;

/** A front end that answers everything 200, on the bus and the database of all. */
async function frontEnd(
  nodeId: string,
  sip: Partial<ServiceContext['config']['sip']> = {},
): Promise<FrontEnd> {
  const server = await openSipServer({ listen: [...sockets('udp')], clock: systemClock, log: silentLog });
  server.onRequest((request) => request.respond(200, { headers: [['Server', 'Answering/1']] }));
  const { connection } = running.store as TestStore;
  const store = await openStore({ connection, bus: running.bus, clock: systemClock, log: silentLog });
  const { config } = running.context;
  const context: ServiceContext = {
    ...running.context,
    nodeId,
    store,
    config: {
      ...config,
      data: join(data, nodeId === 'node-a' ? '' : nodeId),
      sip: { ...config.sip, ...sip },
    },
    sip: () => server,
  };
  const service: RunningService = await monitoringService.start(context);
  let isStopped = false;
  const started: FrontEnd = {
    nodeId,
    port: server.listening[0]?.port ?? 0,
    async [Symbol.asyncDispose]() {
      if (isStopped) return;
      isStopped = true;
      await service[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
  closing.push(started);
  return started;
}

async function phone(): Promise<OpenedSipServer> {
  const opened = await openSipServer({ listen: [...sockets('udp')], clock: systemClock, log: silentLog });
  closing.push(opened);
  return opened;
}

async function says(
  from: OpenedSipServer,
  to: FrontEnd,
  method: string,
  callId: string,
  body?: string,
): Promise<void> {
  const request = createRequest({
    method,
    uri: 'sip:bob@parley.test',
    headers: [
      ['From', '<sip:alice@parley.test>;tag=a'],
      ['To', '<sip:bob@parley.test>'],
      ['Call-ID', callId],
      ['CSeq', `1 ${method}`],
      ['Max-Forwards', '70'],
      ['User-Agent', 'Desk/1'],
      ['Authorization', `Digest username="alice", realm="r", nonce="n", uri="sip:b", response="${SECRET}"`],
      ...(body === undefined ? [] : [['Content-Type', 'text/plain'] as const]),
    ],
    body: body === undefined ? undefined : new TextEncoder().encode(body),
  });
  const outcome = await from.request(request, { transport: 'udp', address: '127.0.0.1', port: to.port });
  assert.equal(outcome.kind, 'response');
}

async function calls(filter: TraceFilter = {}): Promise<TraceCall[]> {
  return granted(await running.bus.call(listCalls, { filter, limit: 100 })).calls;
}

describe('with two front ends', () => {
  let one: FrontEnd;
  let other: FrontEnd;
  let alice: OpenedSipServer;
  before(async () => {
    one = await frontEnd('node-a');
    other = await frontEnd('node-b');
    alice = await phone();
    await says(alice, one, 'OPTIONS', 'both');
    await says(alice, other, 'OPTIONS', 'both');
    await says(alice, other, 'MESSAGE', 'private', 'The offer is 4 million.');
  });

  test('the list is of both, with what was seen and how it ended, the latest first', async () => {
    const listed = await calls();
    assert.deepEqual(
      listed.map(({ callId }) => callId),
      ['private', 'both'],
    );
    const { method, from, to, status, messages, nodeIds, peers } = listed[1]!;
    assert.deepEqual([method, from, to, status], ['OPTIONS', 'alice@parley.test', 'bob@parley.test', 200]);
    assert.equal(messages, 4);
    assert.deepEqual([...nodeIds].sort(), ['node-a', 'node-b']);
    assert.deepEqual(peers, [`udp 127.0.0.1:${alice.listening[0]?.port}`]);
  });

  test('it is found by user, method, kind of answer, place, time and anything that stands in it', async () => {
    const port = alice.listening[0]?.port;
    const found = async (filter: TraceFilter) => (await calls(filter)).map(({ callId }) => callId);
    assert.deepEqual(await found({ user: 'Alice', method: 'message' }), ['private']);
    assert.deepEqual(await found({ user: 'ali' }), []);
    assert.deepEqual(await found({ statusClass: 2, source: `127.0.0.1:${port}` }), ['private', 'both']);
    assert.deepEqual(await found({ statusClass: 4 }), []);
    assert.deepEqual(await found({ source: '127.0.0.2' }), []);
    assert.deepEqual(await found({ query: 'RIVAT' }), ['private']);
    assert.deepEqual(await found({ since: Date.now() + 1_000 }), []);
    assert.deepEqual(await found({ until: 1 }), []);
  });

  test('the ladder shows the phone and both front ends', async () => {
    const { ladder, silent } = granted(await running.bus.call(showLadder, { callId: 'both' }));
    assert.equal(silent, 0);
    assert.deepEqual(
      ladder.participants.map(({ name, agent }) => `${name} ${agent}`.trim()),
      ['alice@parley.test Desk/1', 'node-a', 'node-b'],
    );
    assert.deepEqual(
      ladder.steps.map(({ label }) => label),
      ['OPTIONS', '200 OK', 'OPTIONS', '200 OK'],
    );
    const missing = await running.bus.call(showLadder, { callId: 'never' });
    assert.equal(missing.ok ? '' : missing.fault.code, 'MONITORING_NOT_HELD');
  });

  test('full texts come from both, without secrets, and it is written down who opened them', async () => {
    const request = { actor: root.userId, purpose: 'view' as const, callId: 'both' };
    const texts = granted(await collectTexts(running.bus, request));
    assert.equal(texts.length, 4);
    assert.match(texts[0]?.text ?? '', /^OPTIONS sip:bob@parley\.test SIP\/2\.0\r\nVia: /);
    assert.ok(texts.every(({ text }) => !text.includes(SECRET)));
    const { openings } = granted(await running.bus.call(listOpenings, { limit: 10 }));
    assert.deepEqual(
      openings.map(({ actorName, purpose, callId }) => [actorName, purpose, callId]),
      [['root@parley.test', 'view', 'both']],
      'once, whatever the number of pages',
    );
  });

  test('a single message can be opened', async () => {
    const { ladder } = granted(await running.bus.call(showLadder, { callId: 'both' }));
    const id = ladder.steps[2]?.id ?? '';
    const request = { actor: 'cli', purpose: 'view' as const, callId: 'both', ids: [id] };
    const texts = granted(await collectTexts(running.bus, request));
    assert.deepEqual(
      texts.map((text) => text.id),
      [id],
    );
  });

  test('what people write is not kept: its size is', async () => {
    const request = { actor: 'cli', purpose: 'text' as const, callId: 'private' };
    const [message] = granted(await collectTexts(running.bus, request));
    assert.deepEqual([message?.hidden, message?.hiddenBytes], ['private', 23]);
    assert.ok(!JSON.stringify(message).includes('million'));
  });

  test('what came since a moment can be followed', async () => {
    const from = Date.now();
    await says(alice, one, 'INFO', 'later');
    const { sightings } = granted(
      await running.bus.call(recentSightings, { filter: { user: 'bob' }, from, limit: 10 }),
    );
    assert.deepEqual(
      sightings.map(({ callId, startLine }) => [callId, startLine.split(' ')[0]]),
      [
        ['later', 'INFO'],
        ['later', 'SIP/2.0'],
      ],
    );
  });

  test('the command line asks at a socket that only the owner of the data may open', async () => {
    const { mode } = await stat(join(data, `${TRACE_DOOR}.sock`));
    assert.equal(mode & 0o777, 0o600);
    const asked = (question: object) => askLocalDoor({ data, name: TRACE_DOOR }, question);
    const listed = granted(await asked({ ask: 'calls', filter: { query: 'both' }, limit: 10 })) as {
      calls: TraceCall[];
    };
    assert.equal(listed.calls[0]?.messages, 4);
    const file = granted(await asked({ ask: 'export', callIds: ['both'], format: 'text' })) as {
      base64: string;
    };
    const text = Buffer.from(file.base64, 'base64').toString();
    assert.match(text, /OPTIONS ─+▶/);
    assert.ok(!text.includes(SECRET));
    const bad = await asked({ ask: 'everything' });
    assert.equal(bad.ok ? '' : bad.fault.code, 'MONITORING_BAD_QUESTION');
    await assert.rejects(askLocalDoor({ data: join(data, 'elsewhere'), name: TRACE_DOOR }, {}), {
      code: 'HOST_NOT_RUNNING',
    });
  });

  test('a front end that leaves takes its messages along, and nobody waits for it', async () => {
    await other[Symbol.asyncDispose]();
    const { cover, calls: listed } = granted(await running.bus.call(listCalls, { filter: {}, limit: 100 }));
    assert.deepEqual([cover.nodes, cover.silent, cover.setting], [1, 0, 'full']);
    assert.equal(listed.find(({ callId }) => callId === 'both')?.messages, 2);
  });
});

test('sip.trace headers keeps no body, and off keeps nothing', async () => {
  for (const trace of ['headers', 'off'] as const) {
    await using lone = await frontEnd(`node-${trace}`, { trace, traceTexts: 'shown' });
    await says(await phone(), lone, 'MESSAGE', `with-${trace}`, 'Nobody reads this.');
    const request = { actor: 'cli', purpose: 'view' as const, callId: `with-${trace}` };
    const outcome = await collectTexts(running.bus, request);
    if (trace === 'headers') assert.equal(granted(outcome)[0]?.hidden, 'headers');
    else assert.equal(outcome.ok, false);
  }
});

test('where the settings show texts, they are shown', async () => {
  await using lone = await frontEnd('node-shown', { traceTexts: 'shown' });
  await says(await phone(), lone, 'MESSAGE', 'open', 'Lunch at noon?');
  const texts = granted(await collectTexts(running.bus, { actor: 'cli', purpose: 'view', callId: 'open' }));
  assert.match(texts[0]?.text ?? '', /\r\n\r\nLunch at noon\?$/);
});
