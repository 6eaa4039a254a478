// A person's mailbox as its pages see it: what policy and licence allow, greeting, PIN.
import { createHash } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { HeldView } from '@parley/platform/bus';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import type { Policy, Settings } from '../policy/contract.ts';
import { type PolicyView, settingsFor } from '../policy/view.ts';
import {
  AUDIO_PIECE_BYTES,
  type Mailbox,
  type putGreeting,
  type setMailbox,
  voicemailErrors,
} from './contract.ts';
import { greetingOf } from './greeting.ts';
import { mayTakeMessages, type VoicemailGate } from './licence.ts';
import { isWeakPin, LOCKED_MS, WRONG_PINS } from './pin.ts';
import { type Own, piecesOf } from './store.ts';
import * as rows from './store-mailbox.ts';

const { fault } = voicemailErrors;
/** Ten thousand PINs are guessed at once whatever they cost; the lock keeps them from being tried. */
const PIN_COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface MailboxNeeds {
  readonly own: Own;
  readonly directory: HeldView<Directory, User>;
  readonly policies: HeldView<PolicyView, Policy>;
  readonly gate: VoicemailGate;
  readonly accessNumber: string;
  now(): number;
}

export class Mailboxes {
  readonly #needs: MailboxNeeds;

  constructor(needs: MailboxNeeds) {
    this.#needs = needs;
  }

  settings(userId: string): Settings {
    const { directory, policies } = this.#needs;
    const department = directory.current.users.get(userId)?.department ?? '';
    return settingsFor(policies.current, { userId, department });
  }

  isAllowed(userId: string): boolean {
    const user = this.#needs.directory.current.users.get(userId);
    if (user === undefined || user.disabled || !this.settings(userId).voicemail) return false;
    return mayTakeMessages(this.#needs.gate, userId);
  }

  async get(userId: string): Promise<Outcome<Mailbox>> {
    const row = await rows.mailboxOf(this.#needs.own, userId);
    return done({
      allowed: this.isAllowed(userId),
      greeting: row.greetingId === null ? 'standard' : { durationMs: row.greetingMs, at: row.greetingAt },
      hasPin: row.pinHash !== null,
      mailCopy: row.mailCopy,
      keptDays: this.settings(userId).voicemailDays,
      accessNumber: this.#needs.accessNumber,
    });
  }

  async change(asked: RequestOf<typeof setMailbox>): Promise<Outcome<Mailbox>> {
    const { own, directory } = this.#needs;
    const { userId, mailCopy, pin, greeting } = asked;
    if (!this.isAllowed(userId)) return fault('VOICEMAIL_NOT_ALLOWED');
    const number = directory.current.users.get(userId)?.phone ?? undefined;
    if (typeof pin === 'string' && isWeakPin(pin, number)) return fault('VOICEMAIL_WEAK_PIN');
    const pinHash = typeof pin === 'string' ? await hash(pin, PIN_COST) : pin;
    await rows.changeMailbox(own, userId, {
      ...(mailCopy === undefined ? {} : { mail_copy: mailCopy }),
      // A new PIN opens what wrong ones have locked.
      ...(pinHash === undefined ? {} : { pin_hash: pinHash, wrong_pins: 0, locked_until: 0 }),
      ...(greeting === undefined ? {} : { greeting_id: null }),
    });
    return this.get(userId);
  }

  async putGreeting(asked: RequestOf<typeof putGreeting>): Promise<Outcome<Mailbox>> {
    const { userId, uploadId, offset, totalBytes, data } = asked;
    if (!this.isAllowed(userId)) return fault('VOICEMAIL_NOT_ALLOWED');
    const piece = Buffer.from(data, 'base64');
    const isLast = offset + piece.length === totalBytes;
    if (offset % AUDIO_PIECE_BYTES !== 0 || (!isLast && piece.length !== AUDIO_PIECE_BYTES))
      return fault('VOICEMAIL_BAD_AUDIO');
    const { own, now } = this.#needs;
    // An id of somebody else's names nothing of theirs.
    const greetingId = createHash('sha256').update(`${userId} ${uploadId}`).digest('hex').slice(0, 40);
    const nth = offset / AUDIO_PIECE_BYTES;
    const one = { greetingId, userId, bytes: totalBytes, now: now() };
    const held = await rows.putGreetingPiece(own, one, nth, piece);
    if (held < 0) return fault('VOICEMAIL_BAD_AUDIO');
    return held === totalBytes ? this.#takeGreeting(userId, greetingId) : this.get(userId);
  }

  /** A greeting that was spoken into a telephone. */
  async bringGreeting(userId: string, recordingId: string, sound: Buffer): Promise<Outcome<Mailbox>> {
    const { own, now } = this.#needs;
    const one = { greetingId: recordingId, userId, bytes: sound.length, now: now() };
    for (const [nth, piece] of piecesOf(sound).entries()) await rows.putGreetingPiece(own, one, nth, piece);
    return this.#takeGreeting(userId, recordingId);
  }

  /** All of it is here. */
  async #takeGreeting(userId: string, greetingId: string): Promise<Outcome<Mailbox>> {
    const { own, now } = this.#needs;
    const sound = greetingOf(await rows.greetingBytes(own, greetingId));
    if (sound === undefined) {
      await rows.dropGreeting(own, greetingId);
      return fault('VOICEMAIL_BAD_AUDIO');
    }
    await rows.useGreeting(own, userId, { greetingId, ...sound, at: now() });
    return this.get(userId);
  }

  /** @returns whether it was right; `locked`: no PIN is, for a while. */
  async checkPin(userId: string, pin: string): Promise<boolean | 'locked'> {
    const { own, now } = this.#needs;
    const { pinHash, lockedUntil } = await rows.mailboxOf(own, userId);
    if (lockedUntil > now()) return 'locked';
    if (pinHash === null) return true;
    if (await verify(pinHash, pin)) {
      await rows.changeMailbox(own, userId, { wrong_pins: 0 });
      return true;
    }
    const isLocked = await rows.countWrongPin(own, userId, {
      most: WRONG_PINS,
      lockedUntil: now() + LOCKED_MS,
    });
    return isLocked ? 'locked' : false;
  }
}
