// Phones and calls come together: rung beside windows, taken, brought into a call that runs; and a phone that calls.
import { randomUUID } from 'node:crypto';
import { type SessionEvent, type SipRequest, serializeNameAddr } from '@parley/protocol/sip';
import type { User } from '../identity/contract.ts';
import { type Call, partyOf, type Side } from './call.ts';
import type { Device, EndReason, Party } from './contract.ts';
import { describePhone } from './description.ts';
import { hearEarly } from './early.ts';
import { type Floor, type PhoneTarget, voicemailParty } from './floor.ts';
import { bringTogether, makeReady } from './joining.ts';
import { stopPhones } from './move.ts';
import { PhoneLeg, sdpIn, sdpParts } from './phone-leg.ts';
import { earlyEnds, isSentOnWhenBusy, ringingEnded, startRinging } from './ring.ts';
import type { Dialog } from './sip-agent.ts';
import { refusedOffer } from './sip-refused-offer.ts';
import { speakBy } from './sip-talk.ts';
import { talk } from './talk.ts';

/** Rings the phones of a person beside the windows. */
export function ringPhones(
  floor: Floor,
  call: Call,
  side: Side,
  targets: readonly PhoneTarget[] = floor.phones?.targetsOf(side.userId) ?? [],
): void {
  const caller = floor.person(call.near.userId);
  if (caller === undefined) return;
  const parts = { from: partyOf(caller), isWanted: () => call.rung.has(side) };
  for (const target of targets) {
    const heard = (phone: PhoneLeg, event: SessionEvent) =>
      heardWhileRinging(floor, call, side, phone, event);
    void ringPhone(floor, call, side, target, { ...parts, heard });
  }
}

/** Rings phones of somebody in a call: the one that is taken has the sound from then on. */
export function bringPhones(floor: Floor, call: Call, side: Side, targets: readonly PhoneTarget[]): void {
  const isWanted = () => side.shown.state === 'connected' && board.find(side.sideId) !== undefined;
  const { board } = floor;
  for (const target of targets) {
    const heard = (phone: PhoneLeg, event: SessionEvent) => heardWhileBrought(floor, side, phone, event);
    void ringPhone(floor, call, side, target, { from: side.shown.other, isWanted, heard });
  }
}

interface Ringing {
  /** Whom the phone shows. */
  readonly from: Party;
  readonly isWanted: () => boolean;
  readonly heard: (phone: PhoneLeg, event: SessionEvent) => void;
}

async function ringPhone(
  floor: Floor,
  call: Call,
  side: Side,
  target: PhoneTarget,
  { from: party, isWanted, heard }: Ringing,
): Promise<void> {
  const user = floor.person(side.userId);
  const other = call.otherOf(side) ?? call.near;
  const opened = await floor.phones!.media.open('phone', other.media, picturesOf(other));
  if (!opened.ok) return;
  const media = opened.value;
  const offered = await media.offer();
  if (!offered.ok || !isWanted() || user === undefined) {
    media.close();
    return;
  }
  const from = serializeNameAddr({ displayName: party.name, uri: `sip:${party.address}` });
  const parts = sdpParts(offered.value);
  const replaces = call.replaces === undefined ? [] : [['Replaces', call.replaces] as const];
  const dialog = floor.phones!.invite({
    uri: target.uri,
    to: serializeNameAddr({ displayName: user.name, uri: `sip:${user.address}` }),
    from,
    routes: [...target.routes],
    headers: [...parts.headers, ['P-Asserted-Identity', from], ...replaces],
    body: parts.body,
  });
  const phone = new PhoneLeg(dialog, media, target.device);
  side.phones.add(phone);
  side.callIds.add(dialog.callId);
  dialog.heard = (event) => heard(phone, event);
}

/** What a picture may be so that who waits can show it, where they want one. */
function picturesOf({ shown, leg, phone, media }: Side): readonly string[] {
  if (!shown.video) return [];
  if (media?.agreed !== undefined) return media.picture;
  const sdp = leg?.offer ?? (phone?.dialog.invite && sdpIn(phone.dialog.invite.body));
  const described = sdp === undefined ? undefined : describePhone(sdp);
  return described?.ok === true ? described.value.pictures : [];
}

function heardWhileRinging(floor: Floor, call: Call, side: Side, phone: PhoneLeg, event: SessionEvent): void {
  switch (event.kind) {
    case 'progress':
      if (!call.rung.has(side)) break;
      isRung(floor, call);
      if (event.response.body.length > 0)
        void hearEarly(floor, call, side, phone, sdpIn(event.response.body));
      break;
    case 'accepted':
      phone.isAnswered = true;
      void takenByPhone(floor, call, side, phone, sdpIn(event.response.body));
      break;
    case 'response':
      if (event.request.method !== 'INVITE' || phone.hasLeft) break;
      phone.gone();
      side.phones.delete(phone);
      if (call.rung.has(side)) refusedByPhone(floor, call, side, event.response.status);
      break;
    case 'ended':
      phone.gone();
  }
}

