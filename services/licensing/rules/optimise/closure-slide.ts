// From one choice to cheaper ones nearby (licensing rules M7, M8), where the cost is no sum over CALs: one side's CALs are
// dropped one by one, always the one whose loss needs the fewest CALs of the other side, and the cheapest stop is kept.
import type { arcsByNode, ChoiceModel } from './choice.ts';
import type { Work } from './flow-network.ts';

/** @param step called for every CAL that comes (1) or goes (-1). */
export interface SlideCost {
  step(node: number, change: 1 | -1): void;
  now(): number;
}

/**
 * @param kind 1 to drop device CALs, 0 to drop user CALs
 * @returns the cheapest choice on the way and what it costs
 */
export function slideChoice(
  { inverted, tail, head }: ChoiceModel,
  start: Uint8Array,
  kind: 0 | 1,
  cost: SlideCost,
  work: Work,
  { start: first, arcs }: ReturnType<typeof arcsByNode>,
): { readonly chosen: Uint8Array; readonly cost: number } {
  const chosen = start.slice();
  const bundle: number[] = [];
  const mark = new Int32Array(inverted.length);
  let round = 0;

  /** Fills `bundle` with all that changes when this CAL is dropped. @returns how many CALs that needs */
  function consequences(node: number): number {
    bundle.length = 0;
    bundle.push(node);
    mark[node] = ++round;
    let needed = 0;
    for (let index = 0; index < bundle.length; index++) {
      const each = bundle[index]!;
      for (let at = first[each]!; at < first[each + 1]!; at++) {
        const arc = arcs[at]!;
        // Dropped device CALs draw heads to the source side, dropped user CALs draw tails to the sink side.
        if ((kind === 1 ? tail[arc] : head[arc]) !== each) continue;
        const other = kind === 1 ? head[arc]! : tail[arc]!;
        const isThere = inverted[other] === kind ? chosen[other] === 0 : chosen[other] === 1;
        if (isThere || mark[other] === round) continue;
        mark[other] = round;
        bundle.push(other);
        if (inverted[other] !== kind) needed++;
      }
      work.left -= first[each + 1]! - first[each]!;
    }
    return needed;
  }

  const buckets: number[][] = [];
  for (let node = 0; node < inverted.length; node++) {
    if (inverted[node] !== kind || chosen[node] === 0) continue;
    const needed = consequences(node);
    while (buckets.length <= needed) buckets.push([]);
    buckets[needed]!.push(node);
  }
  const changed: number[] = [];
  let best = { cost: cost.now(), changes: 0 };
  for (let size = 0; size < buckets.length; size++) {
    for (let node = buckets[size]!.pop(); node !== undefined; node = buckets[size]!.pop()) {
      if (chosen[node] === 0) continue;
      const needed = consequences(node);
      // Cheaper by now than when it was sorted in: its turn was earlier, and is now.
      if (needed > size) continue;
      for (const each of bundle) {
        chosen[each] = 1 - chosen[each]!;
        cost.step(each, chosen[each] === 1 ? 1 : -1);
        changed.push(each);
      }
      const now = cost.now();
      if (now < best.cost) best = { cost: now, changes: changed.length };
    }
  }
  for (const node of changed.slice(best.changes)) chosen[node] = 1 - chosen[node]!;
  return { chosen, cost: best.cost };
}
