// The Pareto front of a large connected part, known only between bounds (licensing rule M7): lines of minimum cuts from
// below, covers from above, both drawn closer where the search asks. Used by pool-mix.ts.
import { coverWithin } from './bounded-cover.ts';
import { type ChoiceModel, chosenOf } from './choice.ts';
import { chainOf, type Face, faceOf } from './face.ts';
import { FlowNetwork, type Pulse, type Work } from './flow-network.ts';
import type { Front } from './front.ts';
import { type Slide, slideFrom, slidTo } from './slide.ts';

/** Where a known cover comes from: a step of a chain, or a list of its own. */
type Origin =
  | { readonly face: Face; readonly chain: Int32Array; readonly steps: number }
  | { readonly chosen: Uint8Array }
  | { readonly slide: Slide; readonly steps: number };

export class FrontEstimate {
  readonly #model: ChoiceModel;
  readonly #network: FlowNetwork;
  readonly #userCount: number;
  /** No cover with so many users has fewer devices. */
  readonly #least: Int32Array;
  /** A cover with so many users has so many devices. */
  readonly #known: Int32Array;
  readonly #origin: Origin[] = [];
  readonly #asked = new Set<string>();
  /** Nothing more can be learnt within the limits. */
  #isExhausted = false;
  readonly #pulse: Pulse | undefined;

  constructor(model: ChoiceModel, pulse?: Pulse) {
    this.#model = model;
    this.#pulse = pulse;
    this.#network = new FlowNetwork(model.inverted, model.tail, model.head);
    const devices = model.inverted.reduce((sum, each) => sum + each, 0);
    this.#userCount = model.inverted.length - devices;
    this.#least = new Int32Array(this.#userCount + 1);
    this.#known = new Int32Array(this.#userCount + 1).fill(devices + 1);
    this.#origin = Array<Origin>(this.#userCount + 1);
    this.#learn(0, devices, { chosen: model.inverted });
    this.#learn(this.#userCount, 0, { chosen: model.inverted.map((each) => 1 - each) });
    this.#settle();
  }

