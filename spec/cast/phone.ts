// A SIP phone at the level of the wire: registers with digest, exchanges MESSAGE, watches presence.
import { createHash, randomBytes } from 'node:crypto';
import {
  type ClientOutcome,
  type Destination,
  openSipServer,
  type SipServer,
  systemClock,
} from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { parsePidf } from '@parley/protocol/presence';
import {
  answerChallenge,
  createRequest,
  parseChallenge,
  parseSipUri,
  type SipRequest,
  type SipResponse,
  serializeCredentials,
} from '@parley/protocol/sip';
import { Notebook } from './waiting.ts';

export interface PhoneSettings {
  readonly address: string;
  readonly password: string;
  readonly server: Destination;
  /** What the phone calls itself (+sip.instance): the same phone with whoever signs in. */
  readonly instance?: string | undefined;
}

const hash = (algorithm: string, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

export class Phone implements AsyncDisposable {
  readonly settings: PhoneSettings;
  readonly requests = new Notebook<SipRequest>();
  readonly #sip: SipServer & AsyncDisposable;
  readonly #callId = randomBytes(8).toString('hex');
  readonly #tag = randomBytes(4).toString('hex');
  #sequence = 1;
  /** How the phone answers; a play may have it refuse or keep silent. */
  answer: (request: SipRequest) => number | undefined = () => 200;

  private constructor(settings: PhoneSettings, sip: SipServer & AsyncDisposable) {
    this.settings = settings;
    this.#sip = sip;
    sip.onRequest((incoming) => {
      this.requests.add(incoming.request);
      const status = this.answer(incoming.request);
      if (status !== undefined) incoming.respond(status);
    });
  }

  /** Switched on, and not registered yet. */
  static async on(settings: PhoneSettings): Promise<Phone> {
    const { transport } = settings.server;
    const listen = [
      { transport: transport === 'udp' ? ('udp' as const) : ('tcp' as const), address: '127.0.0.1', port: 0 },
    ];
    const sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
    return new Phone(settings, sip);
  }

  static async registered(settings: PhoneSettings): Promise<Phone> {
    const phone = await Phone.on(settings);
    const answer = await phone.register();
    if (answer.status !== 200) {
      await phone[Symbol.asyncDispose]();
      throw new Error(`REGISTER was answered ${answer.status} ${answer.reason}`);
    }
    return phone;
  }

  get received(): string[] {
    return this.requests.entries
      .filter(({ method }) => method === 'MESSAGE')
      .map(({ body }) => new TextDecoder().decode(body));
  }

  register(expiresS = 600): Promise<SipResponse> {
    const { server, instance } = this.settings;
    const named = instance === undefined ? '' : `;+sip.instance="<${instance}>"`;
    return this.request('REGISTER', `sip:${this.#domain}`, this.settings.address, [
      ['Contact', `<${this.#contact}>;expires=${expiresS}${named}`],
      ['Expires', String(expiresS)],
      ['Supported', server.transport],
    ]);
  }

  unregister(): Promise<SipResponse> {
    return this.register(0);
  }

  say(recipient: string, text: string): Promise<SipResponse> {
    return this.request(
      'MESSAGE',
      `sip:${recipient}`,
      recipient,
      [['Content-Type', 'text/plain;charset=utf-8']],
      new TextEncoder().encode(text),
    );
  }

  watch(presentity: string, expiresS = 600): Promise<SipResponse> {
    return this.request('SUBSCRIBE', `sip:${presentity}`, presentity, [
      ['Event', 'presence'],
      ['Accept', 'application/pidf+xml'],
      ['Expires', String(expiresS)],
      ['Contact', `<${this.#contact}>`],
    ]);
  }

  /** One subscription to all of the people of a list (RFC 5367 §4). */
  watchList(uri: string, list: string): Promise<SipResponse> {
    return this.request(
      'SUBSCRIBE',
      `sip:${uri}`,
      uri,
      [
        ['Event', 'presence'],
        ['Accept', 'multipart/related, application/rlmi+xml, application/pidf+xml'],
        ['Supported', 'eventlist'],
        ['Require', 'recipient-list-subscribe'],
        ['Expires', '600'],
        ['Contact', `<${this.#contact}>`],
        ['Content-Type', 'application/resource-lists+xml'],
        ['Content-Disposition', 'recipient-list'],
      ],
      new TextEncoder().encode(list),
    );
  }

  hears(text: string, deadlineMs?: number): Promise<true> {
    return this.requests.until(
      `the message “${text}”`,
      () => this.received.includes(text) && true,
      deadlineMs,
    );
  }

  /** Waits until the last NOTIFY about that person says so. */
  sees(presentity: string, basic: 'open' | 'closed', activity?: string, deadlineMs?: number): Promise<true> {
    return this.requests.until(
      `${presentity} to be ${basic} ${activity ?? ''}`,
      (requests) => {
        const documents = requests
          .filter((request) => request.method === 'NOTIFY')
          .map((request) => parsePidf(request.body))
          .flatMap((parsed) =>
            parsed.ok && parsed.pidf.entity === `sip:${presentity}` ? [parsed.pidf] : [],
          );
        const last = documents.at(-1);
        return (
          last?.tuples[0]?.basic === basic &&
          (activity === undefined || last.activities.some((a) => a === activity))
        );
      },
      deadlineMs,
    );
  }

  /** Sends, and once more with credentials when it is challenged (RFC 3261 §22.2). */
  async request(
    method: string,
    uri: string,
    to: string,
    headers: readonly (readonly [string, string])[],
    body?: Uint8Array,
  ): Promise<SipResponse> {
    const first = await this.#send(method, uri, to, headers, body);
    if (first.status !== 401 && first.status !== 407) return first;
    const field = first.status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    const challenge = first.headers
      .getAll(field)
      .map((text) => parseChallenge(text))
      .find((one) => one !== undefined);
    if (challenge === undefined) return first;
    const credentials = answerChallenge(hash, challenge, {
      username: parseSipUri(`sip:${this.settings.address}`)?.user ?? '',
      password: this.settings.password,
      method,
      uri,
      cnonce: randomBytes(8).toString('hex'),
      nonceCount: 1,
    });
    const proof: [string, string] = [
      first.status === 401 ? 'Authorization' : 'Proxy-Authorization',
      serializeCredentials(credentials),
    ];
    return this.#send(method, uri, to, [...headers, proof], body);
  }

  get #domain(): string {
    return this.settings.address.split('@')[1] ?? '';
  }

  get #contact(): string {
    const [own] = this.#sip.listening;
    const { transport } = this.settings.server;
    return `sip:${this.settings.address.split('@')[0]}@127.0.0.1:${own?.port};transport=${transport}`;
  }

  async #send(
    method: string,
    uri: string,
    to: string,
    headers: readonly (readonly [string, string])[],
    body?: Uint8Array,
  ): Promise<SipResponse> {
    const outcome: ClientOutcome = await this.#sip.request(
      createRequest({
        method,
        uri,
        headers: [
          ['From', `<sip:${this.settings.address}>;tag=${this.#tag}`],
          ['To', `<sip:${to}>`],
          ['Call-ID', method === 'REGISTER' ? this.#callId : randomBytes(8).toString('hex')],
          ['CSeq', `${this.#sequence++} ${method}`],
          ['Max-Forwards', '70'],
          ['User-Agent', 'Play/1'],
          ...headers,
        ],
        body,
      }),
      this.settings.server,
    );
    if (outcome.kind === 'failed') throw new Error(`${method} failed: ${outcome.reason}`);
    return outcome.response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sip[Symbol.asyncDispose]();
  }
}
