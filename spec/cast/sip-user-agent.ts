// A person with a SIP phone: a whole user agent on real sockets, that registers, calls, is called, holds, transfers and
// writes down every message. The play decides; what needs no person (PRACK, 200 to a re-INVITE) happens by itself.
import { createHash, randomBytes } from 'node:crypto';
import {
  DEFAULT_SESSION_OPTIONS,
  DigestClient,
  type InviteSession,
  type NewRequestParts,
  parseCSeq,
  receiveRefer,
  referNotify,
  type SessionOptions,
  type SipRequest,
  type SipResponse,
  UserAgent,
  type UserAgentOutput,
} from '@parley/protocol/sip';
import { describe, SDP_TYPE } from './session-description.ts';
import { Call } from './sip-call.ts';
import { Ladder } from './sip-ladder.ts';
import { type Hop, hopOf, SipWire, type WireFlow } from './sip-wire.ts';
import { Notebook } from './waiting.ts';

export interface SipUserAgentOptions extends Partial<Omit<SessionOptions, 'random' | 'answerChallenge'>> {
  /** `alice@parley.test` */
  readonly address: string;
  readonly displayName?: string;
  readonly password?: string;
  /** Passwords for other realms than its own. */
  readonly passwords?: Readonly<Record<string, { readonly username: string; readonly password: string }>>;
  /** The server that it registers with and calls through; without one it calls others directly. */
  readonly server?: Hop;
  /** Where its sound goes in and out; by default nothing is sent there, and it only tells descriptions apart. */
  readonly mediaPort?: number;
  /** +sip.instance: the same phone each time it is switched on. */
  readonly instance?: string;
}

export interface CallOptions extends Partial<NewRequestParts> {
  /** False sends an INVITE without an offer: the peer makes it (RFC 3261 §13.2.1). */
  readonly offers?: boolean;
}

