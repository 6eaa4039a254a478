// One phone of the soak: registers, writes, watches, calls and is called, and does each of them badly now and then.
// A user agent of its own, so that what it leaves behind is nobody's but the server's.
import { createHash, randomBytes } from 'node:crypto';
import {
  answerChallenge,
  createRequest,
  parseChallenge,
  parseNameAddr,
  responseTo,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  serializeCredentials,
  topVia,
} from '@parley/protocol/sip';
import { DOMAIN } from './soak-server.ts';
import { openWire, type SoakTransport, type SoakWire, type WireOptions } from './soak-wire.ts';

type Field = readonly [string, string];
type Answered = (response: SipResponse | undefined) => void;

interface Pending {
  readonly request: SipRequest;
  readonly isInvite: boolean;
  readonly answered: Answered;
  readonly provisional: () => void;
  timer: NodeJS.Timeout | undefined;
  end: NodeJS.Timeout;
}

/** How a called phone behaves. */
export const MANNERS = ['answers', 'rings', 'is-busy', 'is-silent', 'dies'] as const;
export type Manner = (typeof MANNERS)[number];

const T1_MS = 500;
/** After this nobody here waits any more, whatever the server still does. */
const PATIENCE_MS = 8_000;
const LONGEST_ANSWER_MS = 300;

