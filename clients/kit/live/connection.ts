// One WebSocket to the server, kept alive: says hello, resumes after its last event, pings, and connects again with
// growing pauses. **After `close()` nothing is called back.** Made and ended by live-client.ts.
import type {
  ClientEvent,
  CommandName,
  CommandReply,
  CommandRequest,
  ServerFrame,
  Snapshot,
} from '../contracts.ts';
import { clientFault, type Fault, type Outcome } from '../fault.ts';
import { retryDelayMs } from './backoff.ts';
import type { Timers } from './timers.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** `since` and `retryAt` are Unix milliseconds. */
  | {
      readonly kind: 'offline';
      readonly since: number;
      readonly retryAt: number;
      readonly fault: Fault | null;
    }
  /** The server ended the sign-in: connecting again is of no use. */
  | { readonly kind: 'ended'; readonly fault: Fault };

/** The part of the browser's WebSocket that is used. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'readyState' | 'addEventListener'>;

export interface ConnectionOptions {
  readonly openSocket: () => Socket;
  readonly timers: Timers;
  readonly random: () => number;
  readonly onState: (state: ConnectionState) => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onEvent: (event: ClientEvent) => void;
  /** Asked after an attempt that never opened: a browser does not tell why. False: signed out. */
  readonly isSignedIn: () => Promise<boolean>;
}

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 15_000;
const REPLY_WITHIN_MS = 20_000;
const OPEN = 1;
/** Codes with which the server says that the sign-in is over. */
const ENDING_CODES = new Set(['AUTHENTICATION_SIGN_IN_ENDED', 'AUTHENTICATION_DISABLED']);

interface PendingReply {
  readonly settle: (outcome: Outcome<unknown>) => void;
  readonly cancelTimer: () => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #pending = new Map<number, PendingReply>();
  #socket: Socket | null = null;
  #sessionId: string | null = null;
  #lastEvent = 0;
  #nextId = 1;
  #attempt = 0;
  #offlineSince: number | null = null;
  #greeted = false;
  #closed = false;
  #goodbye: Fault | null = null;
  #cancelTimer: () => void = () => {};

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#closed && this.#socket === null) this.#connect();
  }

  /** The network is back, the tab is seen again, or somebody pressed "Try now". */
  wake(): void {
    if (this.#closed) return;
    if (this.#socket === null) this.#connect();
    else if (this.#greeted) this.#ping();
  }

  async command<N extends CommandName>(
    name: N,
    request: CommandRequest<N>,
  ): Promise<Outcome<CommandReply<N>>> {
    const socket = this.#socket;
    if (socket === null || !this.#greeted || socket.readyState !== OPEN) {
      return { ok: false, fault: clientFault('CLIENT_OFFLINE') };
    }
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Outcome<unknown>>();
    const cancelTimer = this.#options.timers.after(REPLY_WITHIN_MS, () => {
      this.#settle(id, { ok: false, fault: clientFault('CLIENT_NO_ANSWER') });
      this.#drop(socket);
    });
    this.#pending.set(id, { settle: resolve, cancelTimer });
    socket.send(JSON.stringify({ type: 'command', id, name, request }));
    // The server checks every reply against the same contract that this type is inferred from.
    return (await promise) as Outcome<CommandReply<N>>;
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#failPending();
  }

  #connect(): void {
    this.#cancelTimer();
    this.#greeted = false;
    this.#goodbye = null;
    this.#options.onState({ kind: 'connecting' });
    const socket = this.#options.openSocket();
    this.#socket = socket;
    let opened = false;
    this.#cancelTimer = this.#options.timers.after(OPEN_WITHIN_MS, () => this.#drop(socket));
    socket.addEventListener('open', () => {
      opened = true;
      if (socket !== this.#socket) return;
      const resume =
        this.#sessionId === null ? {} : { resume: { sessionId: this.#sessionId, event: this.#lastEvent } };
      socket.send(JSON.stringify({ type: 'hello', ...resume }));
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(socket, String(data));
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#lost(opened);
    });
  }

  #receive(socket: Socket, text: string): void {
    const frame = parseFrame(text);
    if (frame === null) {
      this.#drop(socket);
      return;
    }
    if (this.#greeted) this.#schedulePing();
    switch (frame.type) {
      case 'snapshot':
        this.#sessionId = frame.sessionId;
        this.#lastEvent = frame.event;
        this.#options.onSnapshot(frame.snapshot);
        this.#greet();
        break;
      case 'resumed':
        this.#sessionId = frame.sessionId;
        this.#greet();
        break;
      case 'event':
        this.#receiveEvent(socket, frame.event, frame.data);
        break;
      case 'reply':
        this.#settle(
          frame.id,
          frame.ok ? { ok: true, value: frame.value } : { ok: false, fault: frame.fault },
        );
        break;
      case 'goodbye':
        this.#goodbye = frame.fault;
        this.#drop(socket);
        break;
      case 'pong':
        break;
    }
  }

  #receiveEvent(socket: Socket, number: number, event: ClientEvent): void {
    if (number <= this.#lastEvent) return;
    if (number !== this.#lastEvent + 1) {
      // An event is missing: resuming brings it again.
      this.#drop(socket);
      return;
    }
    this.#lastEvent = number;
    this.#options.onEvent(event);
  }

  #greet(): void {
    this.#greeted = true;
    this.#attempt = 0;
    this.#offlineSince = null;
    this.#schedulePing();
    this.#options.onState({ kind: 'connected' });
  }

  #schedulePing(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timers.after(PING_EVERY_MS, () => this.#ping());
  }

  #ping(): void {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== OPEN) return;
    socket.send(JSON.stringify({ type: 'ping' }));
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timers.after(PONG_WITHIN_MS, () => this.#drop(socket));
  }

  /** Gives the socket up now; a dead network would report it minutes later. */
  #drop(socket: Socket): void {
    if (socket !== this.#socket) return;
    socket.close();
    this.#lost(true);
  }

  #lost(opened: boolean): void {
    this.#cancelTimer();
    this.#socket = null;
    this.#greeted = false;
    this.#failPending();
    const goodbye = this.#goodbye;
    if (goodbye !== null && ENDING_CODES.has(goodbye.code)) {
      this.#end(goodbye);
      return;
    }
    this.#waitToRetry(goodbye);
    if (opened) return;
    this.#options.isSignedIn().then(
      (signedIn) => {
        if (!signedIn && !this.#closed && this.#socket === null) {
          this.#end({
            code: 'AUTHENTICATION_SIGN_IN_ENDED',
            sentence: 'You are signed out.',
            remedy: 'Sign in again.',
          });
        }
      },
      () => {},
    );
  }

  #waitToRetry(fault: Fault | null): void {
    const { timers, random, onState } = this.#options;
    const delayMs = retryDelayMs(this.#attempt++, random());
    this.#offlineSince ??= timers.now();
    this.#cancelTimer = timers.after(delayMs, () => this.#connect());
    onState({ kind: 'offline', since: this.#offlineSince, retryAt: timers.now() + delayMs, fault });
  }

  #end(fault: Fault): void {
    this.#closed = true;
    this.#cancelTimer();
    this.#options.onState({ kind: 'ended', fault });
  }

  #settle(id: number, outcome: Outcome<unknown>): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.cancelTimer();
    pending.settle(outcome);
  }

  #failPending(): void {
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id, { ok: false, fault: clientFault('CLIENT_CONNECTION_LOST') });
    }
  }
}

/** The server's frames are made from the same contract that the type comes from. */
function parseFrame(text: string): ServerFrame | null {
  try {
    return JSON.parse(text) as ServerFrame;
  } catch {
    return null;
  }
}
