// Two ends of a call come together, whatever each of them is: windows speak to each other, and what speaks with a phone has an
// end at the phone's media host. Used wherever an end is another device than before: taken, transferred, moved.
import type { Call, Side } from './call.ts';
import { findConversation } from './conversation.ts';
import type { Floor } from './floor.ts';
import type { MediaLeg } from './media-hosts.ts';
import { begin, renew } from './negotiation.ts';
import { sdpIn, sdpParts } from './phone-leg.ts';

/** **Who stands in the call and who holds whom is said before.** The call ends where the two have nothing in common. */
export async function bringTogether(floor: Floor, call: Call): Promise<void> {
  const { near, far } = call;
  if (far === undefined || call.endedAt !== undefined) return;
  void findConversation(floor, call);
  if (near.phone === undefined && far.phone === undefined) return speakDirectly(floor, call, near, far);
  const [anchor, other] = near.phone === undefined ? [far, near] : [near, far];
  for (const side of [near, far]) if (side.shown.isDirect) side.change({ isDirect: false });
  const isReady = await isBeside(floor, call, other, anchor);
  if (call.endedAt !== undefined || isReady === 'later') return;
  if (!isReady) return floor.board.end(call, 'no-common-media', 'server');
  await anchor.media?.join(other.media ?? null);
  for (const side of [near, far]) playHold(side);
}

/** Brings the end of this side to the media host of a phone. @returns `later` where its window is to make an offer first. */
async function isBeside(floor: Floor, call: Call, side: Side, anchor: Side): Promise<boolean | 'later'> {
  const at = anchor.media;
  if (at === undefined) return false;
  if (side.media?.node === at.node && !side.media.isLost) return true;
  if (side.phone !== undefined) return await rehome(floor, side, at);
  const { leg } = side;
  if (leg === undefined) return false;
  if (side.media === undefined && leg.state === 'offered') return await anchorWindow(floor, call, side, at);
  if (side.media === undefined && leg.state === 'beginning') return 'later';
  side.anchor(undefined);
  floor.board.tell(call, [begin(leg)]);
  return 'later';
}

/** A phone whose end is at another host is offered one at this; or at any, where its own is lost. */
export async function rehome(
  floor: Floor,
  side: Side,
  beside?: MediaLeg,
  pictures = beside?.picture,
): Promise<boolean> {
  const { phone } = side;
  const opened = await floor.phones?.media.open('phone', beside, pictures);
  if (opened?.ok !== true || phone === undefined) return false;
  const media = opened.value;
  if (!(await phone.reoffer(side.shown.heldByOther ? 'sendonly' : 'sendrecv', media))) {
    media.close();
    return false;
  }
  side.anchor(media);
  return true;
}

/** The open offer of a window is answered by an end beside that one. */
export async function anchorWindow(
  floor: Floor,
  call: Call,
  side: Side,
  beside: MediaLeg | undefined,
  { isEarly = false }: { readonly isEarly?: boolean } = {},
): Promise<boolean> {
  const { leg } = side;
  const offer = leg?.offer;
  if (leg === undefined || offer === undefined) return false;
  const opened = await floor.phones?.media.open('browser', beside, beside?.picture ?? []);
  if (opened?.ok !== true) return false;
  const media = opened.value;
  const answered = await media.answer(offer);
  if (!answered.ok || side.hasEnded || side.leg !== leg) {
    media.close();
    return false;
  }
  for (const { candidate } of leg.candidates) media.candidate(candidate);
  side.anchor(media);
  const { round } = leg;
  // Windows that still ring are given the same offer.
  if (!isEarly) leg.settles();
  floor.board.tell(call, [
    { windowId: leg.windowId, signal: { kind: 'answer', round, sdp: answered.value.sdp } },
  ]);
  return true;
}

/** The end of who waits is made ready for the one that answers. @returns false where they have nothing in common. */
export async function makeReady(floor: Floor, call: Call, beside: MediaLeg): Promise<boolean> {
  const { near } = call;
  if (near.phone !== undefined) return await answerPhone(near, beside.picture);
  const { leg } = near;
  if (leg === undefined) return false;
  if (near.media?.node === beside.node) {
    leg.settles();
    return true;
  }
  // It heard somebody at another host before anybody answered, or it is about to offer anew.
  if (near.media !== undefined || leg.offer === undefined) return true;
  return await anchorWindow(floor, call, near, beside);
}

/** The end of who waits is answered by itself: at the other end is nobody but the server. */
export async function anchorAlone(floor: Floor, call: Call): Promise<MediaLeg | undefined> {
  const { near } = call;
  const { leg, media } = near;
  if (near.phone !== undefined && !(await answerPhone(near, []))) return undefined;
  if (near.phone === undefined && media === undefined)
    return (await anchorWindow(floor, call, near, undefined)) ? near.media : undefined;
  // It heard somebody before, or it rang for it.
  leg?.settles();
  near.media?.play(null);
  await near.media?.join(null);
  return near.media;
}

/** A phone that called is answered; where it made no offer, ours stands in the 200 (RFC 3261 §13.2.1). */
async function answerPhone(side: Side, picture: readonly string[]): Promise<boolean> {
  const { phone } = side;
  const invite = phone?.dialog.invite;
  if (phone === undefined) return false;
  const { media } = phone;
  side.media = media;
  if (phone.isAnswered || invite === undefined) return phone.isAnswered;
  let sdp = phone.earlyAnswer;
  if (invite.body.length === 0) {
    const offered = await media.offer();
    sdp = offered.ok ? offered.value : undefined;
  } else if (sdp === undefined) {
    media.pictures = media.pictures.filter((name) => picture.includes(name));
    const answered = await media.answer(sdpIn(invite.body));
    sdp = answered.ok ? answered.value.sdp : undefined;
  }
  if (sdp === undefined || phone.hasLeft) return false;
  phone.isAnswered = true;
  phone.dialog.respond(invite, 200, sdpParts(sdp));
  return true;
}

function speakDirectly({ board }: Floor, call: Call, near: Side, far: Side): void {
  for (const side of [near, far]) {
    side.anchor(undefined);
    if (!side.shown.isDirect) side.change({ isDirect: true });
  }
  const [from, to] = far.leg?.state === 'offered' ? [far, near] : [near, far];
  if (from.leg === undefined || to.leg === undefined) return;
  board.tell(call, from.leg.state === 'offered' ? renew(from.leg, to.leg) : [begin(from.leg)]);
}

/** Who is on hold hears music from the media host. */
export function playHold({ media, phone, shown }: Side): void {
  media?.play(shown.heldByOther ? 'music' : null);
  const direction = shown.heldByOther ? 'sendonly' : 'sendrecv';
  if (phone !== undefined && phone.direction !== direction) void phone.reoffer(direction);
}
