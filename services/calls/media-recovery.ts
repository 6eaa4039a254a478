// The media of a call is lost, and the call is not: its ends are made anew at another media host, or at the same one after its
// thread began again. Phones are offered the new address (RFC 3261 §14), windows are told to begin.
import { offerFromServer } from './answer.ts';
import type { Call, Side } from './call.ts';
import type { Floor } from './floor.ts';
import { bringTogether, rehome } from './joining.ts';
import type { LossReason, MediaLeg } from './media-hosts.ts';
import { begin } from './negotiation.ts';
import { ringPhones } from './sip-phones.ts';

/** Somebody who hears nothing for longer hangs up. */
const WITHIN_MS = 3_000;
const AGAIN_MS = 500;

/** Legs are gone: with their host, or because nothing came from their peer any more. */
export function mediaLost(floor: Floor, legs: ReadonlySet<MediaLeg>, reason: LossReason): void {
  const isHostLost = reason === 'host' || reason === 'worker';
  for (const call of [...floor.board.calls]) {
    const isHit = speakersOf(call).some(({ media }) => media !== undefined && legs.has(media));
    // What was said to a voicemail is kept there; to go on elsewhere, one calls again.
    const isAttended = call.near.shown.attendedBy !== undefined;
    if (isHit && (!isHostLost || isAttended)) floor.board.end(call, 'media-lost', 'server');
    else if (isHit) void moveMedia(floor, call, floor.board.now() + WITHIN_MS);
    else if (isHostLost) ringElsewhere(floor, call);
  }
}

function speakersOf({ near, far }: Call): Side[] {
  return far === undefined ? [near] : [near, far];
}

/** @param until when the call is given up (Unix milliseconds). */
export async function moveMedia(floor: Floor, call: Call, until: number): Promise<void> {
  const { board } = floor;
  for (const side of speakersOf(call)) {
    if (side.leg === undefined || side.media?.isLost !== true) continue;
    side.anchor(undefined);
    if (call.far === undefined) board.tell(call, [begin(side.leg)]);
  }
  const anchor = speakersOf(call).find(({ phone }) => phone !== undefined);
  const isMoved = anchor?.media?.isLost !== true || (await isAtAnother(floor, anchor));
  if (call.endedAt !== undefined) return;
  if (isMoved) {
    if (anchor !== undefined) await bringTogether(floor, call);
    ringElsewhere(floor, call);
  } else if (board.now() >= until) board.end(call, 'media-lost', 'server');
  else board.mend(call, AGAIN_MS, () => void moveMedia(floor, call, until));
}

async function isAtAnother(floor: Floor, side: Side): Promise<boolean> {
  const { phone, media } = side;
  if (phone === undefined || media === undefined) return false;
  if (phone.isAnswered) return await rehome(floor, side, undefined, media.pictures);
  // It calls and was not answered: nothing was said to it of an address yet.
  const opened = await floor.phones?.media.open('phone', undefined, media.pictures);
  if (opened?.ok !== true) return false;
  phone.media = opened.value;
  side.anchor(opened.value);
  return true;
}

/** What rings was offered an end that is gone: it rings anew, with another. */
function ringElsewhere(floor: Floor, call: Call): void {
  for (const side of call.rung) {
    const beside = call.near.phone?.media.node;
    const isLost = (leg: MediaLeg) => leg.isLost || (beside !== undefined && leg.node !== beside);
    const phones = [...side.phones].filter(({ media }) => isLost(media));
    for (const phone of phones) {
      side.phones.delete(phone);
      phone.leave('answered-elsewhere');
    }
    const devices = new Set(phones.map(({ device }) => device.id));
    const targets = floor.phones?.targetsOf(side.userId).filter(({ device }) => devices.has(device.id));
    if (devices.size > 0) ringPhones(floor, call, side, targets);
    for (const [windowId, media] of [...side.windowMedia]) {
      if (!isLost(media)) continue;
      side.windowMedia.delete(windowId);
      media.close();
      void offerFromServer(floor, { call, side }, windowId);
    }
  }
}
