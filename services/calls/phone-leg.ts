// One phone in a call: its dialog with us, and its end at a media host. How it is told of an end stands here.

import type { Device, EndReason } from './contract.ts';
import type { Direction, MediaLeg } from './media-hosts.ts';
import type { Dialog } from './sip-agent.ts';

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

export class PhoneLeg {
  readonly dialog: Dialog;
  readonly media: MediaLeg;
  readonly device: Device;
  isAnswered = false;
  isRinging = false;
  #hasLeft = false;

  constructor(dialog: Dialog, media: MediaLeg, device: Device) {
    this.dialog = dialog;
    this.media = media;
    this.device = device;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** The phone ended it, and needs no word. */
  gone(): void {
    this.#hasLeft = true;
    this.media.close();
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
    else if (invite !== undefined) this.dialog.respond(invite, STATUS[reason] ?? 480);
    // RFC 3326 §2: a phone shows no missed call for one that somebody else took.
    else this.dialog.cancel(reason === 'answered-elsewhere' ? [COMPLETED_ELSEWHERE] : []);
  }

  /** A new offer to it: on hold, or back. */
  async reoffer(direction: Direction): Promise<void> {
    const offered = await this.media.offer(direction);
    if (!offered.ok || this.#hasLeft) return;
    this.dialog.perform((session) => {
      const outputs = session.invite(sdpParts(offered.value));
      if (outputs.some(({ kind }) => kind === 'notNow')) this.media.rollback();
      return outputs.filter(({ kind }) => kind !== 'notNow');
    });
  }
}

const COMPLETED_ELSEWHERE: readonly [string, string] = [
  'Reason',
  'SIP;cause=200;text="Call completed elsewhere"',
];
