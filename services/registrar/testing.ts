// Front ends, people and phones for tests of the registrar: real sockets and PostgreSQL, a clock that a test moves.

import assert from 'node:assert/strict';
import type { RunningService, ServiceContext } from '@parley/platform/host';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { type FakeClock, fakeClock } from '@parley/platform/net/testing';
import { openStore } from '@parley/platform/store';
import { silentLog, type TestStore } from '@parley/platform/store/testing';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { proxyService } from '../proxy/service.ts';
import { TestPhone } from '../proxy/testing.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { type Location, locationChanged, locationSnapshot } from './contract.ts';
import { registrarService } from './service.ts';

export const DOMAIN = 'parley.test';

export interface FrontEnd extends AsyncDisposable {
  readonly context: ServiceContext;
  readonly sip: OpenedSipServer;
}

export interface Account {
  readonly userId: string;
  readonly username: string;
  readonly password: string;
}

/** One database and bus, on which a test opens as many front ends as it likes. */
export class Scene implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly running: TestProcess;
  readonly connection: string;
  readonly #closing: AsyncDisposable[] = [];

  private constructor(clock: FakeClock, running: TestProcess) {
    this.clock = clock;
    this.running = running;
    this.connection = (running.store as TestStore).connection;
  }

  static async open(): Promise<Scene> {
    const clock = fakeClock();
    const running = await testProcess({ clock });
    await running.start(identityService, authenticationService);
    return new Scene(clock, running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#closing.reverse()) await one[Symbol.asyncDispose]();
    await this.running[Symbol.asyncDispose]();
  }

  /** Closed with the scene, if not before. */
  keep<T extends AsyncDisposable>(one: T): T {
    this.#closing.push(one);
    return one;
  }

  /** Another front end on the same bus and store. Disposing it is an orderly stop. */
  async frontEnd(
    nodeId: string,
    ports: Partial<Pick<ServiceContext, 'bus' | 'log' | 'store'>> = {},
  ): Promise<FrontEnd> {
    const { clock, running, connection } = this;
    const listen = (['udp', 'tcp'] as const).map((transport) => ({
      transport,
      address: '127.0.0.1',
      port: 0,
    }));
    const sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
    const store = await openStore({ connection, bus: running.bus, clock, log: silentLog });
    const context = { ...running.context, store, ...ports, nodeId, sip: () => sip };
    const services: RunningService[] = [];
    for (const service of [registrarService, proxyService]) services.push(await service.start(context));
    let isStopped = false;
    return this.keep({
      context,
      sip,
      async [Symbol.asyncDispose]() {
        if (isStopped) return;
        isStopped = true;
        for (const service of services.reverse()) await service[Symbol.asyncDispose]();
        await sip[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    });
  }

  async person(username: string): Promise<Account> {
    const { bus } = this.running;
    const user = await bus.call(createUser, { address: `${username}@${DOMAIN}`, name: username });
    assert.ok(user.ok);
    const { userId } = user.value;
    const device = await bus.call(addDevice, { userId, name: 'Phone' });
    assert.ok(device.ok);
    return { userId, username, password: device.value.password };
  }

  async phoneAt(
    { sip }: FrontEnd,
    transport: 'udp' | 'tcp',
    account: { readonly username: string; readonly password: string },
  ): Promise<TestPhone> {
    const port = sip.listening.find((socket) => socket.transport === transport)?.port ?? 0;
    return this.keep(await TestPhone.start({ transport, port, domain: DOMAIN, ...account }));
  }

  /** Every announcement from now on. */
  async announced(userId: string): Promise<Announced> {
    const all: Location[] = [];
    let wake = Promise.withResolvers<void>();
    const subscription = await this.running.bus.subscribe(locationChanged, (location) => {
      if (location.userId !== userId) return;
      all.push(location);
      wake.resolve();
      wake = Promise.withResolvers();
    });
    this.keep(subscription);
    return {
      all,
      async next(holds) {
        for (;;) {
          const found = all.find(holds);
          if (found !== undefined) return found;
          await wake.promise;
        }
      },
    };
  }

  /** Lets time pass until it has happened. */
  async passTime<T>(happening: Promise<T>): Promise<T> {
    let hasHappened = false;
    const happened = happening.finally(() => {
      hasHappened = true;
    });
    while (!hasHappened) await this.clock.advanceAsync(500);
    return await happened;
  }

  /** As the rows have it. */
  async locationOf(userId: string): Promise<Location | undefined> {
    const page = await this.running.bus.call(locationSnapshot, {});
    assert.ok(page.ok);
    return page.value.locations.find((location) => location.userId === userId);
  }
}

export interface Announced {
  readonly all: readonly Location[];
  next(holds: (location: Location) => boolean): Promise<Location>;
}
