// A call is taken: from now on the two talk, and everything else stops ringing.
import { type Call, partyOf, type Side } from './call.ts';
import type { Device } from './contract.ts';
import { findConversation } from './conversation.ts';
import type { Floor } from './floor.ts';
import { stopRinging } from './ring.ts';

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
  call.early = undefined;
  call.replaces = undefined;
  stopRinging(floor, call, 'answered-elsewhere', side);
  call.answeredAt ??= at;
  const isDirect = side.media === undefined;
  side.change({ state: 'connected', device, answeredAt: at, video, isDirect });
  const user = floor.person(side.userId);
  const other = user === undefined ? call.near.shown.other : partyOf(user);
  const answeredAt = call.near.shown.answeredAt ?? at;
  call.near.change({ state: 'connected', answeredAt, video, other, isDirect });
  void board.commit(call);
  void findConversation(floor, call);
}
