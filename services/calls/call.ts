// One logical call and its sides: identity and lifecycle only. What may happen to it stands in the files named for the
// rule: ring.ts, answer.ts, hold.ts, transfer.ts …
import type { CallSide, EndReason, Party } from './contract.ts';
import { endOf } from './ending.ts';
import { type Kept, keptOf } from './kept.ts';
import type { MediaLeg } from './media-hosts.ts';
import type { WindowLeg } from './negotiation.ts';
import type { PhoneLeg } from './phone-leg.ts';
import type { Step } from './store.ts';

type End = NonNullable<CallSide['end']>;
type Changes = Partial<Omit<CallSide, 'sideId' | 'userId' | 'version'>>;

/** A person's part in a call. */
export class Side {
  shown: CallSide;
  readonly clientId: string | undefined;
  /** Where its sound is. */
  leg: WindowLeg | undefined;
  /** The same where it is a phone. */
  phone: PhoneLeg | undefined;
  /** Under which the person's phones spoke. */
  readonly callIds = new Set<string>();
  #media: MediaLeg | undefined;
  /** Windows of the person that ring. */
  readonly rings = new Set<string>();
  /** Phones of the person that ring. */
  readonly phones = new Set<PhoneLeg>();
  /** What the server offered to the windows that ring, where a phone calls. */
  readonly windowMedia = new Map<string, MediaLeg>();
  /** Who answers before is a mailbox. */
  tooSoonUntil = 0;
  /** Changed since it was written down. */
  isChanged = true;
  /** What of it was written down for another front end. */
  keptText = '';

  constructor(shown: CallSide, clientId?: string) {
    this.shown = shown;
    this.clientId = clientId;
  }

  get sideId(): string {
    return this.shown.sideId;
  }
  get userId(): string {
    return this.shown.userId;
  }
  /** The end at a media host, where media goes through the server. */
  get media(): MediaLeg | undefined {
    return this.#media;
  }
  set media(media: MediaLeg | undefined) {
    this.#media = media;
    if (media !== undefined) media.of = this;
  }
  get hasEnded(): boolean {
    return this.shown.state === 'ended';
  }

  change(changes: Changes): void {
    this.shown = { ...this.shown, ...changes, version: this.shown.version + 1 };
    this.isChanged = true;
  }

  /** Idempotent. */
  end(reason: EndReason, by: End['by'], at: number): void {
    if (this.hasEnded) return;
    this.change({ state: 'ended', end: endOf(reason, by), endedAt: at });
    this.quiet(reason);
    this.forsakeDevice(reason);
  }

  /** Nothing of the person rings any more. */
  quiet(reason: EndReason): void {
    this.rings.clear();
    for (const phone of this.phones) phone.leave(reason);
    this.phones.clear();
    for (const media of this.windowMedia.values()) if (media !== this.media) media.close();
    this.windowMedia.clear();
  }

  /** The end at a media host that it has from now on. */
  anchor(media: MediaLeg | undefined): void {
    if (this.media !== media) this.media?.close();
    this.media = media;
  }

  /** Another front end has it by now; nobody is told anything. */
  disown(): void {
    this.media?.disown();
    this.phone?.disown();
    for (const phone of this.phones) phone.disown();
    for (const media of this.windowMedia.values()) media.disown();
  }

  /** Another window, or a phone, has the sound from now on. */
  forsakeDevice(reason: EndReason): void {
    this.leg = undefined;
    this.phone?.leave(reason);
    this.phone = undefined;
    this.anchor(undefined);
  }
}

export class Call {
  readonly recordId: string;
  readonly startedAt: number;
  answeredAt: number | undefined;
  endedAt: number | undefined;
  /** Another front end goes on with it: what is still on its way here is written down no more. */
  isForgotten = false;
  /** Why it went where it went. */
  steps: readonly Step[] = [];
  /** Who waits for an answer, or talks. */
  near: Side;
  /** Who answered. */
  far: Side | undefined;
  /** Those whose devices ring. */
  readonly rung = new Set<Side>();
  /** Before anybody answers: the phone whose sound the caller hears already. */
  early: PhoneLeg | undefined;
  /** Phones that ring are asked to take the place of that call of theirs (RFC 3891 §6.1). */
  replaces: string | undefined;
  /** What the open offer of one of the two wants, until it is answered. */
  proposal: { readonly video?: boolean | undefined; readonly screen?: boolean | undefined } | undefined;
  /** The window of who waits has made the offer that it was asked for. */
  whenOffered: (() => void) | undefined;
  /** Ends what is being done with time: the ringing, a window that is away. */
  readonly timers = new Map<string, Disposable>();
  /** Seeks another media host. */
  mending: Disposable | undefined;
  /** Writes of this call, one after the other. */
  writing: Promise<void> = Promise.resolve();
  /** Sides that ended and are to be written down. */
  readonly #gone: Side[] = [];

  constructor(recordId: string, startedAt: number, near: Side) {
    this.recordId = recordId;
    this.startedAt = startedAt;
    this.near = near;
  }

  /** Those in it now. */
  get sides(): Side[] {
    return [this.near, ...(this.far === undefined ? [] : [this.far]), ...this.rung];
  }

  otherOf(side: Side): Side | undefined {
    return side === this.near ? this.far : side === this.far ? this.near : undefined;
  }

  /** The side that speaks or rings in that window. */
  sideAt(windowId: string): Side | undefined {
    return this.sides.find(({ leg, rings }) => leg?.windowId === windowId || rings.has(windowId));
  }

  /** A side that leaves while the call goes on. */
  leave(side: Side): void {
    this.rung.delete(side);
    if (this.far === side) this.far = undefined;
    this.#gone.push(side);
  }

  /** What is to be written down, once. */
  takeChanged(): Side[] {
    const changed = [...this.#gone.splice(0), ...this.sides].filter(({ isChanged }) => isChanged);
    for (const side of changed) side.isChanged = false;
    return changed;
  }

  /** Of sides that did not change themselves: where they would be found by another front end. */
  takeMoved(): { sideId: string; kept: Kept }[] {
    const moved = [];
    for (const side of this.sides) {
      const kept = keptOf(this, side);
      const text = kept === undefined ? '' : JSON.stringify(kept);
      if (text === side.keptText) continue;
      side.keptText = text;
      if (kept !== undefined) moved.push({ sideId: side.sideId, kept });
    }
    return moved;
  }

  /** It goes on where that process stops: it is talked, and no media goes through it. */
  isCarriedWithout(nodeId: string): boolean {
    const { near, far } = this;
    return (
      far !== undefined && this.rung.size === 0 && near.media?.node !== nodeId && far.media?.node !== nodeId
    );
  }

  stopTimer(name: string): void {
    this.timers.get(name)?.[Symbol.dispose]();
    this.timers.delete(name);
  }

  /** Over: nothing of it waits any more. */
  stop(): void {
    this.stopTimers();
    this.mending?.[Symbol.dispose]();
    this.mending = undefined;
  }

  stopTimers(): void {
    for (const name of [...this.timers.keys()]) this.stopTimer(name);
  }
}

/** How a person of ours is named to others. */
export function partyOf(user: {
  readonly userId: string;
  readonly address: string;
  readonly name: string;
}): Party {
  return { userId: user.userId, address: user.address, name: user.name };
}
