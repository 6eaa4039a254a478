// The calls that live on this front end: found by their sides, written down one after the other, told to windows. Whoever
// changes a call commits it here. **After every change of a side: `commit`.**
import { randomBytes } from 'node:crypto';
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import type { Log } from '@parley/platform/observe';
import { Call, Side } from './call.ts';
import { type CallSide, type EndReason, sideChanged, signalled } from './contract.ts';
import { keptOf } from './kept.ts';
import type { Told } from './negotiation.ts';
import { placeOfSide } from './routes.ts';
import { type Own, saveCall } from './store.ts';
import { keepSides } from './store-adopt.ts';

const WRITE_AGAIN_MS = 5_000;

export interface SwitchboardNeeds {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly own: Own;
  readonly nodeId: string;
  /** By which other front ends find the calls of this one: the beginning of the ids of their sides. */
  readonly place: { readonly own: string };
  /** A side changed: who is in a call is published, other calls of the person are put on hold. */
  readonly changed: (side: CallSide) => void;
  /** Another front end has the call of that side: nothing more is said of it here. */
  readonly forgotten: (side: CallSide) => void;
}

export class Switchboard {
  readonly #needs: SwitchboardNeeds;
  readonly #bySide = new Map<string, { readonly call: Call; readonly side: Side }>();
  readonly #calls = new Set<Call>();

  constructor(needs: SwitchboardNeeds) {
    this.#needs = needs;
  }

  get size(): number {
    return this.#calls.size;
  }
  get calls(): Iterable<Call> {
    return this.#calls;
  }

  now(): number {
    return this.#needs.clock.wallNow();
  }

  newSide(
    parts: Pick<CallSide, 'recordId' | 'userId' | 'direction' | 'state' | 'other' | 'device' | 'video'> &
      Partial<Pick<CallSide, 'via'>>,
    clientId?: string,
  ): Side {
    return new Side(
      {
        sideId: `${this.#needs.place.own}-${randomBytes(12).toString('hex')}`,
        screen: false,
        heldByMe: false,
        heldByOther: false,
        isDirect: true,
        startedAt: this.now(),
        version: 1,
        ...parts,
      },
      clientId,
    );
  }

  open(recordId: string, near: Side): Call {
    const call = new Call(recordId, near.shown.startedAt, near);
    this.#calls.add(call);
    this.seat(call, near);
    return call;
  }

  /** A call of another front end goes on here. */
  adopt(call: Call): void {
    this.#calls.add(call);
    for (const side of call.sides) {
      this.seat(call, side);
      this.#needs.changed(side.shown);
    }
  }

