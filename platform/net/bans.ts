// Who sends garbage, scans or floods is not listened to for a while: a score for each peer and each source that decays by
// itself, and bans that grow with each time and are forgotten as slowly. Pure, with time as an argument. Used by sip-gate.ts.
import type { MonotonicMs } from './clock.ts';
import { sourceGroup } from './net-address.ts';

/** What counts against a peer, and how much. A score falls by one each second. */
export const offences = {
  /** Not SIP, or not what a SIP element sends. */
  malformed: 2,
  /** Says itself that it is a tool for breaking in. */
  scanner: 60,
  /** Asks for one more person without proving to be anybody. */
  stranger: 0.5,
  /** Credentials that are wrong. */
  credentials: 2,
  /** More than a source may send, each. */
  flood: 0.05,
} as const;

export type Offence = keyof typeof offences;

export interface BanLimits {
  /** Of one address and port. */
  readonly peerScore: number;
  /** Of a whole source: behind one address there may be a large office. */
  readonly sourceScore: number;
  /** What each request that was granted adds to the score of its source that is borne, for an hour. */
  readonly grantScore: number;
  readonly firstMs: number;
  readonly longestMs: number;
  /** Each ban is so many times as long as the one before. */
  readonly growth: number;
  /** Without an offence for so long, the next ban is one step shorter. */
  readonly forgetMs: number;
  /** How many peers and sources are remembered. */
  readonly entries: number;
}

export const defaultBanLimits: BanLimits = {
  peerScore: 100,
  sourceScore: 1_000,
  grantScore: 20,
  firstMs: 10_000,
  longestMs: 60 * 60_000,
  growth: 4,
  forgetMs: 10 * 60_000,
  entries: 50_000,
};

const grantMs = 60 * 60_000;
const orderMs = 1_000;

interface Entry {
  score: number;
  scoredAt: MonotonicMs;
  /** Bans so far, less those forgotten. */
  bans: number;
  bannedUntil: MonotonicMs;
}

/** Granted requests of a source, fading within an hour. */
interface Grants {
  count: number;
  at: MonotonicMs;
  /** When it was put last in the order of use. */
  orderedAt: MonotonicMs;
}

export class Bans {
  readonly #limits: BanLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #grants = new Map<string, Grants>();
  /** Until the last of them ends there may be somebody to look for. */
  #lastEndsAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(limits: BanLimits) {
    this.#limits = limits;
  }

  /** Bans since the start. */
  get count(): number {
    return this.#count;
  }

  /** How many are banned now. */
  current(now: MonotonicMs): number {
    if (now >= this.#lastEndsAt) return 0;
    let count = 0;
    for (const { bannedUntil } of this.#entries.values()) if (bannedUntil > now) count++;
    return count;
  }

  isBanned(address: string, port: number, now: MonotonicMs): boolean {
    if (now >= this.#lastEndsAt) return false;
    return this.#isHeld(peerOf(address, port), now) || this.#isHeld(sourceGroup(address), now);
  }

  /** Of a whole source: before it is known which port it speaks from, and for connections, whose ports change. */
  isSourceBanned(address: string, now: MonotonicMs): boolean {
    return now < this.#lastEndsAt && this.#isHeld(sourceGroup(address), now);
  }

  /** A request of this peer was granted: it is who it says, and what it did wrong before is forgotten. */
  granted(address: string, port: number, now: MonotonicMs): void {
    if (this.#entries.size > 0) this.#entries.delete(peerOf(address, port));
    const source = sourceGroup(address);
    const held = this.#grants.get(source);
    const count = this.#grantsOf(source, now) + 1;
    // The order of the map is that of last use, and a second more or less is no matter there.
    if (held !== undefined && now - held.orderedAt < orderMs) {
      held.count = count;
      held.at = now;
    } else keep(this.#grants, source, { count, at: now, orderedAt: now }, this.#limits.entries);
  }

  /** @returns whether it is banned by this. */
  offended(address: string, port: number, offence: Offence, now: MonotonicMs): boolean {
    const source = sourceGroup(address);
    const { peerScore, sourceScore, grantScore } = this.#limits;
    const borne = sourceScore + this.#grantsOf(source, now) * grantScore;
    const isPeerBanned = this.#raise(peerOf(address, port), offence, peerScore, now);
    return this.#raise(source, offence, borne, now) || isPeerBanned;
  }

  #grantsOf(source: string, now: MonotonicMs): number {
    const grants = this.#grants.get(source);
    return grants === undefined ? 0 : grants.count * Math.max(0, 1 - (now - grants.at) / grantMs);
  }

  #raise(key: string, offence: Offence, borne: number, now: MonotonicMs): boolean {
    const { firstMs, longestMs, growth, forgetMs, entries } = this.#limits;
    const entry = this.#entries.get(key) ?? { score: 0, scoredAt: now, bans: 0, bannedUntil: 0 };
    const quietMs = now - Math.max(entry.scoredAt, entry.bannedUntil);
    entry.bans = Math.max(0, entry.bans - Math.max(0, Math.floor(quietMs / forgetMs)));
    entry.score = Math.max(0, entry.score - (now - entry.scoredAt) / 1000) + offences[offence];
    entry.scoredAt = now;
    keep(this.#entries, key, entry, entries);
    if (entry.score < borne || entry.bannedUntil > now) return false;
    entry.bannedUntil = now + Math.min(longestMs, firstMs * growth ** entry.bans);
    entry.bans++;
    entry.score = 0;
    this.#count++;
    this.#lastEndsAt = Math.max(this.#lastEndsAt, entry.bannedUntil);
    return true;
  }

  #isHeld(key: string, now: MonotonicMs): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.bannedUntil > now;
  }
}

function peerOf(address: string, port: number): string {
  return `${address} ${port}`;
}

/** The map keeps the order of last use; whoever was quiet longest goes first. */
function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value!);
}
