// Ringing by a plan: stages one after the other, in each of them everything together; then the last resort. Windows say that
// they ring; where none does in a few seconds, nobody is there.
import type { CallPlan, RingTarget } from '../call-routing/contract.ts';
import { type Call, partyOf, type Side } from './call.ts';
import { CALLS_AT_ONCE, type CallSide, type EndReason } from './contract.ts';
import type { Floor } from './floor.ts';

/** Longer than a page needs to hear of it and say so, over a slow line too. */
export const NOBODY_RINGS_MS = 5_000;

const BY_CALLEE: ReadonlySet<EndReason> = new Set(['declined', 'busy', 'unanswered']);

type Via = NonNullable<CallSide['via']>;
type RuleTarget = Exclude<RingTarget, { kind: 'devices' }>;

export interface Ringing {
  readonly plan: CallPlan;
  /** Said to those whose devices ring. */
  readonly via: Via | undefined;
  /** Nobody took it; what else than the end comes then. */
  readonly failed: (reason: EndReason) => void;
  /** It comes back to somebody: voicemail takes none of these. */
  readonly isReturned: boolean;
  stage: number;
  /** Rings that wait for their delay. */
  waiting: number;
}

const ringings = new WeakMap<Call, Ringing>();

/** @param failed instead of the end of the call. */
export function startRinging(
  floor: Floor,
  call: Call,
  plan: CallPlan,
  { via, failed }: { readonly via?: Via | undefined; readonly failed?: (reason: EndReason) => void } = {},
): void {
  const ringing: Ringing = {
    plan,
    via,
    failed:
      failed ??
      ((reason) => {
        const by = BY_CALLEE.has(reason) ? 'callee' : 'server';
        floor.board.end(call, reason, by, (side) => reasonFor(call, side, reason));
      }),
    isReturned: failed !== undefined,
    stage: -1,
    waiting: 0,
  };
  ringings.set(call, ringing);
  call.steps = [...call.steps, ...plan.steps];
  nextStage(floor, call, ringing);
}

/** Nobody is rung any more, whatever was planned. */
export function stopRinging(floor: Floor, call: Call, reason: EndReason, by: Side | 'server'): void {
  ringings.delete(call);
  call.stopTimers();
  const at = floor.board.now();
  for (const side of [...call.rung]) {
    side.end(reason, by === 'server' ? 'server' : by === side ? 'me' : 'other', at);
    call.leave(side);
  }
}

/** One of those whose devices ring does not want it, or cannot. */
export function ringingEnded(floor: Floor, call: Call, side: Side, reason: EndReason): void {
  side.end(reason, 'me', floor.board.now());
  call.leave(side);
  const ringing = ringings.get(call);
  if (ringing !== undefined && ringing.waiting === 0) {
    if (call.rung.size === 0) nextStage(floor, call, ringing, reason);
    // Who is left has nothing that rings, and has declined nothing.
    else if (isQuiet(floor, call)) stageIsOver(floor, call, ringing, 'unanswered');
  }
  void floor.board.commit(call);
}

function nextStage(floor: Floor, call: Call, ringing: Ringing, reason?: EndReason): void {
  ringing.stage += 1;
  ringing.waiting = 0;
  call.stopTimers();
  const stage = ringing.plan.stages[ringing.stage];
  const isRefusedByPerson = reason === 'declined';
  const isSentOn = reason === 'busy' && sentOnTo(ringing.plan, reason) !== undefined;
  if (stage === undefined || isRefusedByPerson || isSentOn) {
    lastResort(floor, call, ringing, reason);
    return;
  }
  const { board } = floor;
  earlyEnds(call);
  for (const [index, { target, delayS, tooSoonMs }] of stage.rings.entries()) {
    if (delayS === 0) {
      ring(floor, call, ringing, target, tooSoonMs);
      continue;
    }
    ringing.waiting += 1;
    board.after(call, `ring ${index}`, delayS * 1000, () => {
      ringing.waiting -= 1;
      ring(floor, call, ringing, target, tooSoonMs);
      void board.commit(call);
    });
  }
  board.after(call, 'stage', stage.forS * 1000, () => stageIsOver(floor, call, ringing, 'unanswered'));
  if (ringing.waiting > 0) return;
  if (isQuiet(floor, call)) {
    // In a turn of its own: whoever began this has to answer first.
    board.after(call, 'nobody', 0, () => stageIsOver(floor, call, ringing, 'unreachable'));
    return;
  }
  board.after(call, 'nobody', NOBODY_RINGS_MS, () => {
    if ([...call.rung].every(({ rings, userId }) => rings.size === 0 && !hasPhones(floor, userId)))
      stageIsOver(floor, call, ringing, 'unreachable');
  });
}

