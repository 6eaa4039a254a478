// Two ICE agents, each behind a NAT of its kind, and a network that loses, delays and reorders; with or without a relay. Time
// is simulated, chance comes from a seed.
import {
  IceAgent,
  type IceEvent,
  type IceOutput,
  type LocalCandidate,
  localCandidate,
  PACING_MS,
  type TransportAddress,
} from '../index.ts';
import { nodeHashes } from '../node-hashes.ts';

/** `open` has a public address. The others as RFC 4787 §4.1, §5 tell them apart, by their old names. */
export type NatKind = 'open' | 'full-cone' | 'restricted' | 'port-restricted' | 'symmetric';

export interface EndOptions {
  readonly nat: NatKind;
  readonly hasRelay: boolean;
  readonly controlling: boolean;
}

export interface WorldOptions {
  readonly ends: readonly [EndOptions, EndOptions];
  /** 0 … 1. */
  readonly loss: number;
  readonly jitterMs: number;
  readonly seed: number;
}

interface Datagram {
  readonly atMs: number;
  readonly from: TransportAddress;
  readonly to: TransportAddress;
  readonly bytes: Uint8Array;
}

const keyOf = ({ address, port }: TransportAddress) => `${address} ${port}`;
const STUN_SERVER = { address: '192.0.2.1', port: 3478 };

