// A process for tests: real PostgreSQL, the in-process bus, and the services that a test names.
import { randomUUID } from 'node:crypto';
import { type Bus, openInProcessBus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import {
  type Config,
  defaultConfig,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
} from '@parley/platform/host';
import { type SipServer, systemClock, type TurnPort } from '@parley/platform/net';
import { createMetrics, type Log } from '@parley/platform/observe';
import type { Store } from '@parley/platform/store';
import { openTestStore, silentLog } from '@parley/platform/store/testing';
import type { WebServer } from '@parley/platform/web';

const MACHINE = { hostName: 'localhost', homeDirectory: '/nowhere', isRoot: false, environment: {} };

export interface TestProcess extends AsyncDisposable {
  readonly context: ServiceContext;
  readonly bus: Bus;
  readonly store: Store;
  /** What was printed for the person who started the server. */
  readonly printed: readonly string[];
  start(...services: readonly ServiceDefinition[]): Promise<void>;
}

export async function testProcess(
  ports: {
    readonly clock?: Clock;
    readonly sip?: SipServer;
    readonly web?: WebServer;
    readonly turn?: TurnPort;
    readonly log?: Log;
    /** What differs from the settings of every test. */
    readonly config?: Partial<Config>;
  } = {},
): Promise<TestProcess> {
  const clock = ports.clock ?? systemClock;
  const bus = openInProcessBus({ log: silentLog, clock });
  const store = await openTestStore({ bus, clock });
  const printed: string[] = [];
  const running: RunningService[] = [];
  function offered<T>(port: T | undefined, name: string): T {
    if (port === undefined) throw new Error(`this test has no ${name} listener`);
    return port;
  }
  const context: ServiceContext = {
    nodeId: randomUUID(),
    config: { ...defaultConfig(MACHINE), domain: 'parley.test', ...ports.config },
    clock,
    log: ports.log ?? silentLog,
    metrics: createMetrics(),
    bus,
    store,
    print: (line) => void printed.push(line),
    web: () => offered(ports.web, 'web'),
    sip: () => offered(ports.sip, 'SIP'),
    turn: () => ports.turn,
  };
  return {
    context,
    bus,
    store,
    printed,
    async start(...services) {
      for (const service of services) running.push(await started(service, context));
    },
    async [Symbol.asyncDispose]() {
      for (const service of running.reverse()) await service[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

const START_MS = 60_000;

/** A service whose views nobody serves would wait for ever, and the test with it. */
async function started(service: ServiceDefinition, context: ServiceContext): Promise<RunningService> {
  const { promise, reject } = Promise.withResolvers<never>();
  const needs = service.after.join(', ');
  const late = () =>
    reject(new Error(`${service.name} does not start; has the test one of ${needs} to start?`));
  const timer = setTimeout(late, START_MS);
  try {
    return await Promise.race([service.start(context), promise]);
  } finally {
    clearTimeout(timer);
  }
}
