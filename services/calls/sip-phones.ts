// Phones in calls: rung beside windows, taken, held from there, referred; and a phone that calls somebody's windows.
import { randomUUID } from 'node:crypto';
import {
  parseSipUri,
  receiveRefer,
  referNotify,
  type SessionEvent,
  type SipRequest,
  serializeNameAddr,
} from '@parley/protocol/sip';
import type { User } from '../identity/contract.ts';
import { type Call, partyOf, type Side } from './call.ts';
import type { Device, EndReason } from './contract.ts';
import type { Floor, PhoneTarget } from './floor.ts';
import type { MediaLeg } from './media-hosts.ts';
import { PhoneLeg, sdpIn, sdpParts } from './phone-leg.ts';
import { ringingEnded, startRinging, stopRinging } from './ring.ts';
import type { Dialog } from './sip-agent.ts';
import { blind } from './transfer.ts';

/** Rings the phones of a person beside the windows. */
export function ringPhones(floor: Floor, call: Call, side: Side): void {
  const user = floor.person(side.userId);
  if (user === undefined) return;
  for (const target of floor.phones?.targetsOf(side.userId) ?? [])
    void ringPhone(floor, call, side, user, target);
}

async function ringPhone(
  floor: Floor,
  call: Call,
  side: Side,
  user: User,
  target: PhoneTarget,
): Promise<void> {
  const opened = await floor.phones!.media.open('phone');
  if (!opened.ok) return;
  const media = opened.value;
  const offered = await media.offer();
  const caller = floor.person(call.near.userId);
  if (!offered.ok || !call.rung.has(side) || caller === undefined) {
    media.close();
    return;
  }
  const from = { displayName: caller.name, uri: `sip:${caller.address}` };
  const parts = sdpParts(offered.value);
  const dialog = floor.phones!.invite({
    uri: target.uri,
    to: serializeNameAddr({ displayName: user.name, uri: `sip:${user.address}` }),
    from: serializeNameAddr(from),
    routes: [...target.routes],
    headers: [...parts.headers, ['P-Asserted-Identity', serializeNameAddr(from)]],
    body: parts.body,
  });
  const phone = new PhoneLeg(dialog, media, target.device);
  side.phones.add(phone);
  dialog.heard = (event) => heardWhileRinging(floor, call, side, phone, event);
}

function heardWhileRinging(floor: Floor, call: Call, side: Side, phone: PhoneLeg, event: SessionEvent): void {
  switch (event.kind) {
    case 'progress':
      if (call.rung.has(side)) isRung(floor, call);
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
  if (!isFinal && (side.phones.size > 0 || side.rings.size > 0 || floor.hasWindows(side.userId))) return;
  const reason: EndReason = isFinal ? 'declined' : status === 486 ? 'busy' : 'unreachable';
  ringingEnded(floor, call, side, reason);
}

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
  if (!call.rung.has(side)) return phone.leave('answered-elsewhere');
  const accepted = await phone.media.accept(sdp);
  const near = accepted.ok && call.rung.has(side) ? await anchorNear(floor, call, phone.media) : undefined;
  if (!call.rung.has(side)) return phone.leave('answered-elsewhere');
  side.phones.delete(phone);
  if (near === undefined) {
    phone.leave('no-common-media');
    floor.board.end(call, 'no-common-media', 'server');
    return;
  }
  side.phone = phone;
  side.anchor(phone.media);
  phone.dialog.heard = (event) => heardInCall(floor, side, phone, event);
  talk(floor, call, side, { device: phone.device, video: false });
  await near.join(phone.media);
}

/** The end of who waits, at the host of the one that answers: its answer goes there. */
export async function anchorNear(floor: Floor, call: Call, beside: MediaLeg): Promise<MediaLeg | undefined> {
  const { near } = call;
  if (near.phone !== undefined) {
    const { phone } = near;
    near.media = phone.media;
    if (phone.isAnswered) return phone.media;
    const invite = phone.dialog.invite!;
    const answered = await phone.media.answer(sdpIn(invite.body));
    if (!answered.ok || phone.hasLeft) return undefined;
    phone.isAnswered = true;
    phone.dialog.respond(invite, 200, sdpParts(answered.value.sdp));
    return phone.media;
  }
  const { leg } = near;
  if (leg?.offer === undefined) return undefined;
  const opened = await floor.phones!.media.open('browser', beside);
  if (!opened.ok) return undefined;
  const media = opened.value;
  const { offer, round, candidates } = leg;
  const answered = await media.answer(offer);
  if (!answered.ok || near.hasEnded) {
    media.close();
    return undefined;
  }
  for (const { candidate } of candidates) media.candidate(candidate);
  near.anchor(media);
  media.happened = ({ kind }) => {
    if (kind === 'lost' && near.media === media) floor.board.end(call, 'media-lost', 'server');
  };
  leg.settles();
  floor.board.tell(call, [
    { windowId: leg.windowId, signal: { kind: 'answer', round, sdp: answered.value.sdp } },
  ]);
  return media;
}