  lower(): Front {
    return stairs(this.#least);
  }

  upper(): Front {
    return stairs(this.#known);
  }

  isKnown(users: number, devices: number): boolean {
    return this.#known[users]! <= devices;
  }

  /** One question nearer to whether a cover with these counts exists. @returns false when nothing more can be learnt */
  refine(users: number, devices: number, work: Work): boolean {
    if (this.#isExhausted || work.left < 0) return false;
    const { fewer, more } = this.#hullAround(users);
    const weights = {
      user: this.#known[fewer]! - this.#known[more]!,
      device: more - fewer,
    };
    if (this.cut(weights.user, weights.device, work)) return true;
    if (this.#fill(users, weights, work)) return true;
    if (this.#slide(fewer, more, work)) return true;
    const found = coverWithin(this.#model, { users, devices }, work);
    if (found === 'unknown') {
      this.#isExhausted = true;
      return false;
    }
    if (found === 'none') {
      for (let count = users; count >= 0 && this.#least[count]! <= devices; count--)
        this.#least[count] = devices + 1;
    } else {
      const counts = countsOf(this.#model.inverted, found);
      this.#learn(counts.users, counts.devices, { chosen: found });
      this.#settle();
    }
    return true;
  }

  /** Asks for the cheapest cover at these weights. @returns false when that was asked before */
  cut(user: number, device: number, work: Work): boolean {
    const divisor = greatestCommonDivisor(user, device);
    const [userWeight, deviceWeight] = [user / divisor, device / divisor];
    const key = `${userWeight}:${deviceWeight}`;
    if (userWeight < 1 || deviceWeight < 1 || this.#asked.has(key)) return false;
    this.#asked.add(key);
    const weight = Float64Array.from(this.#model.inverted, (each) =>
      each === 1 ? deviceWeight : userWeight,
    );
    const value = this.#network.solve(weight, work, this.#pulse);
    for (let users = 0; users <= this.#userCount; users++) {
      const least = Math.ceil((value - userWeight * users) / deviceWeight);
      if (least > this.#least[users]!) this.#least[users] = least;
    }
    this.#follow(faceOf(this.#network, this.#model.inverted), 0, work);
    return true;
  }

  /** A chain that aims at exactly so many users, where the hull runs through such a point. */
  #fill(users: number, weights: { readonly user: number; readonly device: number }, work: Work): boolean {
    const divisor = greatestCommonDivisor(weights.user, weights.device);
    const key = `${users}@${weights.user / divisor}:${weights.device / divisor}`;
    if (this.#asked.has(key)) return false;
    this.#asked.add(key);
    const weight = Float64Array.from(this.#model.inverted, (each) =>
      each === 1 ? weights.device / divisor : weights.user / divisor,
    );
    this.#network.solve(weight, work, this.#pulse);
    return this.#follow(faceOf(this.#network, this.#model.inverted), users, work);
  }

  /** From both corners of a gap in the hull, greedily towards the other one. */
  #slide(fewer: number, more: number, work: Work): boolean {
    const key = `${fewer}-${more}`;
    if (this.#asked.has(key)) return false;
    this.#asked.add(key);
    let isNew = false;
    for (const [from, kind] of [
      [fewer, 1],
      [more, 0],
    ] as const) {
      const chosen = this.chosen(from);
      const slide = slideFrom(this.#model, chosen, kind, work);
      const counts = countsOf(this.#model.inverted, chosen);
      for (let step = 0; step < slide.dropped.length; step++) {
        const [lost, gained] = [step + 1, slide.gained[step]!];
        const users = counts.users + (kind === 1 ? gained : -lost);
        if (users < fewer || users > more) break;
        const devices = counts.devices + (kind === 1 ? -lost : gained);
        if (this.#learn(users, devices, { slide, steps: step + 1 })) isNew = true;
      }
    }
    this.#settle();
    return isNew;
  }

  /** Takes every step of a chain for a known cover. @returns whether any was new */
  #follow(face: Face, aim: number, work: Work): boolean {
    work.left -= face.side.length * 4;
    const start = countsOf(this.#model.inverted, chosenOf(this.#model.inverted, face.side));
    const chain = chainOf(face, aim - start.users);
    let { users, devices } = start;
    let isNew = this.#learn(users, devices, { face, chain, steps: 0 });
    for (let step = 0; step < chain.length; step++) {
      users += face.users[chain[step]!]!;
      devices -= face.devices[chain[step]!]!;
      if (this.#learn(users, devices, { face, chain, steps: step + 1 })) isNew = true;
    }
    this.#settle();
    return isNew;
  }

  #learn(users: number, devices: number, origin: Origin): boolean {
    if (this.#known[users]! <= devices) return false;
    this.#origin[users] = origin;
    this.#known[users] = devices;
    return true;
  }

  /** More users never need more devices. */
  #settle(): void {
    for (let count = 1; count <= this.#userCount; count++) {
      if (this.#known[count]! <= this.#known[count - 1]!) continue;
      this.#known[count] = this.#known[count - 1]!;
      this.#origin[count] = this.#origin[count - 1]!;
    }
  }

  /** The corners of the convex hull of what is known, left and right of a number of users. */
  #hullAround(users: number): { readonly fewer: number; readonly more: number } {
    const hull: number[] = [];
    for (let count = 0; count <= this.#userCount; count++) {
      if (count > 0 && this.#known[count] === this.#known[count - 1]) continue;
      while (hull.length > 1 && !turns(this.#known, hull.at(-2)!, hull.at(-1)!, count)) hull.pop();
      hull.push(count);
    }
    const index = hull.findIndex((count) => count > users);
    if (index < 0) return { fewer: hull.at(-2) ?? 0, more: hull.at(-1)! };
    return { fewer: hull[index - 1] ?? 0, more: hull[index]! };
  }

  /** 1 for each node that the known cover with so many users chooses. */
  chosen(users: number): Uint8Array {
    const origin = this.#origin[users]!;
    if ('chosen' in origin) return origin.chosen;
    if ('slide' in origin) return slidTo(origin.slide, origin.steps);
    const joined = new Uint8Array(origin.face.users.length);
    for (const index of origin.chain.subarray(0, origin.steps)) joined[index] = 1;
    const side = origin.face.side.map((where, node) =>
      where === 0 && joined[origin.face.piece[node]!] === 1 ? 1 : where,
    );
    return chosenOf(this.#model.inverted, side);
  }
}

function turns(known: Int32Array, a: number, b: number, c: number): boolean {
  return (known[b]! - known[a]!) * (c - b) < (known[c]! - known[b]!) * (b - a);
}

/** The points of a descending staircase. */
function stairs(devices: Int32Array): Front {
  let count = 0;
  for (let at = 0; at < devices.length; at++) if (at === 0 || devices[at]! < devices[at - 1]!) count++;
  const users = new Int32Array(count);
  const fewest = new Int32Array(count);
  let filled = 0;
  for (let at = 0; at < devices.length; at++) {
    if (at > 0 && devices[at]! >= devices[at - 1]!) continue;
    users[filled] = at;
    fewest[filled++] = devices[at]!;
  }
  return { users, devices: fewest };
}

export function countsOf(inverted: Uint8Array, chosen: Uint8Array) {
  let devices = 0;
  let users = 0;
  for (let node = 0; node < chosen.length; node++) {
    if (chosen[node] !== 1) continue;
    if (inverted[node] === 1) devices++;
    else users++;
  }
  return { users, devices };
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