const hash = (algorithm: string, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

export interface PhoneOptions extends Omit<WireOptions, 'take'> {
  readonly user: number;
  manner(): Manner;
  /** For the count at the end. */
  saw(what: string): void;
}

export class SoakPhone {
  readonly address: string;
  readonly #options: PhoneOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #callId = randomBytes(8).toString('hex');
  readonly #tag = randomBytes(4).toString('hex');
  #wire!: SoakWire;
  #sequence = 1;

  private constructor(options: PhoneOptions) {
    this.#options = options;
    this.address = `u${options.user}@${DOMAIN}`;
  }

  static async on(options: PhoneOptions): Promise<SoakPhone> {
    const phone = new SoakPhone(options);
    phone.#wire = await openWire({ ...options, take: (message) => phone.#take(message) });
    return phone;
  }

  get transport(): SoakTransport {
    return this.#wire.transport;
  }
  get isGone(): boolean {
    return this.#wire.isGone;
  }

  register(expiresS: number): Promise<number> {
    return this.#ask('REGISTER', `sip:${DOMAIN}`, this.address, [
      ['Contact', `<${this.#contact}>`],
      ['Expires', String(expiresS)],
      ['Call-ID', this.#callId],
    ]);
  }

  say(to: string, text: string): Promise<number> {
    return this.#ask('MESSAGE', `sip:${to}`, to, [['Content-Type', 'text/plain']], text);
  }

  watch(whom: string, expiresS: number): Promise<number> {
    return this.#ask('SUBSCRIBE', `sip:${whom}`, whom, [
      ['Event', 'presence'],
      ['Accept', 'application/pidf+xml'],
      ['Expires', String(expiresS)],
      ['Contact', `<${this.#contact}>`],
    ]);
  }

  /** Calls, talks and hangs up; or gives up, or forgets about it half-way. */
  async call(to: string, how: 'talk' | 'cancel' | 'forget'): Promise<number> {
    const callId = randomBytes(8).toString('hex');
    const fields: Field[] = [
      ['Contact', `<${this.#contact}>`],
      ['Call-ID', callId],
      ['Content-Type', 'application/sdp'],
    ];
    const offer = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n';
    const rang = how === 'cancel' ? (invite: SipRequest) => this.#cancel(invite) : () => {};
    const response = await this.#challenged('INVITE', `sip:${to}`, to, fields, offer, rang);
    if (response === undefined || response.status >= 300 || how === 'forget') return response?.status ?? 0;
    const routes = response.headers.getAll('Record-Route').toReversed();
    const target = parseNameAddr(response.headers.get('Contact') ?? '')?.uri ?? `sip:${to}`;
    const inDialog: Field[] = [
      ...routes.map((route): Field => ['Route', route]),
      ['Call-ID', callId],
      ['To', response.headers.get('To') ?? ''],
    ];
    const number = Number(response.headers.get('CSeq')?.split(' ')[0]);
    this.#wire.send(this.#request('ACK', target, to, [...inDialog, ['CSeq', `${number} ACK`]]));
    return (await this.#send(this.#request('BYE', target, to, inDialog)))?.status ?? 0;
  }

  /** Half a message, and gone. */
  breakOff(): void {
    this.#wire.breakWith(this.#request('MESSAGE', `sip:u0@${DOMAIN}`, `u0@${DOMAIN}`, [], 'x'.repeat(200)));
    this.#forget();
  }

  kill(): void {
    this.#wire.kill();
    this.#forget();
  }

  get #contact(): string {
    const { localAddress, localPort, transport } = this.#wire;
    const secure = transport === 'tls' ? 'tls' : transport;
    return `sip:u${this.#options.user}@${localAddress}:${localPort};transport=${secure}`;
  }

  async #ask(method: string, uri: string, to: string, fields: readonly Field[], body = ''): Promise<number> {
    return (await this.#challenged(method, uri, to, fields, body))?.status ?? 0;
  }

  async #challenged(
    method: string,
    uri: string,
    to: string,
    fields: readonly Field[],
    body: string,
    rang: (request: SipRequest) => void = () => {},
  ): Promise<SipResponse | undefined> {
    const first = await this.#send(this.#request(method, uri, to, fields, body), rang);
    if (first?.status !== 401 && first?.status !== 407) return first;
    const [asked, answer] =
      first.status === 401
        ? ['WWW-Authenticate', 'Authorization']
        : ['Proxy-Authenticate', 'Proxy-Authorization'];
    const challenge = first.headers
      .getAll(asked)
      .map((text) => parseChallenge(text))
      .find((one) => one !== undefined);
    if (challenge === undefined) return first;
    const { user } = this.#options;
    const credentials = answerChallenge(hash, challenge, {
      username: `u${user}`,
      password: `password-${user}`,
      method,
      uri,
      cnonce: randomBytes(8).toString('hex'),
      nonceCount: 1,
    });
    const proof: Field = [answer, serializeCredentials(credentials)];
    return await this.#send(this.#request(method, uri, to, [...fields, proof], body), rang);
  }

  #request(method: string, uri: string, to: string, fields: readonly Field[], body = ''): SipRequest {
    const { localAddress, localPort, transport } = this.#wire;
    const given = new Set(fields.map(([name]) => name));
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
    const usual: Field[] = [
      ['Via', `SIP/2.0/${transport.toUpperCase()} ${localAddress}:${localPort};rport;branch=${branch}`],
      ['Max-Forwards', '70'],
      ['From', `<sip:${this.address}>;tag=${this.#tag}`],
      ['To', `<sip:${to}>`],
      ['Call-ID', randomBytes(8).toString('hex')],
      ['CSeq', `${this.#sequence++} ${method}`],
      ['User-Agent', 'Soak/1'],
    ];
    const headers = [...usual.filter(([name]) => !given.has(name)), ...fields];
    return createRequest({ method, uri, headers, body: new TextEncoder().encode(body) });
  }

  #send(
    request: SipRequest,
    rang: (request: SipRequest) => void = () => {},
  ): Promise<SipResponse | undefined> {
    return new Promise((resolve) => {
      const key = keyOf(request);
      if (key === undefined || this.isGone) {
        resolve(undefined);
        return;
      }
      const end = setTimeout(() => this.#settle(key, undefined), PATIENCE_MS);
      const isInvite = request.method === 'INVITE';
      const pending: Pending = {
        request,
        isInvite,
        answered: resolve,
        provisional: () => rang(request),
        timer: undefined,
        end,
      };
      this.#pending.set(key, pending);
      this.#wire.send(request);
      if (this.#wire.transport === 'udp') this.#sendAgain(pending, T1_MS);
    });
  }

  #sendAgain(pending: Pending, afterMs: number): void {
    pending.timer = setTimeout(() => {
      this.#wire.send(pending.request);
      this.#sendAgain(pending, afterMs * 2);
    }, afterMs);
  }

  #settle(key: string, response: SipResponse | undefined): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    this.#pending.delete(key);
    clearTimeout(pending.timer);
    clearTimeout(pending.end);
    pending.answered(response);
  }

  #forget(): void {
    for (const key of [...this.#pending.keys()]) this.#settle(key, undefined);
  }

  #take(message: SipMessage): void {
    if (message.kind === 'request') {
      this.#options.saw(`got ${message.method}`);
      this.#serve(message);
      return;
    }
    const key = keyOf(message);
    const pending = key === undefined ? undefined : this.#pending.get(key);
    if (key === undefined || pending === undefined) return;
    if (message.status < 200) {
      clearTimeout(pending.timer);
      if (message.status > 100) pending.provisional();
      return;
    }
    if (pending.isInvite && message.status >= 300) this.#acknowledge(pending.request, message);
    this.#settle(key, message);
  }

  /** RFC 3261 §17.1.1.3: the ACK of a refusal has the branch of its INVITE. */
  #acknowledge(invite: SipRequest, response: SipResponse): void {
    const same = ['Via', 'From', 'Call-ID'].map((name): Field => [name, invite.headers.get(name) ?? '']);
    const number = invite.headers.get('CSeq')?.split(' ')[0];
    this.#wire.send(
      createRequest({
        method: 'ACK',
        uri: invite.uri,
        headers: [
          ...same,
          ['To', response.headers.get('To') ?? ''],
          ['CSeq', `${number} ACK`],
          ['Max-Forwards', '70'],
        ],
      }),
    );
  }

  #cancel(invite: SipRequest): void {
    const same = ['Via', 'From', 'To', 'Call-ID'].map(
      (name): Field => [name, invite.headers.get(name) ?? ''],
    );
    const number = invite.headers.get('CSeq')?.split(' ')[0];
    const headers: Field[] = [...same, ['CSeq', `${number} CANCEL`], ['Max-Forwards', '70']];
    this.#wire.send(createRequest({ method: 'CANCEL', uri: invite.uri, headers }));
  }

  #serve(request: SipRequest): void {
    const { method } = request;
    const toTag = this.#tag;
    const respond = (status: number, headers: readonly Field[] = []) =>
      this.#wire.send(responseTo(request, status, { toTag, headers }));
    if (method === 'ACK') return;
    if (method !== 'INVITE') {
      respond(200);
      if (method === 'CANCEL') this.#wire.send(responseTo(inviteOf(request), 487, { toTag }));
      return;
    }
    const manner = this.#options.manner();
    if (manner === 'is-silent') return;
    if (manner === 'is-busy') {
      respond(486);
      return;
    }
    // RFC 3261 §12.1.1: "The UAS MUST copy all Record-Route header field values from the request into the response".
    const routes = request.headers.getAll('Record-Route').map((route): Field => ['Record-Route', route]);
    const own: Field[] = [...routes, ['Contact', `<${this.#contact}>`]];
    respond(180, own);
    if (manner === 'dies') this.kill();
    if (manner === 'answers') setTimeout(() => respond(200, own), this.#options.random() * LONGEST_ANSWER_MS);
  }
}

/** The INVITE that a CANCEL is for, as far as a response copies of it (RFC 3261 §9.1: it has the same fields). */
function inviteOf(cancel: SipRequest): SipRequest {
  const headers = [...cancel.headers.entries()].map(
    ([name, value]): Field => (name === 'CSeq' ? [name, value.replace('CANCEL', 'INVITE')] : [name, value]),
  );
  return createRequest({ method: 'INVITE', uri: cancel.uri, headers });
}

function keyOf(message: SipMessage): string | undefined {
  const via = topVia(message.headers);
  const branch = via?.params.get('branch');
  return branch === undefined ? undefined : `${branch} ${message.headers.get('CSeq')?.split(' ')[1]}`;
}
