// An estate in parts that do not touch each other (licensing rule M7): each small part with its exact Pareto front,
// equal ones together, and what is too large for that. Used by pool-mix.ts.
import { arcsByNode, type ChoiceModel } from './choice.ts';
import type { Work } from './flow-network.ts';
import {
  addFronts,
  addTwins,
  emptySum,
  type Front,
  type Part,
  partSum,
  type Sum,
  type TwinParts,
} from './front.ts';

/** A side of so many nodes is enumerated. */
const ENUMERATED = 10;

export interface ExactPart extends Part {
  /** Nodes of the part, the users first. */
  readonly nodes: Int32Array;
  readonly userCount: number;
  /** 1 for each chosen node of the part, at a point of the front. */
  chosen(index: number): Uint8Array;
}

export interface Parts {
  readonly exact: readonly ExactPart[];
  /** Nodes of each part that is too large. */
  readonly large: readonly Int32Array[];
}

export function partsOf(model: ChoiceModel, work: Work): Parts {
  const { inverted, tail, head } = model;
  const { start, arcs } = arcsByNode(inverted.length, tail, head);
  const seen = new Uint8Array(inverted.length);
  const place = new Int32Array(inverted.length);
  const exact: ExactPart[] = [];
  const large: Int32Array[] = [];
  for (let root = 0; root < inverted.length; root++) {
    // Who has no access needs nothing.
    if (seen[root] === 1 || start[root] === start[root + 1]) continue;
    seen[root] = 1;
    const found = [root];
    let ends = 0;
    for (let index = 0; index < found.length; index++) {
      const node = found[index]!;
      ends += start[node + 1]! - start[node]!;
      for (let at = start[node]!; at < start[node + 1]!; at++) {
        const other = tail[arcs[at]!] === node ? head[arcs[at]!]! : tail[arcs[at]!]!;
        if (seen[other] === 1) continue;
        seen[other] = 1;
        found.push(other);
      }
    }
    const nodes = Int32Array.from(found).sort((a, b) => inverted[a]! - inverted[b]! || a - b);
    const userCount = nodes.findIndex((node) => inverted[node] === 1);
    for (let index = 0; index < nodes.length; index++) place[nodes[index]!] = index;
    const pairs = edgesOf(nodes, userCount, { start, arcs, head, place });
    work.left -= ends;
    const front = exactFront(nodes.length, userCount, pairs, work);
    if (front === undefined) large.push(nodes);
    else exact.push({ ...front, key: exact.length, nodes, userCount });
  }
  return { exact, large };
}

/** Pairs of user and device, numbered within the part. */
function edgesOf(
  nodes: Int32Array,
  userCount: number,
  given: { start: Int32Array; arcs: Int32Array; head: Int32Array; place: Int32Array },
): Int32Array {
  const pairs: number[] = [];
  for (let device = userCount; device < nodes.length; device++) {
    const node = nodes[device]!;
    for (let at = given.start[node]!; at < given.start[node + 1]!; at++)
      pairs.push(given.place[given.head[given.arcs[at]!]!]!, device);
  }
  return Int32Array.from(pairs);
}

function exactFront(
  count: number,
  userCount: number,
  pairs: Int32Array,
  work: Work,
): (Front & Pick<ExactPart, 'chosen'>) | undefined {
  const deviceCount = count - userCount;
  // Everybody uses everything: all of one side or all of the other.
  if (pairs.length / 2 === userCount * deviceCount) {
    return {
      users: Int32Array.of(0, userCount),
      devices: Int32Array.of(deviceCount, 0),
      chosen: (index) => sideChosen(count, userCount, index === 1),
    };
  }
  if (Math.min(userCount, deviceCount) > ENUMERATED) return undefined;
  return enumeratedFront(count, userCount, pairs, work);
}

function sideChosen(count: number, userCount: number, users: boolean): Uint8Array {
  return users ? new Uint8Array(count).fill(1, 0, userCount) : new Uint8Array(count).fill(1, userCount);
}

