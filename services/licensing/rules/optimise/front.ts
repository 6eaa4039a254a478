// Pareto fronts (licensing rule M7): for each number of user CALs the fewest device CALs that cover a part of the estate,
// and the sums of such fronts over parts that do not touch each other. Used by pool-mix.ts.
import type { Work } from './flow-network.ts';

/** Ascending in users, strictly descending in devices. */
export interface Front {
  readonly users: Int32Array;
  readonly devices: Int32Array;
}

/** A front that knows which point of each part its points are made of. */
export interface Sum extends Front {
  /** Calls back with each part and the index of its point. */
  trace(index: number, report: (part: Part, index: number) => void): void;
}

/** `key` names the part to whoever made it. */
export interface Part extends Front {
  readonly key: number;
}

const NOTHING = 0x7fff_ffff;

export function partSum(part: Part): Sum {
  return {
    users: part.users,
    devices: part.devices,
    trace: (index, report) => report(part, index),
  };
}

/** Nothing to cover. */
export function emptySum(): Sum {
  return { users: Int32Array.of(0), devices: Int32Array.of(0), trace: () => {} };
}

/** Every point of one with every point of the other. */
export function addFronts(left: Sum, right: Sum, work: Work): Sum {
  if (left.users.length < right.users.length) return addFronts(right, left, work);
  const range = rangeOf(left, right);
  const from = new Int32Array(range.length);
  const best = new Int32Array(range.length).fill(NOTHING);
  for (let j = 0; j < right.users.length; j++) {
    const shift = right.users[j]! - range.least;
    const more = right.devices[j]!;
    for (let i = 0; i < left.users.length; i++) {
      const at = left.users[i]! + shift;
      const devices = left.devices[i]! + more;
      if (devices >= best[at]!) continue;
      best[at] = devices;
      from[at] = i;
    }
  }
  work.left -= left.users.length * right.users.length + range.length;
  return pruned(best, from, range.least, left, right);
}

/** Parts with the same two points each: `count` + 1 points in equal steps. */
export interface TwinParts {
  readonly parts: readonly Part[];
  readonly users: readonly [number, number];
  readonly devices: readonly [number, number];
}

/** The sum with twins takes one pass: within a residue class the step is linear, so a sliding minimum is enough. */
export function addTwins(left: Sum, twins: TwinParts, work: Work): Sum {
  const count = twins.parts.length;
  const stepUsers = twins.users[1] - twins.users[0];
  const stepDevices = twins.devices[0] - twins.devices[1];
  const right: Sum = {
    users: Int32Array.from({ length: count + 1 }, (_, j) => count * twins.users[0] + j * stepUsers),
    devices: Int32Array.from({ length: count + 1 }, (_, j) => count * twins.devices[0] - j * stepDevices),
    trace(index, report) {
      for (const [number, part] of twins.parts.entries()) report(part, number < index ? 1 : 0);
    },
  };
  if (left.users.length <= 4) return addFronts(left, right, work);
  const { least, length } = rangeOf(left, right);
  const base = right.users[0]!;
  const here = new Int32Array(length).fill(NOTHING);
  const indexAt = new Int32Array(length);
  for (let i = 0; i < left.users.length; i++) {
    here[left.users[i]! + base - least] = left.devices[i]! + right.devices[0]!;
    indexAt[left.users[i]! + base - least] = i;
  }
  const best = new Int32Array(length).fill(NOTHING);
  const from = new Int32Array(length);
  const window = new Int32Array(Math.ceil(length / stepUsers) + 1);
  for (let residue = 0; residue < stepUsers; residue++) {
    let first = 0;
    let end = 0;
    const level = (step: number) => here[residue + step * stepUsers]! + step * stepDevices;
    for (let step = 0; residue + step * stepUsers < length; step++) {
      const at = residue + step * stepUsers;
      if (here[at] !== NOTHING) {
        const value = level(step);
        while (end > first && level(window[end - 1]!) >= value) end--;
        window[end++] = step;
      }
      while (first < end && window[first]! < step - count) first++;
      if (first === end) continue;
      best[at] = level(window[first]!) - step * stepDevices;
      from[at] = indexAt[residue + window[first]! * stepUsers]!;
    }
  }
  work.left -= length * 4;
  return pruned(best, from, least, left, right);
}

function rangeOf(left: Front, right: Front) {
  const least = left.users[0]! + right.users[0]!;
  return { least, length: left.users.at(-1)! + right.users.at(-1)! - least + 1 };
}

/** Keeps the points that no other is better than, with the index of their left part. */
function pruned(best: Int32Array, from: Int32Array, least: number, left: Sum, right: Sum): Sum {
  let count = 0;
  let fewest = NOTHING;
  for (let at = 0; at < best.length; at++) {
    if (best[at]! >= fewest) continue;
    fewest = best[at]!;
    count++;
  }
  const users = new Int32Array(count);
  const devices = new Int32Array(count);
  const choice = new Int32Array(count);
  fewest = NOTHING;
  let filled = 0;
  for (let at = 0; at < best.length; at++) {
    if (best[at]! >= fewest) continue;
    fewest = best[at]!;
    users[filled] = at + least;
    devices[filled] = fewest;
    choice[filled++] = from[at]!;
  }
  return {
    users,
    devices,
    trace(index, report) {
      const chosen = choice[index]!;
      left.trace(chosen, report);
      right.trace(indexOfUsers(right, users[index]! - left.users[chosen]!), report);
    },
  };
}

function indexOfUsers(front: Front, wanted: number): number {
  let low = 0;
  let high = front.users.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (front.users[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface FrontBest {
  readonly index: number;
  readonly cost: number;
}

/** The cheapest point; among equals the fewest CALs, then the most user CALs. */
export function bestOf(
  front: Front,
  userCost: (count: number) => number,
  deviceCost: (count: number) => number,
): FrontBest {
  let index = 0;
  let cost = Number.POSITIVE_INFINITY;
  for (let at = 0; at < front.users.length; at++) {
    const here = userCost(front.users[at]!) + deviceCost(front.devices[at]!);
    const total = front.users[at]! + front.devices[at]!;
    const bestTotal = front.users[index]! + front.devices[index]!;
    if (here > cost || (here === cost && total > bestTotal)) continue;
    // Ascending in users: at the same total the later point has more of them.
    index = at;
    cost = here;
  }
  return { index, cost };
}