/** Mulberry32: the same numbers for the same seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

class End {
  readonly agent: IceAgent;
  readonly options: EndOptions;
  readonly ufrag: string;
  readonly pwd: string;
  readonly host: TransportAddress;
  readonly relay: TransportAddress;
  readonly sentAtMs: number[] = [];
  output: IceOutput | undefined;
  wakeAtMs = Number.POSITIVE_INFINITY;
  readonly #publicAddress: string;
  readonly #mappings = new Map<string, number>();
  readonly #heardOf = new Set<string>();
  #nextPort = 20_000;

  constructor(index: number, options: EndOptions, random: () => number) {
    this.options = options;
    this.ufrag = `user${index}`;
    this.pwd = `password-of-end-number-${index}`;
    this.#publicAddress = `198.51.100.${index + 1}`;
    this.host =
      options.nat === 'open'
        ? { address: this.#publicAddress, port: 5_000 }
        : { address: `10.0.${index}.2`, port: 5_000 };
    this.relay = { address: '203.0.113.1', port: 50_000 + index };
    this.agent = new IceAgent({
      hashes: nodeHashes,
      randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
      ufrag: this.ufrag,
      pwd: this.pwd,
      controlling: options.controlling,
    });
  }

  candidates(): LocalCandidate[] {
    const found = [localCandidate('host', this.host)];
    const server = STUN_SERVER.address;
    if (this.options.nat !== 'open')
      found.push(localCandidate('srflx', this.outward(this.host, STUN_SERVER), { base: this.host, server }));
    if (this.options.hasRelay) found.push(localCandidate('relay', this.relay, { server }));
    return found;
  }

  /** What others see of a datagram from this base. */
  outward(base: TransportAddress, to: TransportAddress): TransportAddress {
    if (this.options.nat === 'open' || keyOf(base) === keyOf(this.relay)) return base;
    const mapping = this.options.nat === 'symmetric' ? keyOf(to) : '';
    const port = this.#mappings.get(mapping) ?? this.#nextPort++;
    this.#mappings.set(mapping, port);
    this.#heardOf
      .add(to.address)
      .add(`${port} ${to.address}`)
      .add(`${port} ${keyOf(to)}`);
    return { address: this.#publicAddress, port };
  }

  /** The base at which a datagram arrives; undefined where the NAT keeps it out. */
  inward(to: TransportAddress, from: TransportAddress): TransportAddress | undefined {
    if (this.options.hasRelay && keyOf(to) === keyOf(this.relay)) return this.relay;
    if (this.options.nat === 'open') return keyOf(to) === keyOf(this.host) ? this.host : undefined;
    if (to.address !== this.#publicAddress || ![...this.#mappings.values()].includes(to.port))
      return undefined;
    const { nat } = this.options;
    const isWelcome =
      nat === 'full-cone' ||
      (nat === 'restricted'
        ? this.#heardOf.has(`${to.port} ${from.address}`)
        : this.#heardOf.has(`${to.port} ${keyOf(from)}`));
    return isWelcome ? this.host : undefined;
  }
}

export class NatWorld {
  nowMs = 0;
  readonly ends: readonly [End, End];
  readonly #options: WorldOptions;
  readonly #random: () => number;
  #flying: Datagram[] = [];
  /** Nothing arrives any more. */
  isCut = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = chance(options.seed);
    const [a, b] = options.ends;
    this.ends = [new End(0, a, this.#random), new End(1, b, this.#random)];
  }

  /** Candidates and parameters go over, each after a time of its own. */
  exchange(): void {
    for (const [index, end] of this.ends.entries()) {
      const other = this.ends[1 - index]!;
      const candidates = end.candidates();
      for (const candidate of candidates) this.tell(end, { kind: 'local', candidate });
      const { ufrag, pwd } = end;
      this.#later(other, { kind: 'parameters', remote: { ufrag, pwd } }, 0);
      for (const candidate of candidates) this.#later(other, { kind: 'remote', candidate }, 1);
      this.#later(other, { kind: 'end-of-remote' }, 400);
    }
  }

  readonly #events: { readonly atMs: number; readonly end: End; readonly event: IceEvent }[] = [];

  #later(end: End, event: IceEvent, leastMs: number): void {
    this.#events.push({ atMs: this.nowMs + leastMs + this.#random() * 300, end, event });
  }

  tell(end: End, event: IceEvent): void {
    const output = end.agent.handle(event, this.nowMs);
    end.output = output;
    end.wakeAtMs = output.wakeAtMs;
    for (const { from, to, bytes } of output.send) {
      // Requests of ours, and not the answers to those of others.
      if (bytes[0] === 0 && bytes[1] === 1) end.sentAtMs.push(this.nowMs);
      const seen = end.outward(from, to);
      if (this.#random() < this.#options.loss) continue;
      const atMs = this.nowMs + 10 + this.#random() * this.#options.jitterMs;
      this.#flying.push({ atMs, from: seen, to, bytes });
    }
  }

  /** Lets time pass until `isDone` or the end. */
  run(forMs: number, isDone: () => boolean = () => false): void {
    const endMs = this.nowMs + forMs;
    while (this.nowMs < endMs && !isDone()) {
      const times = [
        ...this.#flying.map(({ atMs }) => atMs),
        ...this.#events.map(({ atMs }) => atMs),
        ...this.ends.map(({ wakeAtMs }) => wakeAtMs),
      ];
      this.nowMs = Math.min(endMs, Math.max(this.nowMs, Math.min(...times)));
      this.#step();
    }
  }

  #step(): void {
    const due = this.#flying.filter(({ atMs }) => atMs <= this.nowMs);
    this.#flying = this.#flying.filter(({ atMs }) => atMs > this.nowMs);
    for (const { from, to, bytes } of due) {
      for (const end of this.ends) {
        const at = this.isCut ? undefined : end.inward(to, from);
        if (at !== undefined) this.tell(end, { kind: 'datagram', bytes, at, from });
      }
    }
    for (const planned of [...this.#events]) {
      if (planned.atMs > this.nowMs) continue;
      this.#events.splice(this.#events.indexOf(planned), 1);
      this.tell(planned.end, planned.event);
    }
    for (const end of this.ends) if (end.wakeAtMs <= this.nowMs) this.tell(end, { kind: 'wake' });
  }

  get isConnected(): boolean {
    return this.ends.every(({ output }) => output?.state === 'connected');
  }

  /** New checks and repeated ones: never two within the pace. */
  get isPaced(): boolean {
    return this.ends.every(({ sentAtMs }) =>
      sentAtMs.every((atMs, index) => index === 0 || atMs - sentAtMs[index - 1]! >= PACING_MS - 0.001),
    );
  }
}