function refusedByPhone(floor: Floor, call: Call, side: Side, status: number): void {
  // RFC 3261 §21.6: whoever says so speaks for the person.
  const isFinal = status === 603 || status === 600;
  const isSentOn = status === 486 && isSentOnWhenBusy(floor, call, side);
  const isAskedByWindow =
    call.replaces === undefined && (side.rings.size > 0 || floor.hasWindows(side.userId));
  const isOthersTurn = side.phones.size > 0 || isAskedByWindow;
  if (!isFinal && !isSentOn && isOthersTurn) {
    earlyEnds(call);
    return;
  }
  const reason = isFinal ? 'declined' : (REASONS[status] ?? 'unreachable');
  // Nothing rang for it, and nobody missed anything.
  ringingEnded(floor, call, side, call.replaces === undefined ? reason : 'answered-elsewhere');
}

/** What it means for a call that a phone answers so. */
const REASONS: Readonly<Record<number, EndReason>> = {
  415: 'no-common-media',
  486: 'busy',
  488: 'no-common-media',
  606: 'no-common-media',
};

/** Something rings at the other end. */
export function isRung({ board }: Floor, call: Call): void {
  call.stopTimer('nobody');
  call.near.phone?.rings();
  if (call.near.shown.state !== 'trying') return;
  call.near.change({ state: 'ringing' });
  void board.commit(call);
}

async function takenByPhone(
  floor: Floor,
  call: Call,
  side: Side,
  phone: PhoneLeg,
  sdp: string,
): Promise<void> {
  const isTooSoon = floor.board.now() < side.tooSoonUntil;
  const isDescribed = call.rung.has(side) && !isTooSoon && (await phone.describes(sdp));
  if (!isDescribed && call.rung.has(side) && !phone.hasLeft) {
    // A mailbox, or it took the call and cannot speak: others may still take it.
    side.phones.delete(phone);
    phone.leave(isTooSoon ? 'answered-elsewhere' : 'no-common-media');
    return refusedByPhone(floor, call, side, isTooSoon ? 480 : 488);
  }
  const isReady = isDescribed && call.rung.has(side) && (await makeReady(floor, call, phone.media));
  if (!call.rung.has(side) || phone.hasLeft) return phone.leave('answered-elsewhere');
  side.phones.delete(phone);
  if (!isReady) {
    phone.leave('no-common-media');
    floor.board.end(call, 'no-common-media', 'server');
    return;
  }
  speakBy(floor, side, phone);
  side.anchor(phone.media);
  talk(floor, call, side, { device: phone.device, video: hasPicture(call.near, side) });
  await bringTogether(floor, call);
}

function hasPicture(near: Side, far: Side): boolean {
  return near.shown.video && (far.media?.picture.length ?? 0) > 0;
}

/** A phone that rings for a call that runs on another device. */
function heardWhileBrought(floor: Floor, side: Side, phone: PhoneLeg, event: SessionEvent): void {
  switch (event.kind) {
    case 'accepted':
      phone.isAnswered = true;
      void broughtToPhone(floor, side, phone, sdpIn(event.response.body));
      break;
    case 'response':
    case 'ended':
      if (event.kind === 'response' && event.request.method !== 'INVITE') break;
      if (!phone.hasLeft) phone.gone();
      side.phones.delete(phone);
  }
}

async function broughtToPhone(floor: Floor, side: Side, phone: PhoneLeg, sdp: string): Promise<void> {
  const isDescribed = side.phones.has(phone) && (await phone.describes(sdp));
  const call = floor.board.find(side.sideId)?.call;
  if (call?.otherOf(side) === undefined || !side.phones.delete(phone) || phone.hasLeft)
    return phone.leave('answered-elsewhere');
  if (!isDescribed) return phone.leave('no-common-media');
  stopPhones(call, side);
  side.forsakeDevice('answered-elsewhere');
  speakBy(floor, side, phone);
  side.anchor(phone.media);
  call.stopTimer(`window of ${side.sideId}`);
  side.change({ device: phone.device, screen: false });
  await bringTogether(floor, call);
  await floor.board.commit(call);
}

/** A phone calls, and the proxy left it to us. */
export async function calledByPhone(
  floor: Floor,
  dialog: Dialog,
  request: SipRequest,
  { caller, callee, device }: { readonly caller: User; readonly callee: User; readonly device: Device },
): Promise<void> {
  const { board } = floor;
  const sdp = sdpIn(request.body);
  const described = describePhone(sdp);
  const pictures = described.ok ? described.value.pictures : [];
  const opened = await floor.phones!.media.open('phone', undefined, pictures);
  if (!opened.ok) return dialog.respond(request, 503, { headers: [['Retry-After', '5']] });
  // Nobody's telephone rings for somebody who could not be heard. Held, it may stay silent for as long as that takes.
  const judged = sdp === '' ? undefined : await opened.value.answer(sdp, 'inactive');
  if (judged?.ok === false) {
    opened.value.close();
    const { status, parts } = refusedOffer(judged.fault);
    return dialog.respond(request, status, parts);
  }
  const recordId = randomUUID();
  const isOwn = callee.userId === caller.userId;
  const near = board.newSide({
    recordId,
    userId: caller.userId,
    direction: 'out',
    state: 'trying',
    other: isOwn ? voicemailParty(floor) : partyOf(callee),
    device,
    video: pictures.length > 0,
  });
  const phone = new PhoneLeg(dialog, opened.value, device);
  near.media = opened.value;
  speakBy(floor, near, phone);
  const call = board.open(recordId, near);
  if (isOwn) return await floor.voicemail.hear(call, caller);
  const plan = await floor.plan(callee.userId, partyOf(caller), [caller.userId]);
  if (call.endedAt === undefined) startRinging(floor, call, plan);
  await board.commit(call);
}
