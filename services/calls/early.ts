// A phone that is called says something before anybody has taken the call: the caller hears it, as long as that rings.
import type { Call, Side } from './call.ts';
import type { Floor } from './floor.ts';
import { anchorWindow } from './joining.ts';
import { type PhoneLeg, sdpIn, sdpParts } from './phone-leg.ts';

/** RFC 3960 §3.2: the first of those that ring, and no other. */
export async function hearEarly(
  floor: Floor,
  call: Call,
  side: Side,
  phone: PhoneLeg,
  sdp: string,
): Promise<void> {
  const { near } = call;
  // Who was in the call already hears that it rings.
  if (call.early !== undefined || call.answeredAt !== undefined) return;
  call.early = phone;
  if (!(await phone.describes(sdp)) || !isStill(call, side, phone)) return;
  const isAnswered =
    near.phone === undefined
      ? near.media === undefined && (await anchorWindow(floor, call, near, phone.media, { isEarly: true }))
      : await answerEarly(near.phone, phone);
  if (isAnswered && isStill(call, side, phone)) await near.media?.join(phone.media);
}

/** The phone that calls: 183 with what its 200 will say. A phone without an offer hears it when the call is taken. */
async function answerEarly(caller: PhoneLeg, { media }: PhoneLeg): Promise<boolean> {
  const { invite } = caller.dialog;
  if (invite === undefined || invite.body.length === 0 || caller.isAnswered) return false;
  caller.media.pictures = caller.media.pictures.filter((name) => media.picture.includes(name));
  const answered = await caller.media.answer(sdpIn(invite.body));
  if (!answered.ok || caller.hasLeft || caller.isAnswered) return false;
  const { sdp } = answered.value;
  caller.earlyAnswer = sdp;
  caller.dialog.respond(invite, 183, { ...sdpParts(sdp), reliable: false });
  return true;
}

function isStill(call: Call, side: Side, phone: PhoneLeg): boolean {
  return call.rung.has(side) && !phone.hasLeft && call.endedAt === undefined;
}
