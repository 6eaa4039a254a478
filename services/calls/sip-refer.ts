// Transfer by a phone (RFC 3515 §2.4.2, RFC 5589 §6, §7): to somebody, or to the other end of another call of its own.
import { parseSipUri, receiveRefer, referNotify, type SipRequest } from '@parley/protocol/sip';
import type { Side } from './call.ts';
import type { Floor } from './floor.ts';
import { mayManage } from './licence.ts';
import type { PhoneLeg } from './phone-leg.ts';
import { sideOf } from './sip-sides.ts';
import { blind, join } from './transfer.ts';

const LASTS_S = 60;

export async function referred(
  floor: Floor,
  side: Side,
  phone: PhoneLeg,
  request: SipRequest,
): Promise<void> {
  const { dialog } = phone;
  const { board } = floor;
  const now = board.now();
  const received = receiveRefer(request, { isFirst: true, expiresS: LASTS_S, now });
  if (!received.ok) return dialog.respond(request, received.status);
  const { referral } = received;
  const call = board.find(side.sideId)?.call;
  const { target } = referral;
  const replaces = referral.headers.find(([name]) => name.toLowerCase() === 'replaces')?.[1];
  const isClear = referral.headers.length === (replaces === undefined ? 0 : 1);
  if (call === undefined || parseSipUri(target) === undefined || !isClear)
    return dialog.respond(request, 501);
  const { id: deviceId, name: deviceName } = phone.device;
  if (!mayManage(floor.gate, { userId: side.userId, deviceId, deviceName }).ok)
    return dialog.respond(request, 403);
  dialog.respond(request, 202);
  const notify = (status: number) => {
    const { headers, body } = referNotify(referral, status, now);
    dialog.perform((session) => session.request('NOTIFY', { headers, body }));
  };
  const seat = { call, side };
  const consulted = replaces === undefined ? undefined : floor.phones?.named(replaces);
  const second = consulted === undefined ? undefined : sideOf(consulted);
  const secondCall = second === undefined ? undefined : board.find(second.sideId)?.call;
  // It hears the outcome before its own end: that is the next thing that happens.
  if (second !== undefined && secondCall !== undefined) {
    const isOwn = second.userId === side.userId && secondCall !== call;
    const isTalked = isOwn && second.shown.state === 'connected' && call.otherOf(side) !== undefined;
    notify(isTalked ? 200 : 603);
    if (isTalked) await join(floor, seat, { call: secondCall, side: second });
    return;
  }
  const found = floor.find({ dialled: target });
  notify(found.ok ? 200 : 404);
  if (found.ok) await blind(floor, seat, { userId: found.value.user.userId }, { replaces });
}
