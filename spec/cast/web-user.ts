// A person at a browser, at the level of the browser's protocol: signs in, holds the snapshot and its events, sends.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@parley/services/im/contract';
import type { Access, Card, PresenceState, StateName } from '@parley/services/presence/contract';
import { emptyCard, unknownState } from '@parley/services/presence/view';
import type {
  CommandName,
  CommandReply,
  CommandRequest,
  ServerFrame,
  Snapshot,
} from '@parley/services/web-access/contract';
import { WebSocket } from 'ws';
import { HttpClient } from './http-client.ts';
import { Notebook } from './waiting.ts';

export class WebUser implements AsyncDisposable {
  readonly http: HttpClient;
  readonly frames = new Notebook<ServerFrame>();
  readonly presence = new Map<string, PresenceState>();
  snapshot: Snapshot | undefined;
  /** One's own levels of access, and one's own card. */
  access: Access = { userId: '', entries: [], version: 0 };
  ownCard: Card = emptyCard('');
  #socket: WebSocket | undefined;
  #sessionId = '';
  #lastEvent = 0;
  #nextCommand = 1;

  constructor(origin: string) {
    this.http = new HttpClient(origin);
  }

  static async signIn(origin: string, address: string, password: string): Promise<WebUser> {
    const user = new WebUser(origin);
    await user.http.post('/api/v1/sign-in', { address, password });
    await user.connect();
    return user;
  }

  get userId(): string {
    return this.snapshot?.me.userId ?? '';
  }

  /** Messages of all conversations in the order in which events brought them, without those of snapshots. */
  get received(): Message[] {
    return this.frames.entries.flatMap((frame) =>
      frame.type === 'event' && frame.data.type === 'message' ? [frame.data.message] : [],
    );
  }

  /** Opens the socket; with `resume` it goes on after the last event, on this or another front end. */
  async connect(options: { readonly resume?: boolean; readonly origin?: string } = {}): Promise<ServerFrame> {
    const url = new URL('/api/v1/socket', options.origin ?? this.http.origin);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, { headers: { cookie: this.http.cookie, origin: this.http.origin } });
    this.#socket = socket;
    const seen = this.frames.entries.length;
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as ServerFrame));
    socket.on('close', () => this.frames.wake());
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    socket.on('error', () => {});
    const resume = options.resume ? { resume: { sessionId: this.#sessionId, event: this.#lastEvent } } : {};
    socket.send(JSON.stringify({ type: 'hello', ...resume }));
    return this.frames.until('the snapshot', (frames) =>
      frames.slice(seen).find((frame) => frame.type === 'snapshot' || frame.type === 'resumed'),
    );
  }

  /** Loses the network: no closing handshake, as when a laptop sleeps. */
  drop(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** As the client does, it asks again a little later when it was too fast. */
  async command<N extends CommandName>(name: N, request: CommandRequest<N>): Promise<CommandReply<N>> {
    for (;;) {
      const reply = await this.#ask(name, request);
      if (reply.ok) return reply.value as CommandReply<N>;
      if (reply.fault.code !== 'WEB_TOO_FAST') {
        throw new Error(`${reply.fault.code}: ${reply.fault.sentence}`);
      }
      await delay(500);
    }
  }

  async #ask<N extends CommandName>(name: N, request: CommandRequest<N>) {
    const id = this.#nextCommand++;
    const socket = this.#socket;
    if (socket === undefined) throw new Error('not connected');
    socket.send(JSON.stringify({ type: 'command', id, name, request }));
    const reply = await this.frames.until(`the reply to ${name}`, (frames) => {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('the connection was lost before the reply');
      return frames.findLast((frame) => frame.type === 'reply' && frame.id === id);
    });
    if (reply.type !== 'reply') throw new Error('unreachable');
    return reply;
  }

  async conversationWith(...participantIds: string[]): Promise<string> {
    return (await this.command('im.open', { participantIds })).conversationId;
  }

  send(conversationId: string, text: string, clientId: string = randomUUID()): Promise<Message> {
    return this.command('im.send', { conversationId, text, clientId });
  }

  async history(conversationId: string): Promise<Message[]> {
    const all: Message[] = [];
    let afterSeq = 0;
    for (;;) {
      const { messages, more } = await this.command('im.history', { conversationId, afterSeq, limit: 200 });
      all.push(...messages);
      afterSeq = all.at(-1)?.seq ?? 0;
      if (!more) return all;
    }
  }

  until<T>(what: string, find: () => T | undefined | false, deadlineMs?: number): Promise<T> {
    return this.frames.until(what, find, deadlineMs);
  }

  sees(userId: string, state: StateName, deadlineMs?: number): Promise<PresenceState> {
    return this.until(
      `${userId} to be ${state}`,
      () => {
        const seen = this.presence.get(userId) ?? unknownState(userId);
        return seen.state === state && seen;
      },
      deadlineMs,
    );
  }

  hears(text: string): Promise<Message> {
    return this.until(`the message “${text}”`, () => this.received.find((message) => message.text === text));
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'snapshot') {
      this.snapshot = frame.snapshot;
      this.presence.clear();
      for (const state of frame.snapshot.presence) this.presence.set(state.userId, state);
    }
    if (frame.type === 'snapshot' || frame.type === 'resumed') this.#sessionId = frame.sessionId;
    if (frame.type === 'snapshot' || frame.type === 'event') this.#lastEvent = frame.event;
    if (frame.type === 'snapshot') {
      this.access = frame.snapshot.access;
      this.ownCard = frame.snapshot.cards.find(({ userId }) => userId === this.userId) ?? this.ownCard;
    }
    if (frame.type === 'event' && frame.data.type === 'access') this.access = frame.data.access;
    if (frame.type === 'event' && frame.data.type === 'card' && frame.data.card.userId === this.userId)
      this.ownCard = frame.data.card;
    if (frame.type === 'event' && frame.data.type === 'presence')
      this.presence.set(frame.data.presence.userId, frame.data.presence);
    this.frames.add(frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.terminate();
  }
}
