// What a phone says in a call that it is in: hold, another offer, keys, an end, a transfer.
import { parseEvent, type SessionEvent, type SipRequest, VOICE_QUALITY_EVENT } from '@parley/protocol/sip';
import type { Side } from './call.ts';
import type { Floor } from './floor.ts';
import type { Direction } from './media-hosts.ts';
import { type PhoneLeg, sdpIn, sdpParts } from './phone-leg.ts';
import { referred } from './sip-refer.ts';
import { refusedOffer } from './sip-refused-offer.ts';
import { seatDialog } from './sip-sides.ts';

/** From now on this side speaks by that phone. */
export function speakBy(floor: Floor, side: Side, phone: PhoneLeg): void {
  side.leg = undefined;
  side.phone = phone;
  side.callIds.add(phone.dialog.callId);
  seatDialog(phone.dialog, side);
  phone.dialog.heard = (event) => heardInCall(floor, side, phone, event);
}

/** @param side whose phone it is; the call that it is in may be another by now. */
export function heardInCall(floor: Floor, side: Side, phone: PhoneLeg, event: SessionEvent): void {
  switch (event.kind) {
    case 'request':
      void asked(floor, side, phone, event.request).then(() => phone.offerOwed());
      break;
    case 'accepted':
      if (event.response.body.length > 0) phone.answered(sdpIn(event.response.body));
      break;
    case 'acknowledged':
      if (event.request.body.length > 0) void answeredLate(floor, side, phone, event.request);
      phone.offerOwed();
      break;
    case 'response':
      if (event.request.method === 'INVITE') phone.answered(undefined);
      break;
    case 'refreshDue':
    case 'retryDue':
      void phone.reoffer();
      break;
    case 'cancelled':
    case 'ended': {
      if (phone.hasLeft) break;
      phone.gone();
      const call = floor.board.find(side.sideId)?.call;
      // Another device has taken its place.
      if (call === undefined || side.phone !== phone) break;
      if (event.kind === 'cancelled') floor.board.end(call, 'cancelled', side);
      else if (event.by === 'them') floor.board.end(call, 'hung-up', side);
      else floor.board.end(call, 'media-lost', 'server');
    }
  }
}

/** The answer to an offer that stood in our 200 (RFC 3264 §5). */
async function answeredLate(floor: Floor, side: Side, phone: PhoneLeg, { body }: SipRequest): Promise<void> {
  const accepted = await phone.media.accept(sdpIn(body));
  const call = floor.board.find(side.sideId)?.call;
  if (accepted.ok) heldByPhone(floor, side, accepted.value.audio.direction);
  else if (call !== undefined && side.phone === phone) floor.board.end(call, 'no-common-media', 'server');
}

/** A request of the phone within the call. */
async function asked(floor: Floor, side: Side, phone: PhoneLeg, request: SipRequest): Promise<void> {
  const { dialog, media } = phone;
  switch (request.method) {
    case 'INVITE':
    case 'UPDATE': {
      // RFC 3261 §14.2: 500 with Retry-After is for who changes again before the last change is over.
      if (!phone.mayChange(floor.board.now()))
        return dialog.respond(request, 500, { headers: [['Retry-After', '10']] });
      if (request.body.length === 0) {
        const offered = await media.offer(phone.direction);
        if (offered.ok) return dialog.respond(request, 200, sdpParts(offered.value));
        const { status, parts } = refusedOffer(offered.fault);
        return dialog.respond(request, status, parts);
      }
      const answered = await media.answer(sdpIn(request.body), phone.direction);
      if (!answered.ok) {
        const { status, parts } = refusedOffer(answered.fault);
        return dialog.respond(request, status, parts);
      }
      dialog.respond(request, 200, sdpParts(answered.value.sdp));
      heldByPhone(floor, side, answered.value.agreed.audio.direction);
      return;
    }
    case 'REFER':
      return await referred(floor, side, phone, request);
    case 'INFO':
      return pressedByInfo(floor, side, phone, request);
    case 'NOTIFY':
      if (isQualityReport(request)) floor.phoneReported(side.shown, sdpIn(request.body));
      return dialog.respond(request, 200);
    case 'OPTIONS':
      return dialog.respond(request, 200);
    default:
      return dialog.respond(request, 405);
  }
}

/** Hold as the phone said it: who waits hears music. @param direction as our end has it. */
function heldByPhone({ board }: Floor, side: Side, direction: Direction): void {
  const held = direction === 'recvonly' || direction === 'inactive';
  const call = board.find(side.sideId)?.call;
  if (call === undefined || side.shown.heldByMe === held) return;
  const other = call.otherOf(side);
  side.change({ heldByMe: held });
  other?.change({ heldByOther: held });
  other?.media?.play(held ? 'music' : null);
  void board.commit(call);
}

const INFO_KEYS: ReadonlySet<string> = new Set(['application/dtmf-relay', 'application/dtmf']);
const LONGEST_INFO_BYTES = 200;

/** Keys as many phones send them outside of the sound; the other end hears them as events (RFC 4733 §2.3). */
function pressedByInfo(floor: Floor, side: Side, phone: PhoneLeg, request: SipRequest): void {
  const { headers, body } = request;
  const type = (headers.get('Content-Type') ?? '').split(';')[0]!.trim().toLowerCase();
  const isKeys = INFO_KEYS.has(type);
  const key = isKeys && body.length <= LONGEST_INFO_BYTES ? keyIn(sdpIn(body)) : undefined;
  // RFC 6086 §4.2.2: what it carries is not known here, or it carries nothing.
  const refusal = body.length === 0 ? 200 : isKeys ? 400 : 415;
  phone.dialog.respond(request, key === undefined ? refusal : 200);
  if (key === undefined) return;
  phone.media.keyHeard(key.key, key.durationMs);
  floor.board.find(side.sideId)?.call.otherOf(side)?.media?.pressKeys(key.key);
}

const USUAL_MS = 160;

/** `Signal=5` and `Duration=160`, or the key alone. */
export function keyIn(text: string): { readonly key: string; readonly durationMs: number } | undefined {
  const signal = /^\s*(?:Signal\s*=\s*)?([0-9A-Da-d*#]|1[0-5])\s*$/im.exec(text)?.[1];
  if (signal === undefined) return undefined;
  // RFC 4733 §3.2: some phones send the number of the event.
  const key = signal.length === 2 ? '*#ABCD'[Number(signal) - 10]! : signal.toUpperCase();
  const durationMs = Number(/^\s*Duration\s*=\s*(\d{1,5})\s*$/im.exec(text)?.[1] ?? USUAL_MS);
  return { key, durationMs };
}

/** What the contract of quality takes, as text. */
const REPORT_BYTES = 5_000;

function isQualityReport({ headers, body }: SipRequest): boolean {
  return parseEvent(headers.get('Event') ?? '')?.type === VOICE_QUALITY_EVENT && body.length <= REPORT_BYTES;
}
