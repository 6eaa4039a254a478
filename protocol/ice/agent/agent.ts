// A full ICE agent for one component (RFC 8445 §6; with rtcp-mux and BUNDLE a call has no other). No socket and no clock: what
// happens goes into `handle`, and out come datagrams to send, when to be woken, and the state.
import {
  answerBindingRequest,
  type IceRole,
  type LocalCredentials,
  localCredentials,
} from '../binding-responder.ts';
import type { Hashes, RandomBytes } from '../hashes.ts';
import type { TransportAddress } from '../ip-address.ts';
import type { StunAttribute } from '../stun/attribute.ts';
import { stunAttribute } from '../stun/attribute-value.ts';
import { buildStun } from '../stun/build.ts';
import { type StunKey, shortTermKey } from '../stun/credential.ts';
import { checkStun, STUN_METHODS, stunClass, stunMethod, stunTransactionId } from '../stun/message.ts';
import { verifyFingerprint, verifyIntegrity } from '../stun/protection.ts';
import {
  candidateFoundation,
  candidatePriority,
  type IceCandidate,
  isSameAddress,
  type LocalCandidate,
} from './candidate.ts';
import { type CandidatePair, CheckList, pairPriority } from './check-list.ts';

export interface IceAgentOptions {
  readonly hashes: Hashes;
  readonly randomBytes: RandomBytes;
  readonly ufrag: string;
  readonly pwd: string;
  /** The offerer, or whose peer is lite (RFC 8445 §6.1.1). */
  readonly controlling: boolean;
}

export interface RemoteParameters {
  readonly ufrag: string;
  readonly pwd: string;
}

export type IceEvent =
  /** A candidate of ours is known: at the beginning, or as they trickle in (RFC 8838 §7). */
  | { readonly kind: 'local'; readonly candidate: LocalCandidate }
  /** What the peer says of itself. Other values than before are its restart (RFC 8445 §9): call `restart` on this end too. */
  | { readonly kind: 'parameters'; readonly remote: RemoteParameters }
  /** A candidate of the peer; one whose address is no IP address is left out. */
  | { readonly kind: 'remote'; readonly candidate: IceCandidate }
  /** The peer has no more (RFC 8838 §8.2); only then can everything have failed. */
  | { readonly kind: 'end-of-remote' }
  /** A STUN message has come to `at`, a base of ours. */
  | {
      readonly kind: 'datagram';
      readonly bytes: Uint8Array;
      readonly at: TransportAddress;
      readonly from: TransportAddress;
    }
  | { readonly kind: 'wake' };

/** `disconnected`: consent to send has run out (RFC 7675 §5.1); nothing may be sent but checks. */
export type IceState = 'new' | 'checking' | 'connected' | 'disconnected' | 'failed';

export interface IceSend {
  /** The base to send from. */
  readonly from: TransportAddress;
  readonly to: TransportAddress;
  readonly bytes: Uint8Array;
}

export interface IceOutput {
  readonly send: readonly IceSend[];
  /** On the clock of the events; Infinity where nothing is to come. */
  readonly wakeAtMs: number;
  readonly state: IceState;
  /** Where media goes from and to, once an end has decided. */
  readonly selected: { readonly local: LocalCandidate; readonly remote: IceCandidate } | undefined;
}

/** RFC 8445 §14.2: one new check in that time. */
export const PACING_MS = 50;
const RETRANSMIT_MS = 500;
const MOST_SENDINGS = 7;
/** How long a better pair may take after the first that works. */
const PATIENCE_MS = 400;
/** Nothing has worked for so long: RFC 8445 §8.1.2 leaves the time to us. */
const GIVE_UP_MS = 40_000;
/** RFC 7675 §5.1: asked about every five seconds, good for thirty. */
const CONSENT_MS = 5_000;
const CONSENT_LASTS_MS = 30_000;
const MAX_LOCAL = 32;
const MAX_REMOTE = 64;
/** Checks of the peer that came before its parameters. */
const MAX_EARLY = 16;

interface Check {
  readonly pair: CandidatePair;
  readonly bytes: Uint8Array;
  readonly isNominating: boolean;
  readonly isConsent: boolean;
  readonly role: IceRole;
  isCancelled: boolean;
  sendings: number;
  wakeAtMs: number;
}