  /** Another front end has it by now: its people, its media and its phones are no longer our concern. */
  forget(call: Call): void {
    if (!this.#calls.delete(call)) return;
    call.isForgotten = true;
    call.endedAt ??= this.now();
    call.stop();
    for (const side of call.sides) {
      this.#bySide.delete(side.sideId);
      side.disown();
      this.#needs.forgotten(side.shown);
    }
  }

  /** Whether a call runs here whose side was named at that place. */
  has(place: string): boolean {
    for (const sideId of this.#bySide.keys()) if (placeOfSide(sideId) === place) return true;
    return false;
  }

  /** From now on, commands for this side are for that call. */
  seat(call: Call, side: Side): void {
    this.#bySide.set(side.sideId, { call, side });
  }

  find(sideId: string) {
    return this.#bySide.get(sideId);
  }

  /** Calls in which that window speaks or rings. */
  *at(windowId: string): Iterable<{ readonly call: Call; readonly side: Side }> {
    for (const found of this.#bySide.values())
      if (found.side.leg?.windowId === windowId || found.side.rings.has(windowId)) yield found;
  }

  after(call: Call, name: string, delayMs: number, work: () => void): void {
    call.stopTimer(name);
    call.timers.set(
      name,
      this.#needs.clock.after(delayMs, () => {
        call.timers.delete(name);
        work();
      }),
    );
  }

  /** Tries later to find another media host; whoever else waits in this call does not matter for it. */
  mend(call: Call, delayMs: number, work: () => void): void {
    call.mending?.[Symbol.dispose]();
    call.mending = this.#needs.clock.after(delayMs, work);
  }

  tell(call: Call, told: readonly Told[]): void {
    const { bus, log } = this.#needs;
    for (const { windowId, signal } of told) {
      const side = call.sideAt(windowId);
      if (side === undefined) continue;
      const { userId, sideId } = side;
      bus
        .publish(signalled, { userId, windowId, sideId, signal })
        .catch((error) => log.debug({ error }, 'a window did not hear what the other end said'));
    }
  }

  /** Ends the whole call: `by` is the side that did it; `callee`: who was called and did not take it. */
  end(
    call: Call,
    reason: EndReason,
    by: Side | 'server' | 'callee',
    /** What those read for whom it is something else. */
    except: (side: Side) => EndReason = () => reason,
  ): void {
    if (call.endedAt !== undefined) return;
    const at = this.now();
    call.endedAt = at;
    call.stop();
    for (const side of call.sides) {
      const isBySide = by === side || (by === 'callee' && side !== call.near);
      side.end(except(side), by === 'server' ? 'server' : isBySide ? 'me' : 'other', at);
    }
    void this.commit(call);
  }

  /** Writes down what changed, then tells it; resolves when that is done. Without a database it is told all the same. */
  commit(call: Call): Promise<void> {
    // It would end in the books of who takes it over.
    if (call.isForgotten) return call.writing;
    const changed = call.takeChanged();
    const moved = call.takeMoved();
    if (changed.length === 0 && moved.length === 0) return call.writing;
    for (const side of changed) {
      if (side.hasEnded) this.#bySide.delete(side.sideId);
      this.#needs.changed(side.shown);
    }
    if (call.endedAt !== undefined) this.#calls.delete(call);
    const sides = changed.map((side) => ({
      side: side.shown,
      clientId: side.clientId,
      kept: keptOf(call, side),
      callIds: [...side.callIds],
    }));
    const { recordId, startedAt, answeredAt, endedAt, steps } = call;
    const record = { recordId, startedAt, answeredAt, endedAt, steps };
    call.writing = call.writing.then(async () => {
      if (sides.length > 0) await this.#write(call, record, sides);
      if (moved.length > 0) await this.#keep(moved);
    });
    return call.writing;
  }

  async #write(
    call: Call,
    record: Parameters<typeof saveCall>[2],
    kept: Parameters<typeof saveCall>[3],
  ): Promise<void> {
    const { bus, clock, log, own, place } = this.#needs;
    try {
      if (!(await saveCall(own, place.own, record, kept))) this.forget(call);
    } catch (error) {
      log.warn({ error }, 'a call goes on and is written down later');
      for (const { side } of kept) await bus.publish(sideChanged, side).catch(() => undefined);
      // What was ended while there was no database would ring for ever in the rows.
      clock.after(WRITE_AGAIN_MS, () => {
        saveCall(own, place.own, record, kept).catch(() =>
          log.warn({ error }, 'a call could not be written down'),
        );
      });
    }
  }

  async #keep(moved: Parameters<typeof keepSides>[2]): Promise<void> {
    const { log, own, place } = this.#needs;
    await keepSides(own, place.own, moved).catch((error) =>
      log.debug({ error }, 'another front end could not go on with this call as it is'),
    );
  }

  /** Ends all: this process stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    const calls = [...this.#calls];
    for (const call of calls) {
      // What its windows carry themselves, and what media hosts elsewhere carry, another front end goes on with.
      if (call.isCarriedWithout(this.#needs.nodeId)) this.forget(call);
      else this.end(call, 'failed', 'server');
    }
    await Promise.all(calls.map(({ writing }) => writing));
  }
}
