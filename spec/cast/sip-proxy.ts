// Somebody else's SIP proxy, as small as RFC 3261 §16.11 allows: no state, UDP only. It may ask for a password, record
// its route loosely or strictly (RFC 3261 §16.12.1.2), and send back what it should not. For plays with more than Parley.
import { createHash, randomBytes } from 'node:crypto';
import {
  createRequest,
  digestSecret,
  parseCredentials,
  parseRouteSet,
  parseVia,
  responseTo,
  type SipMessage,
  type SipRequest,
  serializeChallenge,
  serializeVia,
  tagOf,
  topVia,
  verifyResponse,
} from '@parley/protocol/sip';
import { type Hop, hopOf, SipWire, type WireFlow } from './sip-wire.ts';

export interface SipProxyOptions {
  /** Its own; one of this machine's. */
  readonly address?: string;
  /** Where requests go that name no route. */
  readonly next: Hop;
  /** `none`: requests within dialogs pass it by. */
  readonly records?: 'loose' | 'strict' | 'none';
  /** Whom it lets through; without it, everybody. */
  readonly account?: { readonly realm: string; readonly username: string; readonly password: string };
  /** What it makes of a request instead of sending it on; undefined sends it on. */
  readonly instead?: (request: SipRequest) => 'silence' | SipRequest | undefined;
}

const hash = (algorithm: string, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

export class SipProxy implements AsyncDisposable {
  readonly wire: SipWire;
  /** May be changed while it runs. */
  next: Hop;
  instead: SipProxyOptions['instead'];
  readonly #options: SipProxyOptions;
  readonly #nonce = randomBytes(8).toString('hex');

  private constructor(wire: SipWire, options: SipProxyOptions) {
    this.wire = wire;
    this.#options = options;
    this.next = options.next;
    this.instead = options.instead;
    wire.received = (message, flow) =>
      message.kind === 'request' ? this.#request(message, flow) : this.#response(message);
  }

  static async start(options: SipProxyOptions): Promise<SipProxy> {
    return new SipProxy(await SipWire.open('proxy', options.address), options);
  }

  /** Where phones send to. */
  get hop(): Hop {
    return hopOf(this.wire.contact('udp'))!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.wire[Symbol.asyncDispose]();
  }

  get #route(): string {
    const { address, port } = this.hop;
    return `<sip:${address}:${port}${this.#options.records === 'strict' ? '' : ';lr'}>`;
  }

  #isOwn(uri: string | undefined): boolean {
    const hop = uri === undefined ? undefined : hopOf(uri);
    return hop?.address === this.hop.address && hop.port === this.hop.port;
  }

  #request(request: SipRequest, flow: WireFlow): void {
    stamp(request, flow);
    const { method } = request;
    const isChallenged = method !== 'ACK' && method !== 'CANCEL' && !this.#isProven(request);
    if (isChallenged) this.#challenge(request, flow);
    else this.#forward(request);
  }

  #forward(request: SipRequest): void {
    const { method } = request;
    const changed = this.instead?.(request);
    if (changed === 'silence') return;
    const { headers: received, uri, body } = changed ?? request;
    const headers = received.clone();
    const next = this.#followRoute({ ...request, headers, uri });
    headers.set('Max-Forwards', String(Number(headers.get('Max-Forwards') ?? 70) - 1));
    const { records } = this.#options;
    if (records !== 'none' && method === 'INVITE') headers.prepend('Record-Route', this.#route);
    const branch = createHash('sha256').update(topVia(received)?.params.get('branch') ?? '');
    const { address, port } = this.hop;
    headers.prepend(
      'Via',
      `SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${branch.digest('hex').slice(0, 20)};rport`,
    );
    const onward = createRequest({ method, uri: next.uri, body });
    for (const [name, value] of headers.entries())
      if (name !== 'Content-Length') onward.headers.append(name, value);
    this.wire.send(onward, this.wire.flowTo(next.hop));
  }

  /** RFC 3261 §16.4, §16.6 step 6; RFC 2543 §6.29 where it is strict: the next Route becomes the Request-URI. */
  #followRoute({ headers, uri }: SipRequest): { readonly uri: string; readonly hop: Hop } {
    const isStrict = this.#options.records === 'strict';
    const first = () => parseRouteSet(headers, 'Route')?.[0]?.uri;
    if (isStrict && this.#isOwn(uri)) {
      const next = first();
      if (next === undefined) return { uri, hop: this.next };
      headers.removeFirst('Route');
      return { uri: next, hop: hopOf(next)! };
    }
    // A strict router knows itself by the Request-URI only.
    if (!isStrict && this.#isOwn(first())) headers.removeFirst('Route');
    const next = first();
    const hop = next === undefined ? undefined : hopOf(next);
    const isInDialog = tagOf(headers.get('To')) !== undefined;
    return { uri, hop: hop ?? (isInDialog ? hopOf(uri)! : this.next) };
  }

  #response(response: SipMessage): void {
    response.headers.removeFirst('Via');
    const via = parseVia(response.headers.get('Via') ?? '');
    if (via === undefined) return;
    const address = via.params.get('received') ?? via.host;
    this.wire.send(
      response,
      this.wire.flowTo({
        transport: 'udp',
        address,
        port: Number(via.params.get('rport') ?? via.port ?? 5060),
      }),
    );
  }

  #isProven(request: SipRequest): boolean {
    const { account } = this.#options;
    // Its answer within a dialog is not asked for: whoever has the dialog came through here.
    if (account === undefined || tagOf(request.headers.get('To')) !== undefined) return true;
    const { realm, username, password } = account;
    return request.headers.getAll('Proxy-Authorization').some((value) => {
      const credentials = parseCredentials(value);
      if (credentials?.realm !== realm || credentials.nonce !== this.#nonce) return false;
      const secret = digestSecret(hash, credentials.algorithm, { username, realm, password });
      return verifyResponse(hash, secret, request.method, credentials);
    });
  }

  #challenge(request: SipRequest, flow: WireFlow): void {
    const { realm } = this.#options.account!;
    const challenge = serializeChallenge({ realm, nonce: this.#nonce, algorithm: 'MD5', qopAuth: true });
    const headers = [['Proxy-Authenticate', challenge] as const];
    this.wire.send(responseTo(request, 407, { toTag: 'proxy', headers }), flow);
  }
}

/** RFC 3261 §18.2.1, RFC 3581 §4. */
function stamp({ headers }: SipRequest, { remoteAddress, remotePort }: WireFlow): void {
  const via = topVia(headers);
  if (via === undefined) return;
  const params = new Map(via.params).set('received', remoteAddress).set('rport', String(remotePort));
  headers.removeFirst('Via');
  headers.prepend('Via', serializeVia({ ...via, params }));
}
