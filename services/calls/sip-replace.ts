// A phone takes the place of another in a call of ours (RFC 3891 §3): it was referred to us, or it is another phone of the same
// person.
import type { SipRequest } from '@parley/protocol/sip';
import type { User } from '../identity/contract.ts';
import { partyOf, type Side } from './call.ts';
import type { Device } from './contract.ts';
import type { Floor } from './floor.ts';
import { bringTogether } from './joining.ts';
import { PhoneLeg, sdpIn, sdpParts } from './phone-leg.ts';
import type { Dialog } from './sip-agent.ts';
import { sideOf } from './sip-sides.ts';
import { speakBy } from './sip-talk.ts';

/** @param replaced a dialog of ours with the phone that leaves. */
export async function replacedByPhone(
  floor: Floor,
  dialog: Dialog,
  request: SipRequest,
  { caller, device, replaced }: { readonly caller: User; readonly device: Device; readonly replaced: Dialog },
): Promise<void> {
  const { board } = floor;
  const leaves = sideOf(replaced);
  const call = leaves === undefined ? undefined : board.find(leaves.sideId)?.call;
  const stays = leaves === undefined ? undefined : call?.otherOf(leaves);
  if (leaves === undefined || call === undefined || stays === undefined) return dialog.respond(request, 481);
  if (leaves.shown.state !== 'connected') return dialog.respond(request, 481);
  if (caller.userId === stays.userId || floor.isBarred(stays.userId, caller.userId))
    return dialog.respond(request, 403);
  const opened = await floor.phones?.media.open('phone', stays.media);
  if (opened?.ok !== true) return dialog.respond(request, 503, { headers: [['Retry-After', '5']] });
  const media = opened.value;
  const phone = new PhoneLeg(dialog, media, device);
  const isLate = request.body.length === 0;
  const described = isLate ? await media.offer() : await media.answer(sdpIn(request.body));
  const sdp = described.ok ? sdpOf(described.value) : undefined;
  if (sdp === undefined || leaves.hasEnded || stays.hasEnded) {
    media.close();
    return dialog.respond(request, sdp === undefined ? 488 : 481);
  }
  phone.isAnswered = true;
  dialog.respond(request, 200, sdpParts(sdp));
  const side = caller.userId === leaves.userId ? leaves : successor(floor, leaves, caller, device);
  if (side === leaves) {
    leaves.forsakeDevice('answered-elsewhere');
    leaves.change({ device });
  } else {
    leaves.end('transferred', 'me', board.now());
    if (call.near === leaves) call.near = side;
    else call.far = side;
    call.leave(leaves);
    board.seat(call, side);
    const via = { kind: 'transfer', by: stays.shown.other } as const;
    stays.change({ other: partyOf(caller), via, heldByMe: false, heldByOther: false, screen: false });
  }
  speakBy(floor, side, phone);
  side.anchor(media);
  await bringTogether(floor, call);
  await board.commit(call);
}

const sdpOf = (described: string | { readonly sdp: string }) =>
  typeof described === 'string' ? described : described.sdp;

/** Who goes on in the place of somebody: a side of their own in the same call. */
function successor({ board }: Floor, leaves: Side, { userId }: User, device: Device): Side {
  const { recordId, other, direction } = leaves.shown;
  const parts = { recordId, userId, direction, state: 'connected', other, device, video: false } as const;
  const side = board.newSide(parts);
  side.change({ answeredAt: board.now(), isDirect: false });
  return side;
}
