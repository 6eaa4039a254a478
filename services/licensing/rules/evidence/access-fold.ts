// Access that needs a CAL, folded into edges as it comes (licensing rule M2): person, device, product and level with the
// first and last day and a count, in columns. Events with an id count once, however often and in whatever order they come.

import { dayNumber, dayOf } from '../day.ts';
import type { CalKind } from '../model.ts';
import { ENTERPRISE, levels, STANDARD } from '../optimise/access-graph.ts';
import { IdTable } from './id-table.ts';
import { PairTable } from './pair-table.ts';

export interface AccessEvent {
  readonly userId: string | null;
  readonly deviceId: string | null;
  readonly product: string;
  readonly level: CalKind;
  readonly day: string;
  /** Named by whoever recorded it, so that telling it twice does no harm. */
  readonly eventId?: string;
}

export interface AccessEdge {
  readonly userId: string | null;
  readonly deviceId: string | null;
  readonly product: string;
  readonly level: CalKind;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly count: number;
}

export type Recorded = 'recorded' | 'known' | 'too-late' | 'bad-day' | 'nobody';

/** Of every edge, by its number. */
interface Columns {
  user: Int32Array;
  device: Int32Array;
  kind: Int32Array;
  first: Int32Array;
  last: Int32Array;
  count: Float64Array;
}

const FIRST_CAPACITY = 1024;

export class AccessFold {
  readonly #users = new IdTable();
  readonly #devices = new IdTable();
  readonly #products = new IdTable();
  readonly #edges = new PairTable();
  /** Named events: which edge and day each belongs to. */
  readonly #named = new Map<string, { readonly edge: number; readonly day: number }>();
  #columns = columns(FIRST_CAPACITY);
  /** Named events before this day are not told apart any more. */
  #horizon = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#edges.size;
  }

  record({ userId, deviceId, product, level, day, eventId }: AccessEvent): Recorded {
    const number = dayNumber(day);
    if (number === undefined) return 'bad-day';
    if (userId === null && deviceId === null) return 'nobody';
    if (eventId !== undefined) {
      if (this.#named.has(eventId)) return 'known';
      if (number < this.#horizon) return 'too-late';
    }
    const edge = this.#edgeOf(userId, deviceId, product, level === 'enterprise' ? ENTERPRISE : STANDARD);
    this.#see(edge, number, number, 1);
    if (eventId !== undefined) this.#named.set(eventId, { edge, day: number });
    return 'recorded';
  }

  #edgeOf(userId: string | null, deviceId: string | null, product: string, level: number): number {
    const user = userId === null ? -1 : this.#users.numberOf(userId);
    const device = deviceId === null ? -1 : this.#devices.numberOf(deviceId);
    const kind = this.#products.numberOf(product) * 2 + level;
    const edge = this.#edges.numberOf(user, device, kind);
    if (edge < this.#columns.user.length && this.#columns.count[edge] !== 0) return edge;
    if (edge >= this.#columns.user.length) this.#columns = grown(this.#columns);
    const into = this.#columns;
    into.user[edge] = user;
    into.device[edge] = device;
    into.kind[edge] = kind;
    into.first[edge] = 0x7fff_ffff;
    into.last[edge] = -0x7fff_ffff;
    return edge;
  }

  #see(edge: number, first: number, last: number, count: number): void {
    const into = this.#columns;
    if (first < into.first[edge]!) into.first[edge] = first;
    if (last > into.last[edge]!) into.last[edge] = last;
    into.count[edge]! += count;
  }

  /**
   * Takes over what another fold has. For named events the order and the number of merges make no difference; those
   * without a name are added up, so the same fold must not be merged twice.
   */
  merge(other: AccessFold): void {
    const from = other.#columns;
    const unnamed = from.count.slice(0, other.size);
    for (const { edge } of other.#named.values()) unnamed[edge]!--;
    const here = new Int32Array(other.size);
    for (let edge = 0; edge < other.size; edge++) {
      const kind = from.kind[edge]!;
      here[edge] = this.#edgeOf(
        from.user[edge]! < 0 ? null : other.#users.idOf(from.user[edge]!),
        from.device[edge]! < 0 ? null : other.#devices.idOf(from.device[edge]!),
        other.#products.idOf(kind >> 1),
        kind & 1,
      );
      this.#see(here[edge]!, from.first[edge]!, from.last[edge]!, unnamed[edge]!);
    }
    for (const [eventId, { edge, day }] of other.#named) {
      if (this.#named.has(eventId)) continue;
      this.#named.set(eventId, { edge: here[edge]!, day });
      this.#see(here[edge]!, day, day, 1);
    }
    this.#horizon = Math.max(this.#horizon, other.#horizon);
  }

  /** No row of a single event outlives the window: named events before `day` stay counted but lose their names. */
  forgetNamesBefore(day: string): void {
    const horizon = dayNumber(day);
    if (horizon === undefined) throw new Error(`${day} is not a day of the calendar.`);
    this.#horizon = Math.max(this.#horizon, horizon);
    for (const [eventId, event] of this.#named) if (event.day < horizon) this.#named.delete(eventId);
  }

  *edges(): Generator<AccessEdge> {
    const { user, device, kind, first, last, count } = this.#columns;
    for (let edge = 0; edge < this.size; edge++) {
      yield {
        userId: user[edge]! < 0 ? null : this.#users.idOf(user[edge]!),
        deviceId: device[edge]! < 0 ? null : this.#devices.idOf(device[edge]!),
        product: this.#products.idOf(kind[edge]! >> 1),
        level: levels[kind[edge]! & 1]!,
        firstDay: dayOf(first[edge]!),
        lastDay: dayOf(last[edge]!),
        count: count[edge]!,
      };
    }
  }
}

function columns(capacity: number): Columns {
  return {
    user: new Int32Array(capacity),
    device: new Int32Array(capacity),
    kind: new Int32Array(capacity),
    first: new Int32Array(capacity),
    last: new Int32Array(capacity),
    count: new Float64Array(capacity),
  };
}

function grown(old: Columns): Columns {
  const next = columns(old.user.length * 2);
  next.user.set(old.user);
  next.device.set(old.device);
  next.kind.set(old.kind);
  next.first.set(old.first);
  next.last.set(old.last);
  next.count.set(old.count);
  return next;
}