export class IceAgent {
  readonly #options: IceAgentOptions;
  readonly #list = new CheckList();
  readonly #locals: LocalCandidate[] = [];
  readonly #remotes: IceCandidate[] = [];
  readonly #checks = new Map<string, Check>();
  readonly #early: {
    readonly local: LocalCandidate;
    readonly from: TransportAddress;
    readonly priority: number;
    readonly isChosen: boolean;
  }[] = [];
  #credentials: LocalCredentials;
  #remote: (RemoteParameters & { readonly key: StunKey }) | undefined;
  #role: IceRole;
  #state: IceState = 'new';
  #selected: CandidatePair | undefined;
  #nominating: CandidatePair | undefined;
  #nextCheckAtMs = 0;
  #beganAtMs = Number.POSITIVE_INFINITY;
  #firstValidAtMs = Number.POSITIVE_INFINITY;
  #consentUntilMs = Number.POSITIVE_INFINITY;
  #nextConsentAtMs = Number.POSITIVE_INFINITY;
  #hasEnded = false;
  #send: IceSend[] = [];

  constructor(options: IceAgentOptions) {
    this.#options = options;
    this.#credentials = localCredentials(options.ufrag, options.pwd, options.hashes);
    this.#role = { controlling: options.controlling, tieBreaker: options.randomBytes(8) };
  }

  /** Changes where both ends said the same at first (RFC 8445 §7.3.1.1). */
  get controlling(): boolean {
    return this.#role.controlling;
  }

  handle(event: IceEvent, nowMs: number): IceOutput {
    this.#send = [];
    if (event.kind === 'local') this.#addLocal(event.candidate);
    else if (event.kind === 'parameters') this.#learn(event.remote, nowMs);
    else if (event.kind === 'remote') this.#addRemote(event.candidate);
    else if (event.kind === 'end-of-remote') this.#hasEnded = true;
    else if (event.kind === 'datagram') this.#datagram(event.bytes, event.at, event.from, nowMs);
    this.#work(nowMs);
    return {
      send: this.#send,
      wakeAtMs: this.#wakeAtMs(nowMs),
      state: this.#state,
      selected: this.#selected,
    };
  }

  /** Begins anew with other credentials and no candidates (RFC 8445 §9). The pair in use stays until another is chosen. */
  restart(ufrag: string, pwd: string): void {
    this.#credentials = localCredentials(ufrag, pwd, this.#options.hashes);
    this.#list.clear();
    this.#checks.clear();
    this.#locals.length = 0;
    this.#remotes.length = 0;
    this.#early.length = 0;
    this.#remote = undefined;
    this.#nominating = undefined;
    this.#hasEnded = false;
    this.#beganAtMs = Number.POSITIVE_INFINITY;
    this.#firstValidAtMs = Number.POSITIVE_INFINITY;
    this.#nextConsentAtMs = Number.POSITIVE_INFINITY;
    this.#consentUntilMs = Number.POSITIVE_INFINITY;
    this.#state = 'new';
  }

  #addLocal(candidate: LocalCandidate): void {
    if (this.#locals.length >= MAX_LOCAL || this.#locals.some((each) => isSameAddress(each, candidate)))
      return;
    this.#locals.push(candidate);
    // RFC 8445 §6.1.2.4: a reflexive candidate is sent from its base, whose pairs are there already.
    if (candidate.type === 'host' || candidate.type === 'relay')
      for (const remote of this.#remotes) this.#list.add(candidate, remote, this.controlling);
  }

  #addRemote(candidate: IceCandidate): void {
    if (this.#remotes.length >= MAX_REMOTE || this.#remotes.some((each) => isSameAddress(each, candidate)))
      return;
    this.#remotes.push(candidate);
    for (const local of this.#locals)
      if (local.type === 'host' || local.type === 'relay') this.#list.add(local, candidate, this.controlling);
  }

  #learn(remote: RemoteParameters, nowMs: number): void {
    if (this.#remote !== undefined) return;
    this.#remote = { ...remote, key: shortTermKey(remote.pwd, this.#options.hashes) };
    this.#beganAtMs = nowMs;
    this.#state = 'checking';
    for (const { local, from, priority, isChosen } of this.#early.splice(0))
      this.#checked(local, from, priority, isChosen, nowMs);
  }

  #datagram(bytes: Uint8Array, at: TransportAddress, from: TransportAddress, nowMs: number): void {
    if (checkStun(bytes) !== undefined || stunMethod(bytes) !== STUN_METHODS.binding) return;
    const local = this.#locals.find((each) => isSameAddress(each.base, at));
    if (local === undefined) return;
    const kind = stunClass(bytes);
    if (kind === 'request') this.#request(bytes, local, from, nowMs);
    else if (kind !== 'indication') this.#response(bytes, at, from, nowMs);
  }

  /** RFC 8445 §7.3. */
  #request(bytes: Uint8Array, local: LocalCandidate, from: TransportAddress, nowMs: number): void {
    const answer = answerBindingRequest(bytes, this.#credentials, from, this.#role);
    if (answer.kind === 'ignored') return;
    this.#send.push({ from: local.base, to: from, bytes: answer.bytes });
    if (answer.kind === 'error') return;
    if (answer.switchRole) this.#switchRole();
    const isChosen = answer.useCandidate && !this.controlling;
    if (this.#remote !== undefined) this.#checked(local, from, answer.priority, isChosen, nowMs);
    else if (this.#early.length < MAX_EARLY)
      this.#early.push({ local, from, priority: answer.priority, isChosen });
  }

  /** The peer reaches us on this way: so it is worth a check of ours (RFC 8445 §7.3.1.3 … §7.3.1.5). */
  #checked(
    local: LocalCandidate,
    from: TransportAddress,
    priority: number,
    isChosen: boolean,
    nowMs: number,
  ): void {
    let remote = this.#remotes.find((each) => isSameAddress(each, from));
    if (remote === undefined) {
      if (this.#remotes.length >= MAX_REMOTE) return;
      const { address, port } = from;
      remote = { type: 'prflx', address, port, priority, foundation: `p${this.#remotes.length}` };
      this.#remotes.push(remote);
    }
    const pair = this.#list.add(local, remote, this.controlling);
    if (pair === undefined) return;
    if (isChosen) pair.isChosen = true;
    pair.isHeard = true;
    if (pair.state === 'Succeeded') {
      if (isChosen) this.#select(pair, nowMs);
    } else {
      // RFC 8445 §7.3.1.4: a check that is under way is not repeated, but its answer still counts.
      for (const check of this.#checks.values())
        if (check.pair === pair && !check.isConsent) check.isCancelled = true;
      pair.state = 'Waiting';
      this.#list.trigger(pair);
    }
  }

  /** RFC 8445 §7.2.5. */
  #response(bytes: Uint8Array, at: TransportAddress, from: TransportAddress, nowMs: number): void {
    const id = stunTransactionId(bytes).join();
    const check = this.#checks.get(id);
    if (check === undefined || this.#remote === undefined || !verifyFingerprint(bytes)) return;
    const isSigned = verifyIntegrity(bytes, this.#remote.key) === 'sha1';
    const code = stunClass(bytes) === 'error' ? (stunAttribute(bytes, 'ERROR-CODE')?.code ?? 0) : undefined;
    // An error of somebody who does not know the password yet is not signed, and not believed: the check goes on.
    if (!isSigned) return;
    this.#checks.delete(id);
    const { pair } = check;
    // RFC 8445 §7.2.5.2.1: the answer has to come the way that the question went.
    const isSameWay = isSameAddress(pair.remote, from) && isSameAddress(pair.local.base, at);
    if (code === 487) {
      if (this.#role === check.role) this.#switchRole();
      pair.state = 'Waiting';
      this.#list.trigger(pair);
      return;
    }
    const mapped = code === undefined && isSameWay ? stunAttribute(bytes, 'XOR-MAPPED-ADDRESS') : undefined;
    if (mapped === undefined) {
      if (!check.isConsent && pair.state === 'In-Progress') pair.state = 'Failed';
      if (this.#nominating === pair) this.#nominating = undefined;
      return;
    }
    if (check.isConsent) this.#consentUntilMs = nowMs + CONSENT_LASTS_MS;
    this.#discover(pair, mapped);
    pair.state = 'Succeeded';
    this.#list.unfreezeKin(pair);
    this.#firstValidAtMs = Math.min(this.#firstValidAtMs, nowMs);
    if (check.isNominating || (pair.isChosen && !this.controlling)) this.#select(pair, nowMs);
    else if (check.isConsent && this.#state === 'disconnected' && pair === this.#selected)
      this.#state = 'connected';
  }

  /** RFC 8445 §7.2.5.3.1: a NAT on the way has given us another address. */
  #discover(pair: CandidatePair, mapped: TransportAddress): void {
    if (this.#locals.length >= MAX_LOCAL || this.#locals.some((each) => isSameAddress(each, mapped))) return;
    this.#locals.push({
      type: 'prflx',
      ...mapped,
      base: pair.local.base,
      priority: candidatePriority('prflx'),
      foundation: candidateFoundation('prflx', pair.local.base.address, mapped.address),
    });
  }

  #select(pair: CandidatePair, nowMs: number): void {
    const isBetter =
      this.#selected === undefined ||
      this.#nominating === pair ||
      !this.#list.pairs.includes(this.#selected) ||
      pairPriority(pair, this.controlling) > pairPriority(this.#selected, this.controlling);
    this.#nominating = undefined;
    if (!isBetter && this.#state === 'connected') return;
    this.#selected = pair;
    this.#state = 'connected';
    // RFC 8445 §8.1.1: what else is under way is not repeated any more.
    for (const [id, check] of this.#checks) {
      if (check.pair === pair) continue;
      this.#checks.delete(id);
      if (check.pair.state === 'In-Progress') check.pair.state = 'Failed';
    }
    this.#consentUntilMs = nowMs + CONSENT_LASTS_MS;
    this.#nextConsentAtMs = nowMs + this.#consentPause();
  }

  #switchRole(): void {
    // RFC 8445 §7.3.1.1: the priorities of pairs depend on who controls.
    this.#role = { controlling: !this.controlling, tieBreaker: this.#role.tieBreaker };
    this.#nominating = undefined;
    this.#list.sort(this.controlling);
  }

  #work(nowMs: number): void {
    if (this.#remote === undefined || this.#state === 'failed') return;
    this.#repeat(nowMs);
    if (this.#consentUntilMs <= nowMs) {
      this.#state = 'disconnected';
      this.#consentUntilMs = Number.POSITIVE_INFINITY;
      this.#beganAtMs = nowMs;
    }
    this.#nominate(nowMs);
    if (this.#nextCheckAtMs <= nowMs) this.#checkOne(nowMs);
    const isOver = nowMs - this.#beganAtMs >= GIVE_UP_MS;
    const isHopeless =
      this.#hasEnded && this.#list.pairs.every(({ state }) => state === 'Failed') && this.#checks.size === 0;
    if (this.#state === 'disconnected' ? isOver : this.#state === 'checking' && (isOver || isHopeless))
      this.#state = 'failed';
  }

  /** One new check in `PACING_MS`: the nomination, what was triggered, what waits, or whether the peer still agrees. */
  #checkOne(nowMs: number): void {
    const isConsent = this.#selected !== undefined && this.#nextConsentAtMs <= nowMs;
    // RFC 8445 §8.1.1: when a pair is in use, no others are tried.
    const pair = isConsent ? this.#selected : this.#isChecking ? this.#list.next() : undefined;
    if (pair === undefined) {
      // What is frozen waits for its kin.
      this.#nextCheckAtMs = nowMs + PACING_MS;
      return;
    }
    if (isConsent) this.#nextConsentAtMs = nowMs + this.#consentPause();
    this.#nextCheckAtMs = nowMs + PACING_MS;
    const isNominating = !isConsent && pair === this.#nominating;
    if (!isConsent && pair.state !== 'Succeeded') pair.state = 'In-Progress';
    const transactionId = this.#options.randomBytes(12);
    const bytes = this.#checkBytes(transactionId, isNominating);
    const busy = this.#list.pairs.filter(
      ({ state }) => state === 'Waiting' || state === 'In-Progress',
    ).length;
    const check: Check = {
      pair,
      bytes,
      isNominating,
      isConsent,
      role: this.#role,
      isCancelled: false,
      sendings: 1,
      // RFC 8445 §14.3: no sooner than all the others have had their turn.
      wakeAtMs: nowMs + Math.max(RETRANSMIT_MS, PACING_MS * busy),
    };
    this.#checks.set(transactionId.join(), check);
    this.#send.push({ from: pair.local.base, to: pair.remote, bytes });
  }

  #checkBytes(transactionId: Uint8Array, isNominating: boolean): Uint8Array {
    const { ufrag, key } = this.#remote!;
    const attributes: StunAttribute[] = [
      ['USERNAME', `${ufrag}:${this.#credentials.ufrag}`],
      ['PRIORITY', candidatePriority('prflx')],
      [this.controlling ? 'ICE-CONTROLLING' : 'ICE-CONTROLLED', this.#role.tieBreaker],
    ];
    if (isNominating) attributes.push(['USE-CANDIDATE', true]);
    return buildStun(
      { class: 'request', method: STUN_METHODS.binding, transactionId, attributes },
      { key, fingerprint: true },
    );
  }

  #repeat(nowMs: number): void {
    for (const [id, check] of this.#checks) {
      if (check.wakeAtMs > nowMs) continue;
      const { pair } = check;
      // RFC 7675 §5.1: whether somebody agrees is asked anew, not again.
      if (check.isConsent || check.isCancelled || check.sendings === MOST_SENDINGS) {
        this.#checks.delete(id);
        if (check.isConsent || check.isCancelled) continue;
        if (pair.state === 'In-Progress') pair.state = pair.isHeard ? 'Waiting' : 'Failed';
        if (this.#nominating === pair) this.#nominating = undefined;
        continue;
      }
      // Repetitions keep the pace as well.
      if (this.#nextCheckAtMs > nowMs) {
        check.wakeAtMs = this.#nextCheckAtMs;
        continue;
      }
      this.#nextCheckAtMs = nowMs + PACING_MS;
      check.sendings++;
      check.wakeAtMs = nowMs + RETRANSMIT_MS * Math.min(2 ** (check.sendings - 1), 8);
      this.#send.push({ from: pair.local.base, to: pair.remote, bytes: check.bytes });
    }
  }

  /** RFC 8445 §8.1.1, regular: the best that works, when nothing better can come or has been waited for. */
  #nominate(nowMs: number): void {
    if (!this.controlling || this.#state !== 'checking' || this.#nominating !== undefined) return;
    const best = this.#list.pairs.find(({ state }) => state === 'Succeeded');
    if (best === undefined) return;
    const [first] = this.#list.pairs.filter(({ state }) => state !== 'Failed');
    if (first !== best && nowMs - this.#firstValidAtMs < PATIENCE_MS) return;
    this.#nominating = best;
    this.#list.trigger(best);
  }

  /** RFC 7675 §5.1: between 0.8 and 1.2 times, so that not all ask at once. */
  #consentPause(): number {
    return CONSENT_MS * (0.8 + (0.4 * this.#options.randomBytes(1)[0]!) / 255);
  }

  get #isChecking(): boolean {
    return this.#state === 'checking' || this.#nominating !== undefined || this.#list.hasTriggered;
  }

  #wakeAtMs(nowMs: number): number {
    if (this.#remote === undefined || this.#state === 'failed') return Number.POSITIVE_INFINITY;
    let next = Math.min(this.#nextConsentAtMs, this.#consentUntilMs);
    if (this.#state !== 'connected') next = Math.min(next, this.#beganAtMs + GIVE_UP_MS);
    for (const { wakeAtMs } of this.#checks.values()) next = Math.min(next, wakeAtMs);
    if (this.#isChecking && this.#list.hasWork) next = Math.min(next, this.#nextCheckAtMs);
    if (this.#state === 'checking' && this.controlling && this.#nominating === undefined)
      next = Math.min(next, this.#firstValidAtMs + PATIENCE_MS);
    return Math.max(next, nowMs + 1);
  }
}
