// The server's own user agent: dialogs with phones, over the proxy of this process. What a call does with them is decided in
// sip-phones.ts; nothing of a call is known here.
import { randomBytes } from 'node:crypto';
import type { Clock, SipServer } from '@parley/platform/net';
import {
  type AnswerParts,
  DEFAULT_SESSION_OPTIONS,
  DEFAULT_SESSION_TIMER,
  type InviteClient,
  type InviteSession,
  type NewRequestParts,
  parseReplaces,
  type SessionEvent,
  type SessionOutput,
  type Dialog as SipDialog,
  type SipRequest,
  UserAgent,
  type UserAgentFlow,
  type UserAgentOutput,
} from '@parley/protocol/sip';
import { AGENT_USER, type AgentFlow, openAgentFlow } from '../proxy/agent-flow.ts';

type Heard = (event: SessionEvent, session: InviteSession | undefined) => void;

/** What is written down of a dialog, so that another front end can speak in it; the way to the phone is found anew. */
export type KeptDialog = Omit<SipDialog, 'state' | 'routeSet' | 'secure' | 'remoteSequence'>;

/** Requests that were sent since it was written down; numbers may be left out (RFC 3261 §12.2.1.1). */
const NUMBERS_LEFT_OUT = 100;

/** One INVITE and the dialog that comes of it. */
export class Dialog {
  heard: Heard = () => undefined;
  /** The phone's first INVITE, where it called. */
  readonly invite: SipRequest | undefined;
  client: InviteClient | undefined;
  session: InviteSession | undefined;
  readonly #agent: SipAgent;

  constructor(agent: SipAgent, invite?: SipRequest) {
    this.#agent = agent;
    this.invite = invite;
  }

  get kept(): KeptDialog | undefined {
    const { session } = this;
    if (session === undefined || session.isOver || session.dialog.state !== 'confirmed') return undefined;
    const { state: _, routeSet: __, secure: ___, remoteSequence: ____, ...kept } = session.dialog;
    // It counts with every request, and need not be written down for each.
    const localSequence = Math.ceil(((kept.localSequence ?? 0) + 1) / NUMBERS_LEFT_OUT) * NUMBERS_LEFT_OUT;
    return { ...kept, localSequence };
  }

  get callId(): string {
    const request = this.invite ?? this.client?.invite;
    return this.session?.dialog.callId ?? request?.headers.get('Call-ID') ?? '';
  }

  respond(request: SipRequest, status: number, parts: AnswerParts = {}): void {
    this.#agent.respond(request, status, parts);
  }
  perform(work: (session: InviteSession) => SessionOutput[]): void {
    const { session } = this;
    if (session !== undefined && !session.isOver) this.#agent.perform(work(session));
  }
  cancel(headers: readonly (readonly [string, string])[] = []): void {
    if (this.client !== undefined) this.#agent.perform(this.client.cancel(headers));
  }
}

export interface SipAgentOptions {
  readonly sip: SipServer;
  readonly clock: Clock;
  readonly domain: string;
  readonly hostName: string;
  /** A phone calls; with `replaced` in the place of another (RFC 3891 §3). */
  readonly invited: (dialog: Dialog, request: SipRequest, replaced: Dialog | undefined) => void;
}

const MOST_CALLS = 5_000;

export class SipAgent implements Disposable {
  readonly #options: SipAgentOptions;
  readonly #agent: UserAgent;
  readonly #wire: AgentFlow | undefined;
  readonly #flow: UserAgentFlow | undefined;
  readonly #dialogs = new WeakMap<object, Dialog>();
  readonly #outputs: UserAgentOutput<UserAgentFlow>[] = [];
  #timer: Disposable | undefined;
  #isActing = false;
  #isClosed = false;

