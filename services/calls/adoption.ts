// The calls of a front end that is gone go on here: out of the rows, with the windows, the media and the phones that they have.
import { Call, Side } from './call.ts';
import type { Device } from './contract.ts';
import { endOf } from './ending.ts';
import type { Floor } from './floor.ts';
import { playHold } from './joining.ts';
import type { Kept } from './kept.ts';
import type { MediaLeg } from './media-hosts.ts';
import { moveMedia } from './media-recovery.ts';
import { begin, WindowLeg } from './negotiation.ts';
import { PhoneLeg } from './phone-leg.ts';
import { speakBy } from './sip-talk.ts';
import type { KeptCall, KeptSideRow } from './store-adopt.ts';

/** A page, or a telephone, that was at the front end which is gone finds another one by then. */
export const BACK_MS = 20_000;
const PHONE_AGAIN_MS = 2_000;

export interface AdoptionNeeds {
  readonly floor: Floor;
  readonly isOpen: (userId: string, windowId: string) => boolean;
  readonly media: {
    adopt(node: string, legIds: readonly string[]): Promise<Map<string, MediaLeg>>;
    lost(legId: string, node: string): MediaLeg;
  };
  /** Ends in the books what cannot go on. */
  readonly close: (call: KeptCall, sides: readonly Side['shown'][]) => Promise<void>;
}

interface Half extends KeptSideRow {
  readonly kept: Kept;
}

export async function adopt(needs: AdoptionNeeds, calls: readonly KeptCall[]): Promise<void> {
  const legs = await adoptLegs(needs, calls);
  for (const kept of calls) {
    const pair = pairOf(kept);
    if (pair === undefined) await giveUp(needs, kept);
    else goOn(needs, kept, pair, legs);
  }
}

/** Who can go on: two that talk, by devices that are known. */
function pairOf({ sides }: KeptCall): readonly [Half, Half] | undefined {
  const halves = sides.filter(
    (one): one is Half => one.kept !== null && (one.kept.window ?? one.kept.phone) !== undefined,
  );
  const near = halves.find(({ kept }) => kept.isNear);
  const far = halves.find(({ kept }) => !kept.isNear);
  return sides.length === 2 && near !== undefined && far !== undefined ? [near, far] : undefined;
}

async function adoptLegs(
  { media }: AdoptionNeeds,
  calls: readonly KeptCall[],
): Promise<ReadonlyMap<string, MediaLeg>> {
  const kept = calls.flatMap(({ sides }) => sides.flatMap((side) => side.kept?.media ?? []));
  const byNode = Map.groupBy(kept, ({ node }) => node);
  const adopted = await Promise.all(
    [...byNode].map(async ([node, legs]) =>
      media.adopt(
        node,
        legs.map(({ legId }) => legId),
      ),
    ),
  );
  return new Map(adopted.flatMap((legs) => [...legs]));
}

function goOn(
  needs: AdoptionNeeds,
  { record }: KeptCall,
  pair: readonly [Half, Half],
  legs: ReadonlyMap<string, MediaLeg>,
): void {
  const { floor } = needs;
  const { board } = floor;
  const [near, far] = pair.map((half) => sideOf(needs, half, legs)) as [Side, Side];
  const call = new Call(record.recordId, record.startedAt, near);
  call.answeredAt = record.answeredAt;
  call.steps = record.steps;
  call.far = far;
  board.adopt(call);
  for (const side of [near, far]) {
    const { leg, phone } = side;
    if (leg !== undefined && !needs.isOpen(side.userId, leg.windowId))
      board.after(call, `window of ${side.sideId}`, BACK_MS, () => board.end(call, 'media-lost', 'server'));
    if (phone !== undefined) {
      speakBy(floor, side, phone);
      void findPhone(floor, call, side, phone, board.now() + BACK_MS);
    }
  }
  const isLost = [near, far].some(({ media }) => media?.isLost === true);
  if (isLost) void moveMedia(floor, call, board.now() + BACK_MS);
  else if (near.media === undefined && far.media === undefined) renewOpen(floor, call, pair);
}

/** An offer was on its way when the front end went: whoever made it waits for an answer that nobody has. */
function renewOpen(floor: Floor, call: Call, pair: readonly [Half, Half]): void {
  const { near } = call;
  if (near.leg !== undefined && pair.some(({ kept }) => kept.window?.isOpen === true))
    floor.board.tell(call, [begin(near.leg)]);
}

function sideOf(
  { floor, media }: AdoptionNeeds,
  { side: shown, clientId, kept }: Half,
  legs: ReadonlyMap<string, MediaLeg>,
): Side {
  const side = new Side(shown, clientId);
  side.isChanged = false;
  if (kept.window !== undefined) side.leg = new WindowLeg(kept.window.windowId, kept.window.round);
  if (kept.media !== undefined) {
    const { legId, node, pictures } = kept.media;
    side.media = legs.get(legId) ?? media.lost(legId, node);
    side.media.pictures = pictures;
  }
  if (kept.phone !== undefined && side.media !== undefined) {
    const { device, dialog } = kept.phone;
    const spoken = floor.phones?.adopt(dialog, routesTo(floor, shown.userId, device) ?? []);
    if (spoken !== undefined) {
      side.phone = new PhoneLeg(spoken, side.media, device);
      side.phone.isAnswered = true;
    }
  }
  return side;
}

/** Says to the phone where it reaches us from now on (RFC 3261 §12.2.1.1); one that lost its connection comes back first. */
async function findPhone(
  floor: Floor,
  call: Call,
  side: Side,
  phone: PhoneLeg,
  until: number,
): Promise<void> {
  const { board } = floor;
  if (call.endedAt !== undefined || phone.hasLeft || side.phone !== phone) return;
  const routes = routesTo(floor, side.userId, phone.device);
  if (routes !== undefined) phone.dialog.session?.reroute(routes);
  // Where its media is lost too, the new address is offered with it.
  if (side.media?.isLost !== true && routes !== undefined && (await phone.reoffer(directionOf(side))))
    return playHold(side);
  if (call.endedAt !== undefined || phone.hasLeft) return;
  if (board.now() >= until) board.end(call, 'media-lost', 'server');
  else
    board.after(
      call,
      `phone of ${side.sideId}`,
      PHONE_AGAIN_MS,
      () => void findPhone(floor, call, side, phone, until),
    );
}

function routesTo({ phones }: Floor, userId: string, { id }: Device): readonly string[] | undefined {
  return phones?.targetsOf(userId).find(({ device }) => device.id === id)?.routes;
}

const directionOf = ({ shown }: Side) => (shown.heldByOther ? 'sendonly' : 'sendrecv');

/** It still rang, or nobody knows by what it was talked. */
async function giveUp({ floor, close }: AdoptionNeeds, kept: KeptCall): Promise<void> {
  const at = floor.board.now();
  const ended = kept.sides.map(({ side }) => ({
    ...side,
    state: 'ended' as const,
    endedAt: at,
    end: endOf('failed', 'server'),
    version: side.version + 1,
  }));
  await close(kept, ended);
}
