// Who and what comes in: nobody who is banned, and no more new work than the process can do. What belongs to calls and
// requests that are there always does. One for all listeners; asked by sip-udp.ts and sip-intake.ts.
import { randomInt } from 'node:crypto';
import type { SipRequest } from '@parley/protocol/sip';
import { Bans, defaultBanLimits, type Offence } from './bans.ts';
import type { Clock, MonotonicMs } from './clock.ts';
import { DatagramSieve } from './datagram-sieve.ts';
import { sourceGroup } from './net-address.ts';
import type { NetCounts } from './net-counts.ts';
import { defaultOverloadLimits, Overload, overloadPeriodMs } from './overload.ts';
import type { SipFlow } from './sip-flow.ts';
import { glanceKey, newWorkKey } from './sip-glance.ts';

export interface SipGateOptions {
  readonly clock: Clock;
  readonly counts: NetCounts;
  /** How busy this process has been since it was asked last: 0 to 1. */
  readonly busy?: () => number;
}

/** What happens to a request: it comes in, it is dropped, or it is told after how many seconds to come again. */
export type Verdict = 'take' | 'drop' | { readonly retryAfterS: number };

/** Of each period, what refusals may take; the rest is dropped, and comes again by itself (RFC 3261 §17.1.2.2). */
const refusalMs = overloadPeriodMs / 20;
/** What a refusal costs besides its answer, reckoned from the CPU time of the overload bench: the socket, in and out, and reading. */
const aroundRefusalMs = 0.02;
/** These are answered by us alone, so that the time they take tells how busy we are, database included. */
const OWN: ReadonlySet<string> = new Set(['REGISTER', 'SUBSCRIBE', 'PUBLISH']);
/**
 * With less to do than this, waits are not our doing: others take the processor, and refusing would help nobody.
 */
const busyEnough = 0.8;
/** How much the last period counts in how busy we have been. */
const newest = 0.2;
/** One that is not answered by then may never be: its sender is gone, or it is not for us alone. */
const longestProbeMs = 5_000;
/** Whose names a stranger may ask for is counted by this many; more are the same to us. */
const asked = 4096;

export class SipGate implements Disposable {
  /** Closed while as much as may be was refused with an answer. */
  readonly sieve = new DatagramSieve(defaultOverloadLimits.staleMs);
  readonly #clock: Clock;
  readonly #counts: NetCounts;
  readonly #overload = new Overload(defaultOverloadLimits);
  readonly #bans = new Bans(defaultBanLimits);
  /** By peer and person, so that a phone that asks again is no scanner. */
  readonly #asked = new Set<string>();
  #timer: Disposable | undefined;
  #tickAt: MonotonicMs = 0;
  readonly #busy: () => number;
  #busyShare = 0;
  #hasArrived = false;
  #refusedMs = 0;
  /** One request at a time whose answer is waited for. */
  #probe: { readonly request: SipRequest; readonly at: MonotonicMs } | undefined;
  /** What the last of them took; it counts until the next one is answered, or could have been. */
  #lastAnswer: { readonly tookMs: number; readonly at: MonotonicMs } = { tookMs: 0, at: 0 };
  #isDisposed = false;

  constructor({ clock, counts, busy = loopBusyness() }: SipGateOptions) {
    this.#busy = busy;
    this.#clock = clock;
    this.#counts = counts;
  }

  /** Of new work, what is refused now: 0 to 0.99. */
  get refusedShare(): number {
    return this.#overload.share;
  }

  get bannedNow(): number {
    return this.#bans.current(this.#clock.now());
  }

