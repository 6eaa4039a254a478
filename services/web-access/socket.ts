// The browser's WebSocket: admission by the sign-in cookie, hello with or without a resume, then commands and events.
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import { done, type Fault, type Outcome } from '@parley/platform/contract';
import type { Log } from '@parley/platform/observe';
import { type SocketRequest, statusOf, type WebServer, type WebSocket } from '@parley/platform/web';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { BrowserSession, type SessionIdentity, tell, type Wire } from './browser-session.ts';
import { type ClientFrame, SIGN_IN_COOKIE, webAccessErrors } from './contract.ts';
import { DEVICE_COOKIE, deviceNameOf, deviceOfCookie } from './device.ts';
import { type DispatchContext, dispatch } from './dispatch.ts';
import { readFrame, writeFrame, writeGoodbye, writeReply } from './frame.ts';
import { reviewRights, type WindowGate } from './licence.ts';
import { type EndpointPerson, PresenceEndpoint } from './presence-endpoint.ts';
import type { Sessions } from './sessions.ts';
import { takeSnapshot } from './snapshot.ts';
import { TokenBucket } from './token-bucket.ts';

export const SOCKET_PATH = '/api/v1/socket';
const HELLO_WITHIN_MS = 10_000;
const KEEP_DETACHED_MS = 5 * 60_000;
/** A sign-in may run out while its windows stay open. */
const CONFIRM_EVERY_MS = 3_600_000;
const WINDOWS_A_USER = 20;
/** The policy may change with every newcomer; all windows are looked at once for all that comes in this time. */
const REVIEW_AFTER_MS = 250;
/** Longer than a window may take from its admission to its hello. */
const ENDED_MS = 2 * HELLO_WITHIN_MS;
/** After the bus was away, all windows want a snapshot at the same moment: the database is asked for so many at once. */
const REFRESHED_AT_ONCE = 16;
/** Commands refused as too fast, less those that were not, before the connection is not worth keeping. */
const REFUSED_LIMIT = 500;
/** All windows of one person together, and those that come after them. */
const USER_BURST = 400;
const USER_COMMANDS_PER_SECOND = 60;
const USERS_PACED = 10_000;
/** A page asks every half minute whether the connection lives. */
const PING_BURST = 20;
const PINGS_PER_SECOND = 1;

const { fault } = webAccessErrors;

interface Admitted extends SessionIdentity {
  readonly token: string;
}

export interface SocketContext extends DispatchContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: Sessions;
  readonly gate: WindowGate;
  /** Set where the server keeps no messages. */
  readonly keepsNothing?: boolean;
  /** For how long people may change what they wrote. */
  readonly editableForMs?: number;
  /** Told after a session came or went. */
  readonly counted: () => void;
  /** Told after a window came, came back, or lost its connection. */
  readonly moved: (session: BrowserSession) => void;
}

export interface Sockets {
  /** Ends the windows of a sign-in that is over, those too that have yet to say hello. */
  endSignIn(userId: string, signInId: string): void;
  /** The same for all windows of a person who may not be here any more. */
  endPerson(userId: string): void;
  /** Tells these windows what the licences allow now, if that is new to them. */
  review(windows: Iterable<BrowserSession>): void;
  /** The same for all of them, once for many changes. */
  reviewAllSoon(): void;
  /** Events may have been missed: connected windows load everything again, the others do when they come back. */
  refreshAll(): void;
  /** The process stops: windows connect to another node, or here again. */
  leave(): void;
}

