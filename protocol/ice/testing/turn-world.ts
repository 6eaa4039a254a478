// A TURN server, its clients and some peers in a world without sockets, for tests. Time stands still until it is moved.
import {
  type Allocation,
  buildStun,
  longTermKey,
  type RelayRequest,
  readTimeLimitedName,
  type StunAttribute,
  type StunKey,
  stunAttribute,
  type TransportAddress,
  type TurnClient,
  TurnClientSession,
  type TurnEndReason,
  type TurnLimits,
  type TurnRelay,
  TurnServer,
  timeLimitedCredential,
  timeLimitedPassword,
} from '../index.ts';
import { nodeHashes, nodeRandomBytes } from '../node-hashes.ts';

export const RELAY_ADDRESS = '198.51.100.1';
export const RELAY_ADDRESS_6 = '2001:db8:1::1';
const mac = nodeHashes.hmacSha1(new Uint8Array(32).fill(3));

export interface Sent {
  readonly relay: TurnRelay;
  readonly to: TransportAddress;
  readonly text: string;
}

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

export class TurnWorld {
  nowMs = 1_000;
  wallS = 1_800_000_000;
  readonly server: TurnServer;
  readonly sent: Sent[] = [];
  readonly ended: TurnEndReason[] = [];
  readonly refusals: number[] = [];
  readonly closed: TurnRelay[] = [];
  /** What the server answered to clients that are only bytes. */
  readonly answers: Uint8Array[] = [];
  readonly #clients = new Map<string, (bytes: Uint8Array) => void>();
  /** Relays are opened at once, unless a test holds them back. */
  held: RelayRequest[] | undefined;
  #nextPort = 49_152;

  constructor(limits: Partial<TurnLimits> = {}, families: readonly (4 | 6)[] = [4, 6]) {
    this.server = new TurnServer(
      {
        hashes: nodeHashes,
        randomBytes: nodeRandomBytes,
        nonceKey: new Uint8Array(32).fill(1),
        realm: 'example.com',
        families,
        limits,
        passwordOf: (username) => {
          const read = readTimeLimitedName(username);
          if (read === undefined) return undefined;
          const password = timeLimitedPassword(mac, username);
          return { password, user: read.user, hasExpired: read.expiresAtUnixS <= this.wallS };
        },
        peers: {
          permits: (address) => !address.startsWith('10.'),
          reaches: (_address, port) => port !== 22,
        },
      },
      {
        toClient: (client, bytes) => {
          const take = this.#clients.get(client.key);
          if (take === undefined) this.answers.push(bytes.slice());
          else take(bytes.slice());
        },
        toPeer: (relay, address, port, bytes) =>
          this.sent.push({ relay, to: { address, port }, text: decode(bytes) }),
        openRelays: (request) => {
          if (this.held === undefined) this.open(request);
          else this.held.push(request);
        },
        closeRelay: (relay) => this.closed.push(relay),
        ended: (_allocation, reason) => this.ended.push(reason),
        refused: (_client, code) => this.refusals.push(code),
      },
      this.nowMs,
    );
  }

  open({ allocation, request, families, evenPort, reserveNext }: RelayRequest): void {
    if (evenPort && this.#nextPort % 2 === 1) this.#nextPort++;
    const relays = families.map((family) => this.#relay(family));
    const reserved = reserveNext ? this.#relay(families[0]!) : undefined;
    this.server.relaysOpened(allocation, relays, request, this.nowMs, reserved);
  }

  #relay(family: 4 | 6): TurnRelay {
    return { family, address: family === 4 ? RELAY_ADDRESS : RELAY_ADDRESS_6, port: this.#nextPort++ };
  }

  /** A peer sends to a relayed address. */
  fromPeer(relay: TurnRelay, from: TransportAddress, text: string): void {
    this.server.fromPeer(relay, from.address, from.port, encode(text), this.nowMs);
  }

  get allocation(): Allocation {
    return [...this.server.allocations()].at(-1)!;
  }

  client(
    user: string,
    port: number,
    options: {
      readonly lifetimeS?: number;
      readonly transport?: 'udp' | 'tcp';
      readonly family?: 4 | 6;
    } = {},
  ) {
    const { lifetimeS = 3_600, transport = 'udp', family = 4 } = options;
    const client: TurnClient = { transport, address: '203.0.113.5', port, key: `${transport} ${port}` };
    const heard: string[] = [];
    const refused: number[] = [];
    const credential = timeLimitedCredential(mac, user, this.wallS + lifetimeS);
    const session: TurnClientSession = new TurnClientSession(
      { hashes: nodeHashes, randomBytes: nodeRandomBytes, ...credential, transport, family },
      {
        send: (bytes) => this.server.fromClient(client, bytes.slice(), this.nowMs),
        data: (from, bytes) => heard.push(`${from.address}:${from.port} ${decode(bytes)}`),
        refused: (_peer, code) => refused.push(code),
      },
    );
    this.#clients.set(client.key, (bytes) => session.receive(bytes, this.nowMs));
    const say = (peer: TransportAddress, text: string) => session.send(peer, encode(text));
    const relayed = (): TransportAddress => {
      if (session.state.kind !== 'allocated')
        throw new Error(`no allocation: ${JSON.stringify(session.state)}`);
      return session.state.relayed;
    };
    return { client, session, heard, refused, say, relayed };
  }

  /** A request as browsers make it: MD5, SHA-1, after a challenge. @returns the answer. */
  ask(user: string, port: number, method: number, attributes: readonly StunAttribute[]): Uint8Array {
    const client: TurnClient = { transport: 'udp', address: '203.0.113.6', port, key: `plain ${port}` };
    const answerTo = (all: readonly StunAttribute[], key?: StunKey): Uint8Array => {
      const bytes = buildStun(
        { class: 'request', method, transactionId: nodeRandomBytes(12), attributes: all },
        { key },
      );
      this.server.fromClient(client, bytes, this.nowMs);
      return this.answers.at(-1)!;
    };
    const nonce = stunAttribute(answerTo([]), 'NONCE')!;
    const { username, password } = timeLimitedCredential(mac, user, this.wallS + 60);
    const key = longTermKey({ username, realm: 'example.com', password }, nodeHashes);
    const proof: StunAttribute[] = [
      ['USERNAME', username],
      ['REALM', 'example.com'],
      ['NONCE', nonce],
    ];
    return answerTo([...attributes, ...proof], key);
  }

  /** Time passes, and everybody does what is due. */
  pass(ms: number, ...sessions: readonly TurnClientSession[]): void {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      const step = Math.min(1_000, end - this.nowMs);
      this.nowMs += step;
      for (const session of sessions) if (session.wakeAtMs <= this.nowMs) session.wake(this.nowMs);
      this.server.sweep(this.nowMs);
    }
  }
}