/** Every subset of the smaller side; the other side is what that leaves uncovered. */
function enumeratedFront(count: number, userCount: number, pairs: Int32Array, work: Work) {
  const byUsers = userCount <= count - userCount;
  const [small, smallFrom] = byUsers ? [userCount, 0] : [count - userCount, userCount];
  const [big, bigFrom] = byUsers ? [count - userCount, userCount] : [userCount, 0];
  const masks = new Int32Array(big);
  for (let index = 0; index < pairs.length; index += 2) {
    const [user, device] = [pairs[index]!, pairs[index + 1]!];
    const [of, bit] = byUsers ? [device - bigFrom, user - smallFrom] : [user - bigFrom, device - smallFrom];
    masks[of]! |= 1 << bit;
  }
  // How many of the larger side have all their partners inside each set: those need no CAL. Sums over subsets.
  const subsets = 1 << small;
  const inside = new Int32Array(subsets);
  for (const mask of masks) inside[mask]!++;
  for (let bit = 0; bit < small; bit++)
    for (let set = 0; set < subsets; set++)
      if ((set & (1 << bit)) !== 0) inside[set]! += inside[set ^ (1 << bit)]!;
  work.left -= subsets * (small + 1);
  const best = new Int32Array(small + 1).fill(-1);
  for (let set = 0; set < subsets; set++) {
    const size = bits(set);
    if (best[size]! < 0 || inside[set]! > inside[best[size]!]!) best[size] = set;
  }
  const points: { users: number; devices: number; set: number }[] = [];
  for (const [size, set] of best.entries()) {
    const rest = big - inside[set]!;
    points.push(byUsers ? { users: size, devices: rest, set } : { users: rest, devices: size, set });
  }
  points.sort((a, b) => a.users - b.users || a.devices - b.devices);
  const kept = points.filter(({ devices }, index) =>
    points.slice(0, index).every((p) => p.devices > devices),
  );
  return {
    users: Int32Array.from(kept, ({ users }) => users),
    devices: Int32Array.from(kept, ({ devices }) => devices),
    chosen(index: number): Uint8Array {
      const { set } = kept[index]!;
      const chosen = new Uint8Array(count);
      for (let bit = 0; bit < small; bit++) chosen[smallFrom + bit] = (set >> bit) & 1;
      for (let node = 0; node < big; node++) chosen[bigFrom + node] = (masks[node]! & ~set) === 0 ? 0 : 1;
      return chosen;
    },
  };
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The front of all exact parts together; undefined where that alone would take more than the budget. */
export function exactSum(parts: readonly ExactPart[], work: Work): Sum | undefined {
  const twins = new Map<string, ExactPart[]>();
  const others: ExactPart[] = [];
  for (const part of parts) {
    if (part.users.length !== 2) {
      others.push(part);
      continue;
    }
    const key = `${part.users.join()} ${part.devices.join()}`;
    const list = twins.get(key);
    if (list === undefined) twins.set(key, [part]);
    else list.push(part);
  }
  let sum = addOthers(others, work);
  for (const list of twins.values()) {
    if (sum === undefined || work.left < 0) return undefined;
    sum = addTwins(sum, twinsOf(list), work);
  }
  return sum;
}

function addOthers(parts: readonly ExactPart[], work: Work): Sum | undefined {
  let row: Sum[] = parts.map(partSum).sort((a, b) => a.users.length - b.users.length);
  if (row.length === 0) return emptySum();
  while (row.length > 1) {
    const next: Sum[] = [];
    for (let index = 0; index < row.length; index += 2) {
      const [left, right] = [row[index]!, row[index + 1]];
      if (right !== undefined && left.users.length * right.users.length > work.left) return undefined;
      next.push(right === undefined ? left : addFronts(left, right, work));
    }
    row = next;
  }
  return row[0]!;
}

function twinsOf(parts: readonly ExactPart[]): TwinParts {
  const [first] = parts as readonly [ExactPart, ...ExactPart[]];
  return {
    parts,
    users: [first.users[0]!, first.users[1]!],
    devices: [first.devices[0]!, first.devices[1]!],
  };
}
