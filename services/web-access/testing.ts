// Browsers against a process with the real services, over real HTTP and WebSockets. For tests of this service and of
// provisioning; no phone is there.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Outcome } from '@parley/platform/contract';
import type { ServiceDefinition } from '@parley/platform/host';
import type { SipServer } from '@parley/platform/net';
import type { OpenedWebServer, WebServerOptions } from '@parley/platform/web';
import { openTestWebServer, TestBrowser } from '@parley/platform/web/testing';
import { WebSocket } from 'ws';
import { alertsService } from '../alerts/service.ts';
import { setPassword } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { contactsService } from '../contacts/service.ts';
import { createUser, type User } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { imService } from '../im/service.ts';
import { policyService } from '../policy/service.ts';
import { presenceService } from '../presence/service.ts';
import { provisioningService } from '../provisioning/service.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import type {
  ClientEvent,
  ClientFrame,
  CommandName,
  CommandReply,
  CommandRequest,
  ServerFrame,
} from './contract.ts';
import { webAccessService } from './service.ts';

export { TestBrowser } from '@parley/platform/web/testing';

export const PASSWORD = 'correct horse battery';

/** SIP listeners to which no phone is connected. */
export const noPhones: SipServer = {
  onRequest: () => undefined,
  onAck: () => undefined,
  onFlowClosed: () => ({ [Symbol.dispose]: () => undefined }),
  request: async () => ({ kind: 'failed', reason: 'transport' }),
  start: (_message, _target, listener) => {
    queueMicrotask(() => listener.failed('transport', 'NET_UNREACHABLE'));
    return { cancel: () => undefined };
  },
  sendAck: () => undefined,
  flowTo: async () => undefined,
  accept: () => undefined,
  sentBy: () => ({ transport: 'udp', host: '127.0.0.1', port: 5060 }),
  flow: () => undefined,
  listening: [],
  onMessage: () => ({ [Symbol.dispose]: () => undefined }),
};

export function granted<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.fault.code}: ${outcome.fault.sentence}`);
  return outcome.value;
}

export interface Office extends AsyncDisposable {
  readonly server: TestProcess;
  readonly web: OpenedWebServer;
  hire(name: string, fields?: { readonly administrator?: boolean }): Promise<User>;
  /** A browser in which nobody is signed in. */
  browser(): Promise<TestBrowser>;
  signedIn(user: User): Promise<TestBrowser>;
  /** As if the bus had lost its connection and found it again. */
  reconnectBus(): void;
}

/** @param more services that the test is about, beside those of every office. */
export async function openOffice(
  options: Partial<WebServerOptions> = {},
  more: readonly ServiceDefinition[] = [],
): Promise<Office> {
  const web = await openTestWebServer(options);
  const server = await testProcess({ web, sip: noPhones });
  const reconnected = new Set<() => void>();
  Object.assign(server.bus, {
    onReconnect(listener: () => void): Disposable {
      reconnected.add(listener);
      return { [Symbol.dispose]: () => void reconnected.delete(listener) };
    },
  });
  await server.start(
    identityService,
    authenticationService,
    registrarService,
    presenceService,
    policyService,
    imService,
    alertsService,
    contactsService,
    webAccessService,
    provisioningService,
    ...more,
  );
  await web.listen();

  async function browser(): Promise<TestBrowser> {
    const opened = new TestBrowser(web);
    await opened.open();
    return opened;
  }

  return {
    server,
    web,
    browser,
    async hire(name, fields = {}) {
      const full = `${name.charAt(0).toUpperCase()}${name.slice(1)} Example`;
      const user = granted(
        await server.bus.call(createUser, { address: `${name}@parley.test`, name: full, ...fields }),
      );
      granted(await server.bus.call(setPassword, { userId: user.userId, password: PASSWORD }));
      return user;
    },
    async signedIn(user) {
      const opened = await browser();
      const answer = await opened.ask('/api/v1/sign-in', {
        body: { address: user.address, password: PASSWORD },
      });
      assert.equal(answer.status, 200, answer.text);
      return opened;
    },
    reconnectBus() {
      for (const listener of reconnected) listener();
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await web[Symbol.asyncDispose]();
    },
  };
}

type Of<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

/** One window: a socket that keeps what came, and lets a test wait for what is to come. */
export class TestWindow {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<number>;
  #wake = Promise.withResolvers<void>();
  #nextId = 1;

  constructor(browser: TestBrowser) {
    this.socket = new WebSocket(`ws://127.0.0.1:${browser.port}/api/v1/socket`, {
      headers: { cookie: browser.cookieHeader },
    });
    this.socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()) as ServerFrame);
      this.#changed();
    });
    this.socket.on('error', () => undefined);
    const { promise, resolve } = Promise.withResolvers<number>();
    this.closed = promise;
    this.socket.on('close', (code) => {
      this.#changed();
      resolve(code);
    });
  }

  #changed(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** The HTTP status with which the server refused this window. */
  async refusal(): Promise<number> {
    const [, response] = (await once(this.socket, 'unexpected-response')) as [unknown, IncomingMessage];
    this.socket.terminate();
    return response.statusCode ?? 0;
  }

  /** Says hello, and waits for the answer. */
  static async open(
    browser: TestBrowser,
    resume?: { readonly sessionId: string; readonly event: number },
  ): Promise<TestWindow> {
    const window = new TestWindow(browser);
    await once(window.socket, 'open');
    window.say({ type: 'hello', ...(resume === undefined ? {} : { resume }) });
    await window.until((frame) => frame.type === 'snapshot' || frame.type === 'resumed');
    return window;
  }

  say(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The first frame that fits, of those that came and those to come. */
  async until<F extends ServerFrame>(fits: (frame: ServerFrame) => frame is F): Promise<F>;
  async until(fits: (frame: ServerFrame) => boolean): Promise<ServerFrame>;
  async until(fits: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      if (this.socket.readyState === WebSocket.CLOSED)
        throw new Error(`closed; came: ${JSON.stringify(this.frames)}`);
      await this.#wake.promise;
    }
  }

  frame<Type extends ServerFrame['type']>(type: Type): Promise<Of<Type>> {
    return this.until((frame): frame is Of<Type> => frame.type === type);
  }

  async event<Type extends ClientEvent['type']>(
    type: Type,
    fits: (event: Extract<ClientEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ClientEvent, { type: Type }>> {
    type Wanted = Extract<ClientEvent, { type: Type }>;
    const found = await this.until(
      (frame) => frame.type === 'event' && frame.data.type === type && fits(frame.data as Wanted),
    );
    return (found as Of<'event'>).data as Wanted;
  }

  async ask<N extends CommandName>(name: N, request: CommandRequest<N>): Promise<Outcome<CommandReply<N>>> {
    const id = this.#nextId++;
    this.say({ type: 'command', id, name, request });
    const reply = await this.until(
      (frame): frame is Of<'reply'> => frame.type === 'reply' && frame.id === id,
    );
    return reply.ok ? { ok: true, value: reply.value as CommandReply<N> } : reply;
  }

  get events(): Of<'event'>[] {
    return this.frames.filter((frame) => frame.type === 'event');
  }

  /** The network is gone: no closing handshake. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