/**
 * A device of the person called says that they are busy.
 * @returns whether their rules send the call elsewhere then: nothing rings for it any more.
 */
export function isSentOnWhenBusy(floor: Floor, call: Call, side: Side): boolean {
  const ringing = ringings.get(call);
  const isCalled = side.userId === call.near.shown.other.userId;
  if (ringing === undefined || !isCalled || ringing.plan.busy === null) return false;
  if (sentOnTo(ringing.plan, 'busy') === undefined) return false;
  const at = floor.board.now();
  for (const other of [...call.rung]) {
    if (other === side) continue;
    other.end('forwarded', 'server', at);
    call.leave(other);
  }
  ringing.waiting = 0;
  call.stopTimers();
  return true;
}

/** The phone that was heard early is gone, and others ring. */
export function earlyEnds(call: Call): void {
  if (call.early?.hasLeft !== true) return;
  call.early = undefined;
  call.near.media?.play('ringback');
}

function hasPhones({ phones }: Floor, userId: string): boolean {
  return (phones?.targetsOf(userId) ?? []).length > 0;
}

function isQuiet(floor: Floor, call: Call): boolean {
  return [...call.rung].every(({ userId }) => !floor.hasWindows(userId) && !hasPhones(floor, userId));
}

function stageIsOver(floor: Floor, call: Call, ringing: Ringing, reason: EndReason): void {
  if (ringings.get(call) !== ringing) return;
  const next = ringing.plan.stages[ringing.stage + 1];
  const goOn = new Set((next?.rings ?? []).map(({ target }) => personOf(target)));
  const to = sentOnTo(ringing.plan);
  const isLast = next === undefined && (to === undefined || to.kind === 'voicemail');
  // At the very end all sides end together, with the call.
  if (!isLast)
    for (const side of [...call.rung]) {
      if (goOn.has(side.userId)) continue;
      side.end(reason === 'unreachable' ? 'unreachable' : 'forwarded', 'server', floor.board.now());
      call.leave(side);
    }
  nextStage(floor, call, ringing, reason);
  void floor.board.commit(call);
}

function lastResort(floor: Floor, call: Call, ringing: Ringing, reason: EndReason = 'unreachable'): void {
  const { lastly } = ringing.plan;
  const target = sentOnTo(ringing.plan, reason);
  if (target?.kind === 'voicemail') {
    ringings.delete(call);
    lastVoicemail(floor, call, ringing, reason);
    return;
  }
  if (target !== undefined && reason !== 'declined') {
    ringings.delete(call);
    const person = ringing.plan.steps.length === 0 ? undefined : call.near.shown.other;
    const via: Via | undefined = person === undefined ? ringing.via : { kind: 'forward', by: person };
    startRinging(floor, call, { ...planFor(target), steps: [] }, { via, failed: ringing.failed });
    return;
  }
  ringings.delete(call);
  const planned = lastly.kind === 'refuse' && reason === 'unanswered' ? lastly.reason : reason;
  ringing.failed(planned);
}