  constructor(options: SipAgentOptions) {
    const { sip, domain, hostName } = options;
    this.#options = options;
    this.#wire = openAgentFlow(sip, (message) => {
      const flow = this.#flow;
      if (flow !== undefined) this.#act((now) => this.#agent.receive(message, flow, now));
    });
    if (this.#wire !== undefined) {
      const { flow, sentBy } = this.#wire;
      const { id, remoteAddress, remotePort } = flow;
      const contact = `sip:${AGENT_USER}@${hostName}`;
      this.#flow = { id, reliable: true, remoteAddress, remotePort, sentBy, contact };
    }
    this.#agent = new UserAgent({
      ...DEFAULT_SESSION_OPTIONS,
      supported: ['timer', 'replaces'],
      sessionTimer: DEFAULT_SESSION_TIMER,
      random: Math.random,
      token: () => randomBytes(12).toString('hex'),
      from: `<sip:calls@${domain}>`,
      flowTo: () => this.#flow,
      maxSessions: MOST_CALLS,
    });
  }

  routeTo(name: { readonly nodeId: string; readonly flowId: string }): string | undefined {
    return this.#wire?.routeTo(name);
  }

  /** The dialog of ours that the value of a Replaces names. */
  named(replaces: string): Dialog | undefined {
    const reference = parseReplaces(replaces);
    const session = reference === undefined ? undefined : this.#agent.sessionNamed(reference);
    return session === undefined ? undefined : this.#dialogs.get(session);
  }

  invite(parts: NewRequestParts): Dialog {
    const dialog = new Dialog(this);
    this.#act((now) => {
      dialog.client = this.#agent.invite(parts, now);
      this.#dialogs.set(dialog.client, dialog);
    });
    return dialog;
  }

  /** A dialog that lived on another front end goes on here. */
  adopt(kept: KeptDialog, routeSet: readonly string[]): Dialog {
    const dialog = new Dialog(this);
    this.#act((now) => {
      const fresh = { state: 'confirmed', secure: false, remoteSequence: undefined, routeSet } as const;
      dialog.session = this.#agent.adopt({ ...kept, ...fresh }, now);
      this.#dialogs.set(dialog.session, dialog);
    });
    return dialog;
  }

  respond(request: SipRequest, status: number, parts: AnswerParts): void {
    this.#act((now) => this.#agent.respond(request, status, parts, now));
  }

  perform(outputs: readonly SessionOutput[]): void {
    this.#act((now) => this.#agent.perform(outputs, now));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    this.#wire?.[Symbol.dispose]();
  }

  /** Every touch of the user agent ends in sending what it has to send, and in sleeping until it wants to be woken. */
  #act(touch: (now: number) => unknown): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    touch(clock.now());
    this.#outputs.push(...this.#agent.take());
    if (!this.#isActing) {
      this.#isActing = true;
      try {
        for (let next = this.#outputs.shift(); next !== undefined; next = this.#outputs.shift())
          this.#carryOut(next);
      } finally {
        this.#isActing = false;
      }
    }
    this.#timer?.[Symbol.dispose]();
    const { wakeAt } = this.#agent;
    this.#timer =
      wakeAt === undefined
        ? undefined
        : clock.after(Math.max(0, wakeAt - clock.now()), () => this.#act((now) => this.#agent.advance(now)));
  }

  #carryOut(output: UserAgentOutput<UserAgentFlow>): void {
    switch (output.kind) {
      case 'transmit':
        this.#wire?.send(output.message);
        break;
      case 'invited': {
        const dialog = new Dialog(this, output.request);
        dialog.session = output.session;
        this.#dialogs.set(output.session, dialog);
        const { replaces } = output;
        this.#options.invited(dialog, output.request, replaces && this.#dialogs.get(replaces));
        break;
      }
      case 'event': {
        const { client, session, event } = output;
        const dialog =
          (client === undefined ? undefined : this.#dialogs.get(client)) ??
          (session === undefined ? undefined : this.#dialogs.get(session));
        if (dialog === undefined) break;
        if (session !== undefined && (dialog.session === undefined || event.kind === 'accepted')) {
          dialog.session = session;
          this.#dialogs.set(session, dialog);
        }
        dialog.heard(event, session);
        break;
      }
      case 'request':
        this.respond(output.request, output.request.method === 'OPTIONS' ? 200 : 481, {});
        break;
      case 'response':
      case 'notNow':
        break;
    }
  }
}
