// In which order the optimiser's advice is done (licensing rules M7, S4): bought, assigned, then moved and taken back, and
// nothing is taken from where it is the only cover. Pure; used by optimise-desk.ts.
import { OWN_RELEASE, windowStart } from './reckoning.ts';
import { holdingOf } from './rules/holding.ts';
import type { Ledger } from './rules/ledger.ts';
import type { Edge, Subject } from './rules/model.ts';
import type { Move } from './rules/report.ts';
import { inForce, pools } from './rules/stock.ts';

const STANDARD = 1;
/** The Enterprise CAL rests on the Standard CAL (A10). */
const BOTH = 3;
const ENTERPRISE_CAL = 'parley-enterprise-cal';

/** Who is covered while licences come and go: told of every change, asked before one is taken away. */
export class Cover {
  readonly #held = new Map<string, string[]>();
  readonly #edges = new Map<string, { readonly other: string; readonly needed: number }[]>();

  constructor(ledger: Ledger, edges: Iterable<Edge>, today: string) {
    for (const { subject, sku } of inForce(ledger.assignments.values(), today)) this.gain(subject, sku);
    const from = windowStart(today, ledger.settings.windowDays);
    for (const { userId, deviceId, level, firstDay, lastDay } of edges) {
      if (lastDay < from || firstDay > today) continue;
      const needed = level === 'enterprise' ? BOTH : STANDARD;
      const [user, device] = [`user ${userId ?? ''}`, `device ${deviceId ?? ''}`];
      if (userId !== null) this.#edgesOf(user).push({ other: device, needed });
      if (deviceId !== null) this.#edgesOf(device).push({ other: user, needed });
    }
  }

  gain(subject: Subject, sku: string): void {
    const key = keyOf(subject);
    const held = this.#held.get(key);
    if (held === undefined) this.#held.set(key, [sku]);
    else held.push(sku);
  }

  lose(subject: Subject, sku: string): void {
    this.#held.set(keyOf(subject), this.#without(subject, sku));
  }

  /** Is everything that this licence covers covered by another one too? */
  maySpare(subject: Subject, sku: string): boolean {
    const before = bitsOf(this.#held.get(keyOf(subject)) ?? []);
    const after = bitsOf(this.#without(subject, sku));
    return this.#edgesOf(keyOf(subject)).every(
      ({ other, needed }) =>
        (before & needed) !== needed ||
        (after & needed) === needed ||
        (bitsOf(this.#held.get(other) ?? []) & needed) === needed,
    );
  }

  #without(subject: Subject, sku: string): string[] {
    const held = this.#held.get(keyOf(subject)) ?? [];
    const at = held.indexOf(sku);
    return at < 0 ? held : held.toSpliced(at, 1);
  }

  #edgesOf(key: string) {
    let edges = this.#edges.get(key);
    if (edges === undefined) {
      edges = [];
      this.#edges.set(key, edges);
    }
    return edges;
  }
}

function keyOf({ kind, id }: Subject): string {
  return `${kind} ${id}`;
}

function bitsOf(held: readonly string[]): number {
  if (held.length === 0) return 0;
  const { kinds } = holdingOf(held, OWN_RELEASE);
  return kinds.has('standard') ? (kinds.has('enterprise') ? BOTH : STANDARD) : 0;
}

/** Who carries the steps out; false and what is handed back: not now. */
export interface Hands {
  /** @returns those that could not be assigned */
  assign(moves: readonly Move[]): readonly Move[];
  move(move: Move, from: Subject, to: Subject): boolean;
  unassign(move: Move, from: Subject): boolean;
}

/** Again and again as long as one step makes room for another. @returns what has to wait */
export function carryOut(moves: readonly Move[], cover: Cover, hands: Hands): readonly Move[] {
  // Standard before Enterprise where it is given, Enterprise before Standard where it is taken back (A10).
  let waiting = inOrder(moves).filter(({ action }) => action !== 'keep' && action !== 'buy');
  for (;;) {
    const assigning = waiting.filter(({ action }) => action === 'assign');
    const refused = new Set(assigning.length === 0 ? [] : hands.assign(assigning));
    for (const move of assigning)
      if (!refused.has(move) && move.subject !== null) cover.gain(move.subject, move.sku);
    const left = waiting.filter((move) =>
      move.action === 'assign' ? refused.has(move) : !isTaken(move, cover, hands),
    );
    if (left.length === 0 || left.length === waiting.length) return left;
    waiting = left;
  }
}

function isTaken(move: Move, cover: Cover, hands: Hands): boolean {
  const { action, subject, sku } = move;
  const from = action === 'move' ? move.from : subject;
  if (from === null || subject === null || !cover.maySpare(from, sku)) return false;
  if (!(action === 'move' ? hands.move(move, from, subject) : hands.unassign(move, from))) return false;
  cover.lose(from, sku);
  if (action === 'move') cover.gain(subject, sku);
  return true;
}

const ORDER: readonly Move['action'][] = ['buy', 'assign', 'move', 'unassign', 'keep'];

function inOrder(moves: readonly Move[]): Move[] {
  const place = ({ action, sku }: Move) => {
    const isEnterprise = sku === ENTERPRISE_CAL;
    return ORDER.indexOf(action) * 2 + (isEnterprise === (action === 'unassign') ? 0 : 1);
  };
  return moves.toSorted((one, other) => place(one) - place(other));
}

/** The advice as it is to be done; what can only be taken away once the purchases are assigned says so. */
export function orderedAdvice(
  moves: readonly Move[],
  ledger: Ledger,
  edges: Iterable<Edge>,
  today: string,
): Move[] {
  const free = new Map<string, number>();
  const change = (sku: string, kind: Subject['kind'], by: 1 | -1) =>
    free.set(`${kind} ${sku}`, (free.get(`${kind} ${sku}`) ?? 0) + by);
  for (const pool of pools(ledger.grants.values(), ledger.assignments.values(), today))
    free.set(`${pool.metric} ${pool.sku}`, pool.free);
  const waiting = new Set(
    carryOut(moves, new Cover(ledger, edges, today), {
      assign: (steps) =>
        steps.filter(({ sku, subject }) => {
          if (subject === null || (free.get(`${subject.kind} ${sku}`) ?? 0) < 1) return true;
          change(sku, subject.kind, -1);
          return false;
        }),
      move: () => true,
      unassign: ({ sku }, from) => {
        change(sku, from.kind, 1);
        return true;
      },
    }),
  );
  return inOrder(moves).map((move) =>
    waiting.has(move) && move.action !== 'assign' ? { ...move, reason: 'after-purchase' } : move,
  );
}
