// What a service is to the host: a name, what must run before it, and how to start it.
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../net/clock.ts';
import type { SipServer } from '../net/sip-server.ts';
import type { TurnPort } from '../net/turn-driver.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Migration, ServiceStore, Store } from '../store/store.ts';
import type { WebServer } from '../web/web-server.ts';
import type { Config } from './config.ts';

export interface Health {
  readonly ok: boolean;
  readonly sentence: string;
}

/** A started service. Disposing it drains: it takes no new work, finishes what it has, then lets go. */
export interface RunningService extends AsyncDisposable {
  health?(): Health;
}

/** The outside world as one service sees it. Every port is made by the host and closed by the host. */
export interface ServiceContext {
  /** This process on the bus: stable while it lives, unique among all. */
  readonly nodeId: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bus: Bus;
  /** Where outbox rows, migrations and rows live; `store.service(name, …)` opens the service's own schema. */
  readonly store: Store;
  /** One line for the person who started the server: on standard output, as the ready line is. Never in the log. */
  print(line: string): void;
  /** The web listener of this process. Asking for it makes the process listen. */
  web(): WebServer;
  /** The SIP listeners of this process. Asking for it makes the process listen. */
  sip(): SipServer;
  /** The TURN listeners of this process; undefined where they are switched off. Whoever asks has to serve them. */
  turn(): TurnPort | undefined;
}

export interface ServiceDefinition {
  readonly name: string;
  /** Services that must be started first if they run in this process. */
  readonly after: readonly string[];
  /** What `start` gives to `store.service` under the same name; `parley restore` reads it. */
  readonly migrations?: readonly Migration[];
  start(context: ServiceContext): Promise<RunningService>;
}

/** A role is a list (design: "There is no `if (allInOne)` anywhere"). */
export interface RoleDefinition {
  readonly name: string;
  readonly services: readonly ServiceDefinition[];
}

export type { ServiceStore };