/** From now on the two talk: everything else stops ringing. */
export function talk(
  floor: Floor,
  call: Call,
  side: Side,
  { device, video }: { readonly device: Device; readonly video: boolean },
): void {
  const { board } = floor;
  const at = board.now();
  side.quiet('answered-elsewhere');
  call.rung.delete(side);
  call.far = side;
  stopRinging(floor, call, 'answered-elsewhere', side);
  call.answeredAt ??= at;
  const isDirect = side.media === undefined;
  side.change({ state: 'connected', device, answeredAt: at, video, isDirect });
  const user = floor.person(side.userId);
  const other = user === undefined ? call.near.shown.other : partyOf(user);
  const answeredAt = call.near.shown.answeredAt ?? at;
  call.near.change({ state: 'connected', answeredAt, video, other, isDirect });
  void board.commit(call);
}

/** @param side whose phone it is; the call that it is in may be another by now. */
function heardInCall(floor: Floor, side: Side, phone: PhoneLeg, event: SessionEvent): void {
  const call = floor.board.find(side.sideId)?.call;
  switch (event.kind) {
    case 'request':
      void asked(floor, side, phone, event.request);
      break;
    case 'accepted':
      if (event.response.body.length > 0) void phone.media.accept(sdpIn(event.response.body));
      break;
    case 'acknowledged':
      if (event.request.body.length > 0) void phone.media.accept(sdpIn(event.request.body));
      break;
    case 'response':
      if (event.request.method === 'INVITE') phone.media.rollback();
      break;
    case 'refreshDue':
      void phone.reoffer(side.shown.heldByOther ? 'sendonly' : 'sendrecv');
      break;
    case 'cancelled':
    case 'ended':
      if (phone.hasLeft) break;
      phone.gone();
      if (call === undefined) break;
      if (event.kind === 'cancelled') floor.board.end(call, 'cancelled', side);
      else
        floor.board.end(
          call,
          event.by === 'them' ? 'hung-up' : 'media-lost',
          event.by === 'them' ? side : 'server',
        );
  }
}

/** A request of the phone within the call. */
async function asked(floor: Floor, side: Side, phone: PhoneLeg, request: SipRequest): Promise<void> {
  const { dialog, media } = phone;
  switch (request.method) {
    case 'INVITE':
    case 'UPDATE': {
      if (request.body.length === 0) {
        const offered = await media.offer();
        dialog.respond(request, offered.ok ? 200 : 488, offered.ok ? sdpParts(offered.value) : {});
        return;
      }
      const answered = await media.answer(sdpIn(request.body));
      if (!answered.ok) {
        dialog.respond(request, 488, { headers: [['Warning', '399 parley "No codec in common."']] });
        return;
      }
      dialog.respond(request, 200, sdpParts(answered.value.sdp));
      const { direction } = answered.value.agreed.audio;
      heldByPhone(floor, side, direction === 'recvonly' || direction === 'inactive');
      return;
    }
    case 'REFER':
      return await referred(floor, side, phone, request);
    case 'INFO':
    case 'NOTIFY':
    case 'OPTIONS':
      return dialog.respond(request, 200);
    default:
      return dialog.respond(request, 405);
  }
}

/** Hold as the phone said it by its offer: who waits hears music. */
function heldByPhone({ board }: Floor, side: Side, held: boolean): void {
  const call = board.find(side.sideId)?.call;
  if (call === undefined || side.shown.heldByMe === held) return;
  const other = call.otherOf(side);
  side.change({ heldByMe: held });
  other?.change({ heldByOther: held });
  other?.media?.play(held ? 'music' : null);
  void board.commit(call);
}

/** RFC 3515 §2.4.2, RFC 5589 §6: a blind transfer by the phone. */
async function referred(floor: Floor, side: Side, phone: PhoneLeg, request: SipRequest): Promise<void> {
  const { dialog } = phone;
  const now = floor.board.now();
  const received = receiveRefer(request, { isFirst: true, expiresS: 60, now });
  if (!received.ok) return dialog.respond(request, received.status);
  const call = floor.board.find(side.sideId)?.call;
  const uri = parseSipUri(received.referral.target);
  if (call === undefined || uri === undefined || received.referral.headers.length > 0)
    return dialog.respond(request, 501);
  dialog.respond(request, 202);
  const notify = (status: number) => {
    const { headers, body } = referNotify(received.referral, status, now);
    dialog.perform((session) => session.request('NOTIFY', { headers, body }));
  };
  const found = floor.find({ dialled: received.referral.target });
  // It hears the outcome before its own end: that is the next thing that happens.
  notify(found.ok ? 200 : 404);
  if (found.ok) await blind(floor, { call, side }, { dialled: received.referral.target });
}

/** A phone calls, and the proxy left it to us. */
export async function calledByPhone(
  floor: Floor,
  dialog: Dialog,
  request: SipRequest,
  { caller, callee, device }: { readonly caller: User; readonly callee: User; readonly device: Device },
): Promise<void> {
  const { board } = floor;
  const opened = await floor.phones!.media.open('phone');
  if (!opened.ok) return dialog.respond(request, 503, { headers: [['Retry-After', '5']] });
  const recordId = randomUUID();
  const near = board.newSide({
    recordId,
    userId: caller.userId,
    direction: 'out',
    state: 'trying',
    other: partyOf(callee),
    device,
    video: false,
  });
  const phone = new PhoneLeg(dialog, opened.value, device);
  near.phone = phone;
  near.media = opened.value;
  dialog.heard = (event) => heardInCall(floor, near, phone, event);
  const call = board.open(recordId, near);
  const plan = await floor.plan(callee.userId, partyOf(caller), [caller.userId]);
  if (call.endedAt === undefined) startRinging(floor, call, plan);
  await board.commit(call);
}