function lastVoicemail(floor: Floor, call: Call, ringing: Ringing, reason: EndReason): void {
  const { lastly } = ringing.plan;
  const userId = lastly.kind === 'voicemail' ? lastly.userId : call.near.shown.other.userId;
  const fails = () => ringing.failed(reason);
  // Nothing rang, by a rule of the person's own: they have missed it all the same.
  if (ringing.plan.stages.length === 0 && userId !== undefined) addMissed(floor, call, userId);
  if (ringing.isReturned || reason === 'declined' || userId === undefined) fails();
  else void floor.voicemail.take(call, userId, fails);
}

/** Where a call goes that nobody took. */
function sentOnTo({ lastly, busy }: CallPlan, reason?: EndReason): RuleTarget | undefined {
  if (reason === 'busy' && busy !== null) return busy;
  if (lastly.kind === 'target') return lastly.target;
  return lastly.kind === 'voicemail' ? { kind: 'voicemail' } : undefined;
}

function addMissed(floor: Floor, call: Call, userId: string): void {
  if ([...call.rung].some((side) => side.userId === userId) || userId === call.near.userId) return;
  call.rung.add(sideFor(floor, call, userId, undefined));
}

/** What the caller reads of why those who rang did not take it, and what they read themselves. */
function reasonFor(call: Call, side: Side, reason: EndReason): EndReason {
  return side === call.near || reason !== 'declined' ? reason : 'unanswered';
}

function personOf(target: RingTarget): string | undefined {
  return target.kind === 'devices' || target.kind === 'user' ? target.userId : undefined;
}

/** Rings the devices of somebody as long as a telephone rings, and nothing else. */
export function planFor(target: RuleTarget | RingTarget): CallPlan {
  return {
    stages: [{ rings: [{ target, delayS: 0 }], forS: RING_S }],
    lastly: { kind: 'refuse', reason: 'unanswered' },
    busy: null,
    steps: [],
  };
}

export const RING_S = 30;

function ring(floor: Floor, call: Call, ringing: Ringing, target: RingTarget, tooSoonMs = 0): void {
  const userId = target.kind === 'number' ? userOf(floor, target.number) : personOf(target);
  if (userId === undefined || userId === call.near.userId) return;
  if (floor.isBarred(userId, call.near.userId)) return;
  if ([...call.rung].some((side) => side.userId === userId)) return;
  const isForwarded = target.kind !== 'devices';
  const by = call.near.shown.other;
  const via = ringing.via ?? (isForwarded && by.userId !== userId ? { kind: 'forward', by } : undefined);
  const { board } = floor;
  const side = sideFor(floor, call, userId, via as Via | undefined);
  // Only the phone that talks already is asked; nothing rings.
  if (call.replaces !== undefined) side.change({ state: 'trying', device: talkingPhone(floor, userId) });
  side.tooSoonUntil = board.now() + tooSoonMs;
  call.rung.add(side);
  board.seat(call, side);
  floor.phones?.ring(call, side);
  // Who is in that many calls hears nothing of one more but the missed call.
  void floor.load(userId, side.sideId).then(
    ({ running }) => {
      if (running < CALLS_AT_ONCE || !call.rung.has(side)) return;
      ringingEnded(floor, call, side, 'busy');
    },
    () => undefined,
  );
}

/** Nobody is asked on a window while that phone is: the first of the person's stands for it. */
function talkingPhone({ phones }: Floor, userId: string): CallSide['device'] {
  return phones?.targetsOf(userId)[0]?.device ?? null;
}

function sideFor(floor: Floor, call: Call, userId: string, via: Via | undefined): Side {
  const caller = floor.person(call.near.userId);
  return floor.board.newSide({
    recordId: call.recordId,
    userId,
    direction: 'in',
    state: 'ringing',
    other: caller === undefined ? call.near.shown.other : partyOf(caller),
    device: null,
    video: call.near.shown.video,
    ...(via === undefined ? {} : { via }),
  });
}

function userOf(floor: Floor, number: string): string | undefined {
  const found = floor.find({ dialled: number });
  return found.ok ? found.value.user.userId : undefined;
}
