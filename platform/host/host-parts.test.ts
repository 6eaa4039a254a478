import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../observe/log-pino.ts';
import { asFault, HostError } from './host-error.ts';
import { natsAccess } from './ports.ts';
import { Runner } from './runner.ts';
import type { RunningService, ServiceDefinition } from './service.ts';
import { startOrder } from './start-order.ts';
import { webAddress } from './web-address.ts';

const log = createLog({ level: 'silent' });

function definition(name: string, after: readonly string[] = []): ServiceDefinition {
  return { name, after, start: () => Promise.reject(new Error('not started here')) };
}

test('a service starts after those it names, once, whichever roles list it', () => {
  const [a, b, c] = [definition('a', ['b', 'elsewhere']), definition('b', ['c']), definition('c')];
  const order = startOrder([
    { name: 'one', services: [a!, b!] },
    { name: 'two', services: [c!, b!, a!] },
  ]);
  assert.deepEqual(
    order.map(({ name }) => name),
    ['c', 'b', 'a'],
  );
});

test('services that wait for each other are refused by name', () => {
  const roles = [
    { name: 'one', services: [definition('a', ['b']), definition('b', ['c']), definition('c', ['b'])] },
  ];
  assert.throws(
    () => startOrder(roles),
    (error) =>
      error instanceof HostError && error.code === 'HOST_SERVICE_CYCLE' && /b → c → b/.test(error.sentence),
  );
});

function recorded() {
  const events: string[] = [];
  const service = (name: string, stop: () => Promise<void> = async () => {}): RunningService => ({
    async [Symbol.asyncDispose]() {
      events.push(`stop ${name}`);
      await stop();
    },
  });
  return { events, service };
}

test('the last started service stops first, and one that fails does not keep the others', async () => {
  const { events, service } = recorded();
  const runner = new Runner(log);
  await runner.start([definition('a'), definition('b'), definition('c')], async ({ name }) =>
    service(name, name === 'b' ? () => Promise.reject(new Error('broken')) : undefined),
  );
  await runner.stop(1000);
  assert.deepEqual(events, ['stop c', 'stop b', 'stop a']);
});

test('a service that hangs is left behind when the time to drain is over', async () => {
  const { events, service } = recorded();
  const runner = new Runner(log);
  await runner.start([definition('a'), definition('b')], async ({ name }) =>
    service(name, name === 'b' ? () => new Promise(() => {}) : undefined),
  );
  await runner.stop(20);
  assert.deepEqual(events, ['stop b', 'stop a']);
});

test('a service that fails to start leaves the started ones to be stopped', async () => {
  const { events, service } = recorded();
  const runner = new Runner(log);
  const starting = runner.start([definition('a'), definition('b'), definition('c')], async ({ name }) => {
    if (name === 'b') throw new Error('no');
    return service(name);
  });
  await assert.rejects(starting, /no/);
  await runner.stop(1000);
  assert.deepEqual(events, ['stop a']);
});

test('health names every service, and a health check that throws is a bad one', async () => {
  const runner = new Runner(log);
  await runner.start([definition('well'), definition('ill'), definition('odd')], async ({ name }) => ({
    ...(name === 'well' ? {} : { health: () => (name === 'ill' ? { ok: false, sentence: 'Ill.' } : fail()) }),
    async [Symbol.asyncDispose]() {},
  }));
  assert.deepEqual(
    runner.health().map(({ name, ok }) => [name, ok]),
    [
      ['well', true],
      ['ill', false],
      ['odd', false],
    ],
  );
  function fail(): never {
    throw new Error('cannot say');
  }
});

test('every failure has a code, a sentence and a remedy', () => {
  assert.equal(asFault(new HostError('X', 'Y.', 'Z.')).code, 'X');
  const taken = Object.assign(new Error('bind'), { code: 'EADDRINUSE', address: '::', port: 5060 });
  assert.deepEqual([asFault(taken).code, /5060/.test(asFault(taken).sentence)], ['HOST_PORT_TAKEN', true]);
  assert.equal(asFault(Object.assign(new Error('write'), { code: 'ENOSPC' })).code, 'HOST_DISK_FULL');
  assert.match(asFault(new Error('odd')).sentence, /odd\.$/);
});

test('the ready line has the address that a person can open', () => {
  assert.equal(webAddress('http', '127.0.0.1', 8080, 'uc.example.com'), 'http://localhost:8080');
  assert.equal(webAddress('https', '::', 443, 'uc.example.com'), 'https://uc.example.com');
  assert.equal(webAddress('http', '192.0.2.7', 80, 'x'), 'http://192.0.2.7');
  assert.equal(webAddress('http', '2001:db8::7', 8080, 'x'), 'http://[2001:db8::7]:8080');
});

test('the account of a NATS address goes beside the addresses, never into them', () => {
  const urls = ['nats://parley:hunter%402@bus1.example.com:4222', 'tls://bus2.example.com'];
  assert.deepEqual(natsAccess(urls), {
    servers: ['nats://bus1.example.com:4222', 'tls://bus2.example.com'],
    credentials: { user: 'parley', password: 'hunter@2' },
  });
  assert.deepEqual(natsAccess(['nats://token@bus']), {
    servers: ['nats://bus'],
    credentials: { token: 'token' },
  });
  assert.deepEqual(natsAccess(['nats://bus']), { servers: ['nats://bus'] });
});