const hash = (algorithm: string, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
/** Token characters (RFC 3261 §25.1). */
const token = () => randomBytes(12).toString('hex');
/** Nothing is sent there: it tells the actors' descriptions apart. */
const mediaPorts = { last: 40_000 };
function nextMediaPort(): number {
  mediaPorts.last += 2;
  return mediaPorts.last;
}

export class SipUserAgent implements AsyncDisposable {
  readonly wire: SipWire;
  readonly options: SipUserAgentOptions;
  /** Calls to us, in the order in which they came. */
  readonly incoming = new Notebook<Call>();
  /** Requests outside of calls. */
  readonly requests = new Notebook<SipRequest>();
  /** How it answers them; undefined keeps silent. */
  answers: (request: SipRequest) => number | undefined = () => 200;
  /** Calls that it made because it was asked to. */
  readonly referrals = new Notebook<Call>();
  /** Whether it calls whom a REFER names. */
  followsReferrals = true;
  readonly mediaPort: number;
  readonly #agent: UserAgent<WireFlow>;
  readonly #calls = new Map<object, Call>();
  readonly #waiting = new Map<SipRequest, (response: SipResponse) => void>();
  readonly #registration = { callId: token(), fromTag: token(), sequence: 0 };
  #timer: NodeJS.Timeout | undefined;
  readonly #outputs: UserAgentOutput<WireFlow>[] = [];
  #isActing = false;
  #isOff = false;
  #takenCalls = 0;

  private constructor(wire: SipWire, options: SipUserAgentOptions) {
    this.wire = wire;
    this.options = options;
    this.mediaPort = options.mediaPort ?? nextMediaPort();
    const { address, displayName, password } = options;
    const digest = new DigestClient({
      hash,
      token,
      accountFor: (realm) =>
        options.passwords?.[realm] ??
        (password === undefined ? undefined : { username: address.split('@')[0]!, password }),
    });
    this.#agent = new UserAgent<WireFlow>({
      ...DEFAULT_SESSION_OPTIONS,
      ...options,
      allow: options.allow ?? [...DEFAULT_SESSION_OPTIONS.allow, 'SUBSCRIBE', 'PUBLISH'],
      from: `${displayName === undefined ? '' : `"${displayName}" `}<sip:${address}>`,
      token,
      random: Math.random,
      answerChallenge: digest.answerChallenge,
      flowTo: (nextHop, request) => {
        const hop = this.#hop(nextHop, request);
        return hop === undefined ? undefined : wire.flowTo(hop);
      },
    });
    wire.received = (message, flow) => this.#act((now) => this.#agent.receive(message, flow, now));
    wire.closed = ({ id }) => this.#act((now) => this.#agent.transportError(id, now));
  }

  /** Switched on, and not registered. */
  static async on(options: SipUserAgentOptions): Promise<SipUserAgent> {
    return new SipUserAgent(await SipWire.open(options.address.split('@')[0]!), options);
  }

  static async registered(options: SipUserAgentOptions): Promise<SipUserAgent> {
    const agent = await SipUserAgent.on(options);
    const { status, reason } = await agent.register();
    if (status === 200) return agent;
    await agent[Symbol.asyncDispose]();
    throw new Error(`REGISTER was answered ${status} ${reason}`);
  }

  /** Where it is called directly. */
  get contact(): string {
    return this.wire.contact(this.options.server?.transport ?? 'udp');
  }
  get ladder(): Ladder {
    return new Ladder(this.wire.passed);
  }
  /** Transactions and calls that are remembered. */
  get size(): number {
    return this.#agent.size;
  }

  // ——— registration

  /** @param contacts fields of their own instead of its own contact; empty asks for the list (RFC 3261 §10.2.3). */
  async register(
    expiresS = 600,
    contacts?: readonly string[],
    headers: NewRequestParts['headers'] = [],
  ): Promise<SipResponse> {
    const { instance } = this.options;
    const named = instance === undefined ? '' : `;+sip.instance="<${instance}>"`;
    const own = contacts ?? [`<${this.contact}>;expires=${expiresS}${named}`];
    const { callId, fromTag, sequence } = this.#registration;
    const response = await this.request('REGISTER', {
      uri: `sip:${this.options.address.split('@')[1]}`,
      to: `<sip:${this.options.address}>`,
      callId,
      fromTag,
      sequence: sequence + 1,
      headers: [...own.map((contact) => ['Contact', contact] as const), ...headers],
    });
    // RFC 3261 §10.2: the CSeq grows by one with each REGISTER, those with credentials included.
    this.#registration.sequence = parseCSeq(response.headers.get('CSeq') ?? '')?.sequence ?? sequence + 1;
    return response;
  }
  unregister(): Promise<SipResponse> {
    return this.register(0);
  }

  // ——— requests outside of calls

  request(method: string, parts: NewRequestParts): Promise<SipResponse> {
    return new Promise((resolve) => {
      this.#act((now) => this.#waiting.set(this.#agent.request(method, parts, now), resolve));
    });
  }
  say(recipient: string, text: string): Promise<SipResponse> {
    const body = new TextEncoder().encode(text);
    return this.request('MESSAGE', {
      uri: uriOf(recipient),
      headers: [['Content-Type', 'text/plain']],
      body,
    });
  }
  subscribe(presentity: string, event: string, expiresS = 600): Promise<SipResponse> {
    return this.request('SUBSCRIBE', {
      uri: uriOf(presentity),
      headers: [
        ['Event', event],
        ['Expires', String(expiresS)],
      ],
    });
  }
  async asked(method: string): Promise<SipRequest> {
    return this.requests.until(method, (requests) =>
      requests.findLast((request) => request.method === method),
    );
  }

  // ——— calls

  /** @param whom an address or a SIP URI. */
  calls(whom: string, { offers = true, ...parts }: CallOptions = {}): Call {
    const description = offers ? { body: describe({ port: this.mediaPort }) } : {};
    const headers = [...(offers ? [SDP_TYPE] : []), ...(parts.headers ?? [])];
    const call = this.#act((now) => {
      const client = this.#agent.invite({ uri: uriOf(whom), ...description, ...parts, headers }, now);
      const made = this.#newCall({ client, request: undefined, session: undefined });
      this.#calls.set(client, made);
      return made;
    });
    return call;
  }
  /** The next call that comes in. */
  async isCalled(deadlineMs?: number): Promise<Call> {
    const index = this.#takenCalls++;
    return this.incoming.until(
      `call ${index + 1} of ${this.options.address}`,
      (calls) => calls[index],
      deadlineMs,
    );
  }

  /** Switched off without a word, as a phone that loses its power. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOff = true;
    clearTimeout(this.#timer);
    this.wire.received = () => {};
    await this.wire[Symbol.asyncDispose]();
  }

  #hop(nextHop: string, { headers }: SipRequest): Hop | undefined {
    const { server } = this.options;
    const isFirst = !/;tag=/.test(headers.get('To') ?? '') && !headers.has('Route');
    return server !== undefined && isFirst ? server : hopOf(nextHop);
  }

  #newCall(
    ends: Pick<ConstructorParameters<typeof Call>[0], 'client' | 'request' | 'session'>,
    named?: ConstructorParameters<typeof Call>[1],
  ): Call {
    const callId = (ends.client?.invite ?? ends.request)?.headers.get('Call-ID');
    return new Call(
      {
        ...ends,
        mediaPort: this.mediaPort,
        ladder: this.ladder.with({ callId }),
        perform: (outputs) => this.#act((now) => this.#agent.perform(outputs, now)),
        respond: (request, status, parts) =>
          void this.#act((now) => this.#agent.respond(request, status, parts, now)),
        now: () => performance.now(),
      },
      named,
    );
  }

  /** Every touch of the agent ends in sending what it has to send, and in sleeping until it wants to be woken. */
  #act<T>(touch: (now: number) => T): T {
    const result = touch(performance.now());
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
    clearTimeout(this.#timer);
    const { wakeAt } = this.#agent;
    if (wakeAt !== undefined && !this.#isOff) {
      const delayMs = Math.max(0, Math.ceil(wakeAt - performance.now()));
      this.#timer = setTimeout(() => this.#act((now) => this.#agent.advance(now)), delayMs);
    }
    return result;
  }

  #carryOut(output: UserAgentOutput<WireFlow>): void {
    switch (output.kind) {
      case 'transmit':
        this.wire.send(output.message, output.target.flow, output.target.address, output.target.port);
        break;
      case 'invited': {
        const call = this.#newCall(
          { ...output, client: undefined },
          { replaces: this.#callWith(output.replaces), joins: this.#callWith(output.joins) },
        );
        this.#calls.set(output.session, call);
        this.incoming.add(call);
        break;
      }
      case 'event': {
        const call = this.#callOf(output.client) ?? this.#callOf(output.session);
        call?.tell(output.session, output.event);
        if (call !== undefined && output.event.kind === 'request') this.#referred(call, output.event.request);
        break;
      }
      case 'request': {
        this.requests.add(output.request);
        const status = this.answers(output.request);
        if (status !== undefined) this.#act((now) => this.#agent.respond(output.request, status, {}, now));
        break;
      }
      case 'response':
        this.#waiting.get(output.request)?.(output.response);
        this.#waiting.delete(output.request);
        break;
      case 'notNow':
        throw new Error(`the user agent may not do that now: ${output.reason}`);
    }
  }

  #callOf(key: object | undefined): Call | undefined {
    return key === undefined ? undefined : this.#calls.get(key);
  }

  #callWith(session: InviteSession | undefined): Call | undefined {
    if (session === undefined) return undefined;
    return this.#callOf(session) ?? this.#calls.values().find(({ forks }) => forks.includes(session));
  }

  /** RFC 3515 §2.4.2: 202, a NOTIFY at once, the call, and a NOTIFY with what became of it. */
  #referred(call: Call, request: SipRequest): void {
    if (request.method !== 'REFER' || !this.followsReferrals) return;
    const received = receiveRefer(request, { isFirst: true, expiresS: 60, now: performance.now() });
    if (!received.ok) return;
    const { target, headers, referredBy } = received.referral;
    const notify = (status: number) => {
      const { headers, body } = referNotify(received.referral, status, performance.now());
      if (!call.session.isOver) call.send('NOTIFY', { headers, body });
    };
    notify(100);
    const referred = this.calls(target, {
      headers: [...headers, ...(referredBy === undefined ? [] : [['Referred-By', referredBy] as const])],
    });
    this.referrals.add(referred);
    const outcome = Promise.race([referred.accepted(60_000), referred.answer('INVITE', 60_000)]);
    void outcome.then(({ status }) => notify(status)).catch(() => {});
  }
}

export function uriOf(whom: string): string {
  return /^sips?:/.test(whom) ? whom : `sip:${whom}`;
}
