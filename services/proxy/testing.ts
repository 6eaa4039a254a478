// A phone for tests: a user agent on the real SIP stack and real sockets, that answers digest challenges and registers.
import { createHash, randomUUID } from 'node:crypto';
import {
  type OpenedSipServer,
  openSipServer,
  type ServerRequest,
  type SipTransport,
  systemClock,
} from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import {
  answerChallenge,
  createRequest,
  type DigestAlgorithm,
  parseChallenge,
  type SipRequest,
  type SipResponse,
  serializeCredentials,
} from '@parley/protocol/sip';

export interface PhoneOptions {
  readonly transport: 'udp' | 'tcp';
  /** Where the server listens. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  /** Answers only challenges of this algorithm. */
  readonly algorithm?: DigestAlgorithm;
  readonly userAgent?: string;
}

export interface Asking {
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** A body that is no text. */
  readonly bytes?: Uint8Array;
  readonly maxForwards?: number;
  /** A CSeq of the test's own. */
  readonly sequence?: number;
  /** Sends the request without answering a challenge. */
  readonly once?: boolean;
}

export class TestPhone implements AsyncDisposable {
  /** Requests that came in; each is answered by `answer`. */
  readonly received: SipRequest[] = [];
  answer: { status: number; reason?: string; headers?: [string, string][]; body?: Uint8Array } = {
    status: 200,
  };
  readonly #options: PhoneOptions;
  readonly #sip: OpenedSipServer;
  readonly #callId = randomUUID();
  readonly #tag = randomUUID().slice(0, 8);
  #sequence = 0;
  #arrived = Promise.withResolvers<void>();

  private constructor(options: PhoneOptions, sip: OpenedSipServer) {
    this.#options = options;
    this.#sip = sip;
  }

  #receive(server: ServerRequest): void {
    this.received.push(server.request);
    const { status, ...rest } = this.answer;
    server.respond(status, rest);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  static async start(options: PhoneOptions): Promise<TestPhone> {
    const listen = [{ transport: options.transport, address: '127.0.0.1', port: 0 }] as const;
    const sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
    const phone = new TestPhone(options, sip);
    sip.onRequest((server) => phone.#receive(server));
    return phone;
  }

  /** Signs in over sockets whose requests the test takes itself. */
  static over(sip: OpenedSipServer, options: PhoneOptions): TestPhone {
    return new TestPhone(options, sip);
  }

  get contact(): string {
    const port = this.#sip.listening[0]?.port;
    const transport = this.#options.transport === 'udp' ? '' : `;transport=${this.#options.transport}`;
    return `sip:${this.#localPart}@127.0.0.1:${port}${transport}`;
  }

  /** Resolves when so many requests have come in. */
  async receives(count: number): Promise<readonly SipRequest[]> {
    while (this.received.length < count) await this.#arrived.promise;
    return this.received;
  }

  /** The first that is so. */
  async receivesOne(isSo: (request: SipRequest) => boolean): Promise<SipRequest> {
    for (;;) {
      const found = this.received.find(isSo);
      if (found !== undefined) return found;
      await this.#arrived.promise;
    }
  }

  /** Sends a request and, unless told otherwise, answers the challenge. */
  async ask(method: string, asking: Asking = {}): Promise<SipResponse> {
    const first = await this.#send(method, asking);
    const challenged = first.status === 401 || first.status === 407;
    if (asking.once === true || !challenged) return first;
    const credentials = this.credentials(first, method, asking);
    return credentials === undefined ? first : await this.#send(method, asking, credentials);
  }

  register(expiresS = 3600, asking: Asking = {}): Promise<SipResponse> {
    const headers: [string, string][] = [
      ['Contact', `<${this.contact}>`],
      ['Expires', String(expiresS)],
    ];
    return this.ask('REGISTER', {
      uri: `sip:${this.#options.domain}`,
      ...asking,
      headers: [...headers, ...(asking.headers ?? [])],
    });
  }

  /** The header that answers a challenge. */
  credentials(
    response: SipResponse,
    method: string,
    asking: Asking = {},
    nonceCount = 1,
  ): [string, string] | undefined {
    const [name, answerName] =
      response.status === 401
        ? ['WWW-Authenticate', 'Authorization']
        : ['Proxy-Authenticate', 'Proxy-Authorization'];
    const { algorithm, username, password } = this.#options;
    const challenges = response.headers.getAll(name).flatMap((value) => parseChallenge(value) ?? []);
    const challenge = challenges.find((one) => algorithm === undefined || one.algorithm === algorithm);
    if (challenge === undefined) return undefined;
    const uri = asking.uri ?? this.#defaultUri();
    const answered = answerChallenge(digestHash, challenge, {
      method,
      uri,
      username,
      password,
      cnonce: randomUUID(),
      nonceCount,
    });
    return [answerName, serializeCredentials(answered)];
  }

  /** Closes its sockets without a word, as a phone that loses its power. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sip[Symbol.asyncDispose]();
  }

  get #localPart(): string {
    return this.#options.username.replace(/@.*/, '');
  }

  #defaultUri(): string {
    return `sip:${this.#localPart}@${this.#options.domain}`;
  }

  async #send(method: string, asking: Asking, credentials?: [string, string]): Promise<SipResponse> {
    const { transport, port, userAgent } = this.#options;
    const own = this.#defaultUri();
    const request = createRequest({
      method,
      uri: asking.uri ?? own,
      headers: [
        ['Max-Forwards', String(asking.maxForwards ?? 70)],
        ['From', asking.from ?? `<${own}>;tag=${this.#tag}`],
        ['To', asking.to ?? `<${method === 'REGISTER' ? own : (asking.uri ?? own)}>`],
        ['Call-ID', this.#callId],
        ['CSeq', `${asking.sequence ?? ++this.#sequence} ${method}`],
        ...(userAgent === undefined ? [] : [['User-Agent', userAgent] as const]),
        ...(asking.headers ?? []),
        ...(credentials === undefined ? [] : [credentials]),
      ],
      body: asking.bytes ?? (asking.body === undefined ? undefined : new TextEncoder().encode(asking.body)),
    });
    const outcome = await this.#sip.request(request, {
      transport: transport as SipTransport,
      address: '127.0.0.1',
      port,
    });
    if (outcome.kind === 'failed') throw new Error(`${method} was not answered: ${outcome.reason}`);
    return outcome.response;
  }
}

function digestHash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}