  /** Something came: how long the longest of it has waited in the system's queue, as far as that is known. */
  arrived(waitedMs: number): void {
    this.#hasArrived = true;
    if (waitedMs > 0) this.#waited(waitedMs);
    if (this.#timer === undefined && !this.#isDisposed) this.#sleep();
  }

  /** True for a datagram that is not even read. @param isTrusted whether its peer has proven who it is. */
  drops(
    bytes: Uint8Array,
    address: string,
    port: number,
    waitedMs: number,
    isTrusted: () => boolean,
  ): boolean {
    if (this.#bans.isBanned(address, port, this.#clock.now()) && !isTrusted()) {
      this.#counts.add('banned');
      return true;
    }
    const isStale = waitedMs >= defaultOverloadLimits.staleMs;
    if (!isStale && (this.#overload.share === 0 || this.#refusedMs < refusalMs)) return false;
    const key = glanceKey(bytes);
    if (key === undefined || !(isStale || this.#overload.refuses(key))) return false;
    this.#counts.add(isStale ? 'shed_stale' : 'shed_dropped');
    return true;
  }

  judge(request: SipRequest, flow: SipFlow): Verdict {
    const now = this.#clock.now();
    if (!flow.isTrusted && this.#bans.isBanned(flow.remoteAddress, flow.remotePort, now)) {
      this.#counts.add('banned');
      return 'drop';
    }
    if (this.#overload.share > 0) {
      const key = newWorkKey(request);
      if (key !== undefined && this.#overload.refuses(key)) {
        this.#counts.add('shed_refused');
        return { retryAfterS: this.#overload.retryAfterS(key) };
      }
    }
    if (this.#probe === undefined && OWN.has(request.method)) this.#probe = { request, at: now };
    return 'take';
  }

  /** Runs what answers a refused request, and counts its time. */
  refuse(answer: () => void): void {
    const began = this.#clock.now();
    answer();
    this.#refusedMs += this.#clock.now() - began + aroundRefusalMs;
    if (this.#refusedMs >= refusalMs) this.sieve.close(this.#overload.share, this.#overload.salt);
  }

  /** A final answer was sent to a request that came on this flow. */
  answered(request: SipRequest, status: number, flow: SipFlow): void {
    const now = this.#clock.now();
    if (this.#probe?.request === request) {
      // A refusal may be quick whatever we have to do.
      if (status < 300) this.#lastAnswer = { tookMs: now - this.#probe.at, at: now };
      this.#probe = undefined;
    }
    // OPTIONS is answered to everybody, and proves nothing.
    if (status < 300 && request.method !== 'OPTIONS')
      this.#bans.granted(flow.remoteAddress, flow.remotePort, now);
    else if (status === 401 || status === 403 || status === 404 || status === 407)
      this.#suspect(request, flow);
  }

  offended(offence: Offence, flow: SipFlow): void {
    if (flow.isTrusted || flow.isInternal === true) return;
    const { remoteAddress, remotePort } = flow;
    if (this.#bans.offended(remoteAddress, remotePort, offence, this.#clock.now())) this.#counts.add('ban');
  }

  /** Of a connection that wants to be accepted. */
  isBanned(address: string): boolean {
    return this.#bans.isSourceBanned(address, this.#clock.now());
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  /** Credentials that are wrong, or one more person asked for by who is nobody yet. */
  #suspect(request: SipRequest, flow: SipFlow): void {
    if (flow.isTrusted) return;
    const { headers } = request;
    if (headers.has('Authorization') || headers.has('Proxy-Authorization')) {
      this.offended('credentials', flow);
      return;
    }
    const who = `${sourceGroup(flow.remoteAddress)} ${(headers.get('To') ?? '').slice(0, 200)}`;
    if (this.#asked.has(who)) return;
    if (this.#asked.size >= asked) this.#asked.clear();
    this.#asked.add(who);
    this.offended('stranger', flow);
  }

  #sleep(): void {
    this.#tickAt = this.#clock.now();
    this.#timer = this.#clock.after(overloadPeriodMs, () => this.#tick());
  }

  /** While there is something to do: how late this comes is how long everything waits for its turn. */
  #tick(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    const elapsedMs = now - this.#tickAt;
    this.#busyShare += newest * (this.#busy() - this.#busyShare);
    const { dropped, droppedStale, longestMs } = this.sieve.open();
    this.#counts.add('shed_dropped', dropped);
    this.#counts.add('shed_stale', droppedStale);
    this.#waited(longestMs);
    this.#waited(Math.max(0, elapsedMs - overloadPeriodMs));
    const { tookMs, at } = this.#lastAnswer;
    if (now - at <= Math.min(longestProbeMs, 2 * tookMs)) this.#overload.answered(tookMs);
    if (this.#probe !== undefined && now - this.#probe.at > longestProbeMs) this.#probe = undefined;
    this.#overload.advance(elapsedMs, now, () => randomInt(2 ** 32));
    this.#refusedMs = 0;
    if (this.#hasArrived || this.#overload.share > 0) this.#sleep();
    this.#hasArrived = false;
  }

  #waited(waitMs: number): void {
    this.#overload.waited(this.#busyShare < busyEnough ? 0 : waitMs);
  }
}

/** Of the time between two calls, what the event loop of this thread did not spend waiting. */
function loopBusyness(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
