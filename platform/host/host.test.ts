import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Type } from 'typebox';
import { command, done } from '../bus/contract.ts';
import { createLog } from '../observe/log-pino.ts';
import { dataDirectoryOwner } from '../store/data-lock.ts';
import { testDatabase } from '../store/testing.ts';
import { type Config, defaultConfig } from './config.ts';
import type { HostOptions } from './host.ts';
import { HostError, isClear } from './host-error.ts';
import type { RoleDefinition, ServiceDefinition } from './service.ts';
import { startHost } from './start-host.ts';

const log = createLog({ level: 'silent' });
const local = (port: number | null) => ({ address: '127.0.0.1', port });
const off = local(null);

/** A data directory and a database of its own, free ports, SIP off. */
async function options(
  t: TestContext,
  roles: readonly RoleDefinition[],
  listen: Partial<Config['listen']> = {},
) {
  const data = await mkdtemp(join(tmpdir(), 'parley-host-'));
  const database = await testDatabase();
  t.after(async () => {
    await database[Symbol.asyncDispose]();
    await rm(data, { recursive: true, force: true });
  });
  const defaults = defaultConfig({
    hostName: 'uc1',
    homeDirectory: '/nowhere',
    isRoot: false,
    environment: {},
  });
  const config: Config = {
    ...defaults,
    data,
    store: database.connection,
    listen: {
      http: local(0),
      https: off,
      sip: off,
      sips: off,
      turn: off,
      turns: off,
      admin: local(0),
      ...listen,
    },
    limits: { ...defaults.limits, drainS: 1 },
  };
  return { config, roles, log, version: '0.0.0', print: () => {} } satisfies HostOptions;
}

function role(...services: ServiceDefinition[]): RoleDefinition {
  return { name: 'test', services };
}

function service(name: string, events: string[], parts: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return {
    name,
    after: [],
    async start() {
      events.push(`start ${name}`);
      return {
        async [Symbol.asyncDispose]() {
          events.push(`stop ${name}`);
        },
      };
    },
    ...parts,
  };
}

test('a host starts services in order, answers, and stops them in reverse', async (t) => {
  const events: string[] = [];
  const greet = command('test.greet', {
    request: Type.Object({}),
    reply: Type.Object({ text: Type.String() }),
  });
  const greeter: ServiceDefinition = {
    name: 'greeter',
    after: ['quiet'],
    async start({ bus, web }) {
      events.push('start greeter');
      web().routes.get('/greeting', async () => 'hello');
      const served = await bus.serve(greet, async () => done({ text: 'hello' }));
      return {
        async [Symbol.asyncDispose]() {
          events.push('stop greeter');
          await served[Symbol.asyncDispose]();
        },
      };
    },
  };
  const host = await startHost(await options(t, [role(greeter, service('quiet', events))]));
  assert.match(host.address ?? '', /^http:\/\/localhost:\d+$/);
  assert.equal(await (await fetch(`${host.address}/greeting`)).text(), 'hello');
  assert.deepEqual(await host.bus.call(greet, {}), done({ text: 'hello' }));
  await host.stop('test');
  await host.stop('again');
  assert.deepEqual(events, ['start quiet', 'start greeter', 'stop greeter', 'stop quiet']);
  await assert.rejects(fetch(`${host.address}/greeting`));
});

test('nothing is listened to before every service has started', async (t) => {
  const needs = await options(t, []);
  let refused = false;
  const first: ServiceDefinition = {
    name: 'first',
    after: [],
    async start({ web }) {
      web();
      return { async [Symbol.asyncDispose]() {} };
    },
  };
  const free = await freePort();
  const second: ServiceDefinition = {
    name: 'second',
    after: ['first'],
    async start() {
      refused = await fetch(`http://127.0.0.1:${free}/`).then(
        () => false,
        () => true,
      );
      return { async [Symbol.asyncDispose]() {} };
    },
  };
  const listen = { ...needs.config.listen, http: local(free) };
  await using host = await startHost({
    ...needs,
    config: { ...needs.config, listen },
    roles: [role(first, second)],
  });
  assert.equal(refused, true);
  assert.equal((await fetch(`${host.address}/nothing`)).status, 404);
});

test('/healthz says that the process lives, /readyz why it is not ready, /metrics how it is', async (t) => {
  let healthy = true;
  const moody: ServiceDefinition = {
    name: 'moody',
    after: [],
    async start({ metrics }) {
      metrics.counter('parley_test_total', 'For this test.').add(3);
      return {
        health: () => ({ ok: healthy, sentence: healthy ? 'Fine.' : 'The licence of the moon has expired.' }),
        async [Symbol.asyncDispose]() {},
      };
    },
  };
  await using host = await startHost(await options(t, [role(moody)]));
  const admin = `http://127.0.0.1:${host.adminPort}`;
  assert.equal((await fetch(`${admin}/healthz`)).status, 200);
  assert.equal((await fetch(`${admin}/readyz`)).status, 200);
  assert.match(await (await fetch(`${admin}/metrics`)).text(), /parley_test_total 3/);
  healthy = false;
  const unready = await fetch(`${admin}/readyz`);
  assert.equal(unready.status, 503);
  assert.match(await unready.text(), /The licence of the moon has expired/);
  assert.equal((await fetch(`${admin}/readyz`, { method: 'POST' })).status, 405);
  assert.equal((await fetch(`${admin}/secrets`)).status, 404);
});

test('a role that needs no web listener opens none', async (t) => {
  await using host = await startHost(await options(t, [role(service('quiet', []))]));
  assert.equal(host.address, undefined);
  assert.deepEqual(host.web, []);
});

test('a service that needs a listener which is off is refused with the setting to change', async (t) => {
  const needy: ServiceDefinition = {
    name: 'needy',
    after: [],
    start: ({ sip }) => Promise.reject(new Error(`unreachable ${sip()}`)),
  };
  await assert.rejects(startHost(await options(t, [role(needy)])), (error: unknown) => {
    return (
      error instanceof HostError && error.code === 'HOST_NO_LISTENER' && /listen\.sip/.test(error.remedy)
    );
  });
});

test('a failing start stops what was started and frees the data directory', async (t) => {
  const events: string[] = [];
  const broken = service('broken', events, {
    after: ['well'],
    start: () => Promise.reject(new Error('broken')),
  });
  const needs = await options(t, [role(broken, service('well', events))]);
  await assert.rejects(startHost(needs), /broken/);
  assert.deepEqual(events, ['start well', 'stop well']);
  assert.equal(await dataDirectoryOwner(needs.config.data), undefined);
});

test('a taken port is named, with the setting to change', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.after(() => other.close());
  const taken = (other.address() as AddressInfo).port;
  const asks = service('asks', [], {
    async start({ web }) {
      web();
      return { async [Symbol.asyncDispose]() {} };
    },
  });
  for (const name of ['http', 'admin'] as const) {
    const needs = await options(t, [role(asks)], { [name]: local(taken) });
    await assert.rejects(startHost(needs), (error: unknown) => {
      assert.ok(isClear(error));
      assert.match(error.sentence, new RegExp(`Port ${taken} `));
      assert.match(error.remedy ?? '', new RegExp(`listen\\.${name}\\.port`));
      return true;
    });
  }
});

test('a second host on the same data directory is refused', async (t) => {
  const needs = await options(t, [role(service('quiet', []))]);
  await using _host = await startHost(needs);
  await assert.rejects(
    startHost(needs),
    (error: unknown) => isClear(error) && error.code === 'STORE_DATA_IN_USE',
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
