// One running Parley process: takes the data directory, opens the ports, starts the services of its roles in order,
// listens when all of them run, and stops in reverse. Started by roles/cli and by tests.
import { randomBytes } from 'node:crypto';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../net/clock.ts';
import { systemClock } from '../net/clock-system.ts';
import type { Log } from '../observe/log.ts';
import { createLog } from '../observe/log-pino.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createMetrics } from '../observe/metrics-prometheus.ts';
import { lockDataDirectory } from '../store/data-lock.ts';
import type { Store } from '../store/store.ts';
import type { WebAddress } from '../web/listeners.ts';
import { openAdminListener, type Readiness } from './admin-listener.ts';
import { within } from './bounded.ts';
import type { Config } from './config.ts';
import { type Listening, openListeners } from './listeners.ts';
import { openBus, openOwnStore, type Visit } from './ports.ts';
import { Runner, reportStop } from './runner.ts';
import type { RoleDefinition, ServiceContext } from './service.ts';
import { startOrder } from './start-order.ts';
import { webAddress } from './web-address.ts';

/** For each port after the services have drained; a hanging one does not keep the others. */
const PORT_STOP_MS = 10_000;

export interface HostOptions {
  readonly config: Config;
  readonly roles: readonly RoleDefinition[];
  readonly version: string;
  readonly log?: Log;
  /** Where lines for the person at the terminal go; standard output unless given. `service` is who says it. */
  readonly print?: (line: string, service?: string) => void;
  readonly visit?: Visit;
  readonly clock?: Clock;
}

export interface Host extends AsyncDisposable {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly metrics: Metrics;
  /** `http://localhost:8080`, or undefined when nothing is served to browsers. */
  readonly address: string | undefined;
  readonly web: readonly WebAddress[];
  readonly sip: Listening['sip'];
  readonly turn: Listening['turn'];
  readonly adminPort: number | undefined;
  readiness(): Readiness;
  /** Idempotent. Services get `limits.drainS` together. */
  stop(reason: string): Promise<void>;
}

interface Part {
  readonly name: string;
  readonly close: () => PromiseLike<void>;
}

/** A failing start stops what was started, then throws. @throws {HostError} and the clear errors of the ports. */
export async function openHost(options: HostOptions): Promise<Host> {
  const { config } = options;
  const log = options.log ?? createLog({ level: config.log.level });
  const parts: Part[] = [];
  const runner = new Runner(log);
  let stopping: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    await runner.stop(config.limits.drainS * 1000);
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      reportStop(log, part.name, await within(PORT_STOP_MS, part.close));
    }
  }

  function opened<T extends AsyncDisposable>(name: string, part: T): T {
    parts.push({ name, close: () => part[Symbol.asyncDispose]() });
    return part;
  }

  try {
    return await start();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function start(): Promise<Host> {
    const order = startOrder(options.roles);
    // Short: it stands in every Record-Route (services/proxy/flow-token.ts).
    const nodeId = randomBytes(9).toString('base64url');
    const print = options.print ?? ((line: string) => void process.stdout.write(`${line}\n`));
    let isStarted = false;

    const isGuest = options.visit?.postgres !== undefined;
    const lock = isGuest ? undefined : opened('data directory', await lockDataDirectory(config.data));
    const metrics = createMetrics();
    const ports: { bus?: Bus; store?: Store } = {};

    function readiness(): Readiness {
      const parts = [
        partHealth('store', ports.store?.healthy, 'The database'),
        partHealth('bus', ports.bus?.healthy, 'The bus'),
        ...runner.health(),
      ];
      if (stopping !== undefined) parts.push({ name: 'host', ok: false, sentence: 'Stopping.' });
      else if (!isStarted) parts.push({ name: 'host', ok: false, sentence: 'Starting.' });
      return { ready: parts.every((part) => part.ok), parts };
    }

    let adminPort: number | undefined;
    const { port } = config.listen.admin;
    if (port !== null) {
      const answers = { readiness, metrics: () => metrics.text() };
      adminPort = opened('admin', await openAdminListener({ ...config.listen.admin, port }, answers)).port;
    }

    const clock = options.clock ?? systemClock;
    const basis = { config, log, metrics, clock, print, version: options.version };
    const bus = opened('bus', await openBus(basis));
    ports.bus = bus;
    const { store, postgres } = await openOwnStore({ ...basis, bus, lock, visit: options.visit });
    if (postgres !== undefined) opened('postgres', postgres);
    opened('store', store);
    ports.store = store;
    const listeners = opened('listeners', await openListeners(basis));

    await runner.start(order, (service) => service.start(contextOf(service.name)));
    await listeners.listen();
    isStarted = true;
    log.info({ nodeId, roles: options.roles.map((role) => role.name), version: options.version }, 'Ready.');

    function contextOf(name: string): ServiceContext {
      return {
        nodeId,
        config,
        clock,
        log: log.child({ service: name }),
        metrics,
        bus,
        store,
        web: () => listeners.web(name),
        sip: () => listeners.sip(name),
        turn: () => listeners.turn(),
        print: (line) => print(line, name),
      };
    }

    return {
      nodeId,
      bus,
      store,
      metrics,
      address: addressOf(listeners.listening.web, config.hostName),
      web: listeners.listening.web,
      sip: listeners.listening.sip,
      turn: listeners.listening.turn,
      adminPort,
      readiness,
      stop,
      [Symbol.asyncDispose]: () => stop('disposed'),
    };
  }

  function stop(reason: string): Promise<void> {
    if (stopping === undefined) {
      log.debug({ reason }, 'The host stops.');
      stopping = closeAll();
    }
    return stopping;
  }
}

function partHealth(name: string, healthy: boolean | undefined, title: string) {
  if (healthy === undefined) return { name, ok: false, sentence: `${title} is being opened.` };
  return { name, ok: healthy, sentence: healthy ? 'Running.' : `${title} does not answer.` };
}

function addressOf(web: readonly WebAddress[], hostName: string): string | undefined {
  const best = web.find(({ protocol }) => protocol === 'http') ?? web[0];
  return best === undefined ? undefined : webAddress(best.protocol, best.address, best.port, hostName);
}
