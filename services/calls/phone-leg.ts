// One phone in a call: its dialog with us, and its end at a media host. How it is told of an end, and of a change of its media,
// stands here.
import { callErrors, type Device, type EndReason } from './contract.ts';
import type { Direction, MediaLeg } from './media-hosts.ts';
import type { Dialog } from './sip-agent.ts';
import { refusalParts } from './sip-refused-offer.ts';

const SDP: readonly [string, string] = ['Content-Type', 'application/sdp'];
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const sdpParts = (sdp: string) => ({ headers: [SDP], body: encoder.encode(sdp) });
export const sdpIn = (body: Uint8Array) => decoder.decode(body);

/** What a phone that called hears of why nobody took it. */
const STATUS: Readonly<Partial<Record<EndReason, number>>> = {
  declined: 603,
  busy: 486,
  'not-found': 404,
  'no-common-media': 488,
  refused: 403,
  failed: 503,
};

/** Changes of its media in ten seconds: fingers press no key more often. */
const MOST_CHANGES = 20;
const CHANGES_MS = 10_000;

export class PhoneLeg {
  media: MediaLeg;
  readonly dialog: Dialog;
  readonly device: Device;
  isAnswered = false;
  isRinging = false;
  /** What it was answered before the call was taken: early media. Its 200 says the same (RFC 3261 §13.2.1). */
  earlyAnswer: string | undefined;
  #hasLeft = false;
  /** Offers of ours to it, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #direction: Direction = 'sendrecv';
  #described: Promise<boolean> | undefined;
  #answered: ((sdp: string | undefined) => void) | undefined;
  /** An offer could not be made, because something was in the way. */
  #owes = false;
  #changes = { since: 0, count: 0 };

  constructor(dialog: Dialog, media: MediaLeg, device: Device) {
    this.dialog = dialog;
    this.media = media;
    this.device = device;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** As it was offered last. */
  get direction(): Direction {
    return this.#direction;
  }

  /** Its answer to the first offer: before it takes the call, or with its 200, which then says the same. */
  describes(sdp: string): Promise<boolean> {
    this.#described ??= this.media.accept(sdp).then(({ ok }) => {
      if (!ok) this.#described = undefined;
      return ok;
    });
    return this.#described;
  }

  /** The phone ended it, and needs no word. */
  gone(): void {
    this.#hasLeft = true;
    this.answered(undefined);
    this.media.close();
  }

  /** Another front end speaks with it from now on. */
  disown(): void {
    this.media.disown();
    this.gone();
  }

  /** Tells a phone that called that somebody's rings. */
  rings(): void {
    const { invite } = this.dialog;
    if (this.isRinging || this.isAnswered || invite === undefined) return;
    this.isRinging = true;
    this.dialog.respond(invite, 180, { reliable: false });
  }

  /** Ends it, however far it is; idempotent. */
  leave(reason: EndReason): void {
    if (this.#hasLeft) return;
    this.gone();
    const { invite } = this.dialog;
    if (this.isAnswered) this.dialog.perform((session) => session.bye());
    else if (invite !== undefined) this.dialog.respond(invite, STATUS[reason] ?? 480, partsOf(reason));
    // RFC 3326 §2: a phone shows no missed call for one that somebody else took.
    else this.dialog.cancel(reason === 'answered-elsewhere' ? [COMPLETED_ELSEWHERE] : []);
  }

  /**
   * A new offer to it: on hold, or back; with `media`, for an end at another media host.
   * @returns whether it took it.
   */
  reoffer(direction: Direction = this.#direction, media?: MediaLeg): Promise<boolean> {
    this.#direction = direction;
    const turn = this.#turn.then(() => this.#offer(direction, media ?? this.media));
    this.#turn = turn;
    return turn;
  }

  async #offer(direction: Direction, media: MediaLeg): Promise<boolean> {
    const offered = await media.offer(direction);
    if (!offered.ok) {
      this.#owes = true;
      return false;
    }
    const answer = await new Promise<string | undefined>((resolve) => {
      const { session } = this.dialog;
      if (this.#hasLeft || session === undefined || session.isOver) return resolve(undefined);
      this.#answered = resolve;
      this.dialog.perform((talk) => {
        const outputs = talk.invite(sdpParts(offered.value));
        this.#owes = outputs.some(({ kind }) => kind === 'notNow');
        if (this.#owes) this.answered(undefined);
        return outputs.filter(({ kind }) => kind !== 'notNow');
      });
    });
    if (answer === undefined) {
      media.rollback();
      return false;
    }
    const accepted = await media.accept(answer);
    if (!accepted.ok || media === this.media) return accepted.ok;
    this.media.close();
    this.media = media;
    return true;
  }

  /** A request of its own is over, which may have been in the way of our offer (RFC 3261 §14.1). */
  offerOwed(): void {
    if (!this.#owes) return;
    this.#owes = false;
    void this.reoffer();
  }

  /** @returns false for a storm of changes. */
  mayChange(now: number): boolean {
    if (now - this.#changes.since >= CHANGES_MS) this.#changes = { since: now, count: 0 };
    this.#changes.count += 1;
    return this.#changes.count <= MOST_CHANGES;
  }

  /** What it said to the last offer; undefined where it refused. */
  answered(sdp: string | undefined): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(sdp);
  }
}

function partsOf(reason: EndReason) {
  return reason === 'no-common-media'
    ? refusalParts(488, callErrors.fault('CALL_NO_COMMON_MEDIA').fault)
    : {};
}

const COMPLETED_ELSEWHERE: readonly [string, string] = [
  'Reason',
  'SIP;cause=200;text="Call completed elsewhere"',
];