export function serveSockets(web: WebServer, context: SocketContext): Sockets {
  const { bus, clock, log, sessions, gate } = context;
  /** An endpoint outlives its session by its grace. */
  const endpoints = new Set<PresenceEndpoint>();
  const tokens = new WeakMap<BrowserSession, string>();
  /** Windows that have to load everything again. */
  const stale = new Set<BrowserSession>();
  let lanes = 0;
  /** Sockets that have not said hello, by person. */
  const greeting = new Map<string, number>();
  const paces = new Map<string, TokenBucket>();
  /** Sign-ins that ended a moment ago: windows were admitted by them that are none yet. */
  const ended = new Map<string, number>();
  let reviewing: Disposable | undefined;
  let confirmation = confirmLater();

  function confirmLater(): Disposable {
    return clock.after(CONFIRM_EVERY_MS, () => {
      confirmation = confirmLater();
      for (const session of sessions.all())
        confirm(session, tokens.get(session) ?? '').catch(failed(session));
    });
  }

  function windowsOf(userId: string): number {
    const connected = sessions.ofUser(userId).filter((session) => session.isConnected);
    return connected.length + (greeting.get(userId) ?? 0);
  }

  /** Counts a socket until it has said hello. @returns what ends the counting, once. */
  function countGreeting(userId: string): () => void {
    greeting.set(userId, (greeting.get(userId) ?? 0) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      const left = (greeting.get(userId) ?? 1) - 1;
      if (left === 0) greeting.delete(userId);
      else greeting.set(userId, left);
    };
  }

  /** Who connects again and again gains nothing by it. */
  function mayCommand(session: BrowserSession): boolean {
    const pace =
      paces.get(session.userId) ?? new TokenBucket(USER_BURST, USER_COMMANDS_PER_SECOND, clock.now());
    paces.delete(session.userId);
    paces.set(session.userId, pace);
    if (paces.size > USERS_PACED) paces.delete(paces.keys().next().value!);
    return session.mayCommand() && pace.take(clock.now());
  }

  async function admit({ cookies, request }: SocketRequest) {
    const checked = await identify(bus, cookies[SIGN_IN_COOKIE]);
    if (!checked.ok) return { ...checked, http: statusOf(checked.fault, [authenticationErrors.table]) };
    if (windowsOf(checked.value.userId) >= WINDOWS_A_USER)
      return { ...fault('WEB_TOO_MANY_WINDOWS'), http: webAccessErrors.table.WEB_TOO_MANY_WINDOWS.http };
    const deviceId = deviceOfCookie(cookies[DEVICE_COOKIE]);
    const deviceName = deviceNameOf(request.headers['user-agent']);
    const admitted: Admitted = { ...checked.value, deviceId, deviceName };
    return { ok: true as const, value: admitted };
  }

  async function sendSnapshot(session: BrowserSession, reason?: Fault): Promise<void> {
    if (!session.beginSnapshot()) return;
    const taken = await takeSnapshot(context, session, (userIds) => void sessions.watch(session, userIds));
    if (taken.ok) {
      if (!session.endSnapshot(taken.value, reason)) await sendSnapshot(session, reason);
      // The licences may have changed between the taking and the sending.
      else review(session);
      return;
    }
    log.warn({ fault: taken.fault.code }, 'a window could not be given its snapshot');
    drop(session, fault('WEB_NOT_READY').fault, 1013);
  }

  /** One of the lanes in which stale windows are given a snapshot, until there are none. */
  async function refresh(): Promise<void> {
    lanes += 1;
    for (const session of stale) {
      stale.delete(session);
      if (session.isConnected) await sendSnapshot(session).catch(failed(session));
      else sessions.remove(session);
    }
    lanes -= 1;
    context.counted();
  }

  function review(session: BrowserSession): void {
    // A snapshot that is being taken is followed by another look.
    if (session.isTakingSnapshot) return;
    const { features, watching } = reviewRights(gate, session);
    if (features !== undefined) session.deliver(tell({ type: 'features', features }));
    if (watching === 'as it was') return;
    // What the window said of its person was refused until now.
    if (watching === 'begins' && session.isConnected) session.endpoint.up();
    refreshSoon([session]);
  }

  function refreshSoon(windows: Iterable<BrowserSession>): void {
    for (const session of windows) stale.add(session);
    while (lanes < REFRESHED_AT_ONCE && stale.size > 0) void refresh();
  }

  function drop(session: BrowserSession, told: Fault, code: number): void {
    session.end(told, code);
    sessions.remove(session);
    context.counted();
    session.endpoint.end().catch((error: unknown) => log.error({ error }, 'taking a window back failed'));
  }

  function endpointOf(person: EndpointPerson, sessionId: string): PresenceEndpoint {
    const endpoint = new PresenceEndpoint(context, person, sessionId, () => endpoints.delete(endpoint));
    endpoints.add(endpoint);
    return endpoint;
  }

  /** Ends the session if its sign-in is over. */
  async function confirm(session: BrowserSession, token: string): Promise<void> {
    const checked = await identify(bus, token);
    const isOver = !checked.ok && Object.hasOwn(authenticationErrors.table, checked.fault.code);
    if (isOver && sessions.find(session.sessionId) !== undefined) drop(session, checked.fault, 1008);
  }

  /** Why somebody who was admitted a moment ago is none any more. */
  function endOf({ userId, signInId }: Admitted): Fault | undefined {
    if (ended.has(signInId)) return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED').fault;
    const isDisabled = context.people().directory.users.get(userId)?.disabled === true;
    return isDisabled ? authenticationErrors.fault('AUTHENTICATION_DISABLED').fault : undefined;
  }

  /** The session that this hello continues, or a new one that starts with a snapshot. */
  function greet(identity: Admitted, hello: ClientFrame & { type: 'hello' }, wire: Wire): BrowserSession {
    const held = hello.resume === undefined ? undefined : sessions.find(hello.resume.sessionId);
    // Another person's session is as unknown as none.
    const session =
      held?.userId === identity.userId && held.signInId === identity.signInId ? held : undefined;
    if (session !== undefined && hello.resume !== undefined) {
      session.attach(wire);
      if (!session.isTakingSnapshot && !session.resume(hello.resume.event))
        sendSnapshot(session, fault('WEB_EVENT_TOO_OLD').fault).catch(failed(session));
      context.moved(session);
      return session;
    }
    const { userId, deviceId } = identity;
    const made = new BrowserSession(identity, clock, (sessionId) =>
      endpointOf({ userId, deviceId }, sessionId),
    );
    made.attach(wire);
    sessions.add(made);
    context.counted();
    tokens.set(made, identity.token);
    sendSnapshot(made, hello.resume === undefined ? undefined : fault('WEB_SESSION_UNKNOWN').fault).catch(
      failed(made),
    );
    // After what it missed: an alert names messages that the window has.
    context.moved(made);
    return made;
  }

  function failed(session: BrowserSession) {
    return (error: unknown) => {
      log.error({ error }, 'a window could not be served');
      drop(session, fault('WEB_NOT_READY').fault, 1011);
    };
  }

  function open(socket: WebSocket, admitted: unknown): void {
    const identity = admitted as Admitted;
    const wire: Wire = {
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    };
    let session: BrowserSession | undefined;
    let refused = 0;

    function goodbye(told: Fault): void {
      wire.send(writeGoodbye(told));
      wire.close(1008, told.code);
    }

    // Many handshakes at once were all admitted before any of them was a window.
    if (windowsOf(identity.userId) >= WINDOWS_A_USER) {
      goodbye(fault('WEB_TOO_MANY_WINDOWS').fault);
      return;
    }
    const greeted = countGreeting(identity.userId);
    const pings = new TokenBucket(PING_BURST, PINGS_PER_SECOND, clock.now());
    const noHello = clock.after(HELLO_WITHIN_MS, () => goodbye(fault('WEB_BAD_FRAME').fault));

    async function command(held: BrowserSession, frame: ClientFrame & { type: 'command' }): Promise<void> {
      if (!mayCommand(held)) {
        refused += 1;
        if (refused > REFUSED_LIMIT) goodbye(fault('WEB_TOO_FAST').fault);
        else held.reply(wire, writeReply(frame.id, fault('WEB_TOO_FAST')));
        return;
      }
      refused = Math.max(0, refused - 1);
      const outcome = await dispatch(context, held, frame.name, frame.request);
      held.reply(wire, writeReply(frame.id, outcome));
    }

    socket.on('message', (data: Buffer, isBinary: boolean) => {
      // After our goodbye.
      if (socket.readyState !== socket.OPEN) return;
      const read = readFrame(data, isBinary);
      if (!read.ok) return goodbye(read.fault);
      const frame = read.value;
      if (frame.type === 'ping') {
        if (!pings.take(clock.now())) return goodbye(fault('WEB_TOO_FAST').fault);
        return wire.send(writeFrame({ type: 'pong' }));
      }
      if (frame.type === 'hello') {
        if (session !== undefined) return goodbye(fault('WEB_BAD_FRAME').fault);
        noHello[Symbol.dispose]();
        greeted();
        const end = endOf(identity);
        if (end !== undefined) return goodbye(end);
        session = greet(identity, frame, wire);
        return;
      }
      if (session === undefined) return goodbye(fault('WEB_BAD_FRAME').fault);
      command(session, frame).catch(failed(session));
    });
    socket.on('close', () => {
      noHello[Symbol.dispose]();
      greeted();
      const held = session;
      held?.detach(wire, KEEP_DETACHED_MS, () => {
        sessions.remove(held);
        context.counted();
      });
      if (held !== undefined) context.moved(held);
    });
  }

  web.socket(SOCKET_PATH, admit, open);
  return {
    endSignIn(userId, signInId) {
      const { fault: told } = authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
      for (const session of sessions.ofSignIn(userId, signInId)) drop(session, told, 1008);
      const now = clock.now();
      ended.set(signInId, now);
      for (const [id, at] of ended) {
        if (now - at < ENDED_MS) break;
        ended.delete(id);
      }
    },
    endPerson(userId) {
      const { fault: told } = authenticationErrors.fault('AUTHENTICATION_DISABLED');
      for (const session of sessions.ofUser(userId)) drop(session, told, 1008);
    },
    review(windows) {
      for (const session of windows) review(session);
    },
    reviewAllSoon() {
      reviewing ??= clock.after(REVIEW_AFTER_MS, () => {
        reviewing = undefined;
        for (const session of sessions.all()) review(session);
      });
    },
    refreshAll: () => refreshSoon(sessions.all()),
    leave() {
      confirmation[Symbol.dispose]();
      reviewing?.[Symbol.dispose]();
      stale.clear();
      for (const session of sessions.all()) {
        session.endpoint.forget();
        sessions.remove(session);
      }
      for (const endpoint of endpoints) endpoint.forget();
    },
  };
}

async function identify(
  bus: Bus,
  token: string | undefined,
): Promise<Outcome<Pick<Admitted, 'userId' | 'signInId' | 'token'>>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  return done({ userId: checked.value.userId, signInId: checked.value.signInId, token });
}
