// In which order a walk takes the subjects of an estate (licensing rules M7, M8): part by part, in each the side and the
// order that leave the fewest of the other side open at a time. Used by exact-walk.ts.
import { arcsByNode, type ChoiceModel } from './choice.ts';
import type { Work } from './flow-network.ts';

export interface Partner {
  /** Lower level first. */
  readonly nodes: readonly number[];
  /** By rank of the subject's node: the level that is needed here where that one is not chosen. */
  readonly needs: readonly number[];
  readonly slot: number;
  /** Nobody after this asks for it. */
  readonly isLast: boolean;
}

export interface Step {
  /** Of the subject, lower level first. */
  readonly nodes: readonly number[];
  /** How many of its nodes may be chosen. */
  readonly levels: readonly number[];
  readonly partners: readonly Partner[];
  /** Those of the other side that stay open after this. */
  readonly open: readonly { readonly slot: number; readonly nodes: readonly number[] }[];
}

export interface Line {
  readonly steps: readonly Step[];
  readonly slots: number;
}

/** Three levels for each of so many are about what a whole number can tell apart. */
const MOST_SLOTS = 30;

interface Subject {
  readonly nodes: number[];
  readonly side: number;
  /** By the other subject: the level needed there, by rank here. */
  readonly needs: Map<number, number[]>;
}

/** Wider parts first: they meet few mixes then. @returns undefined where a part is too wide */
export function linesOf(model: ChoiceModel, work: Work): Line[] | undefined {
  const subjects = subjectsOf(model, work);
  const seen = new Uint8Array(subjects.length);
  const lines: Line[] = [];
  for (let root = 0; root < subjects.length; root++) {
    // What nobody asks for is not chosen.
    if (seen[root] === 1 || subjects[root]!.needs.size === 0) continue;
    seen[root] = 1;
    const part = [root];
    for (const index of part) {
      for (const other of subjects[index]!.needs.keys()) {
        if (seen[other] === 1) continue;
        seen[other] = 1;
        part.push(other);
      }
    }
    const [byUser, byDevice] = [0, 1].map((side) =>
      lineOf(
        subjects,
        part.filter((each) => subjects[each]!.side === side),
        work,
      ),
    ) as [Line, Line];
    const isByUser =
      byUser.slots < byDevice.slots ||
      (byUser.slots === byDevice.slots && byUser.steps.length <= byDevice.steps.length);
    const line = isByUser ? byUser : byDevice;
    if (line.slots > MOST_SLOTS) return undefined;
    lines.push(line);
  }
  return lines.sort((a, b) => b.slots - a.slots);
}

function subjectsOf({ inverted, tail, head }: ChoiceModel, work: Work): Subject[] {
  const { start, arcs } = arcsByNode(inverted.length, tail, head);
  const subjectOf = new Int32Array(inverted.length).fill(-1);
  const rank = new Uint8Array(inverted.length);
  const subjects: Subject[] = [];
  work.left -= arcs.length * 2;
  /** The other level of the same subject, where both are open. */
  const twin = new Int32Array(inverted.length).fill(-1);
  for (let arc = 0; arc < tail.length; arc++) {
    const [from, to] = [tail[arc]!, head[arc]!];
    if (inverted[from] !== inverted[to]) continue;
    twin[from] = to;
    twin[to] = from;
    // A10: whoever is chosen with the other is the higher one.
    rank[inverted[from] === 0 ? from : to] = 1;
  }
  for (let node = 0; node < inverted.length; node++) {
    if (subjectOf[node]! >= 0) continue;
    const nodes = twin[node]! < 0 ? [node] : [node, twin[node]!].sort((a, b) => rank[a]! - rank[b]!);
    for (const each of nodes) subjectOf[each] = subjects.length;
    subjects.push({ nodes, side: inverted[node]!, needs: new Map() });
  }
  for (const [index, { nodes, needs }] of subjects.entries()) {
    for (const [at, node] of nodes.entries()) {
      for (let place = start[node]!; place < start[node + 1]!; place++) {
        const arc = arcs[place]!;
        const other = tail[arc] === node ? head[arc]! : tail[arc]!;
        const there = subjectOf[other]!;
        if (there === index) continue;
        let levels = needs.get(there);
        if (levels === undefined) {
          levels = nodes.map(() => 0);
          needs.set(there, levels);
        }
        levels[at] = Math.max(levels[at]!, rank[other]! + 1);
      }
    }
  }
  return subjects;
}

function lineOf(subjects: readonly Subject[], side: readonly number[], work: Work): Line {
  const left = new Map<number, number>();
  for (const index of side)
    for (const other of subjects[index]!.needs.keys()) left.set(other, (left.get(other) ?? 0) + 1);
  const slotOf = new Map<number, number>();
  const free: number[] = [];
  let slots = 0;
  const steps: Step[] = [];
  const waiting = new Set(side);
  while (waiting.size > 0 && slots <= MOST_SLOTS) {
    const index = next(subjects, waiting, left, slotOf, work);
    waiting.delete(index);
    const { nodes, needs } = subjects[index]!;
    const partners: Partner[] = [];
    const closed: number[] = [];
    for (const [other, levels] of needs) {
      const slot = slotOf.get(other) ?? free.pop() ?? slots++;
      slotOf.set(other, slot);
      const rest = left.get(other)! - 1;
      left.set(other, rest);
      if (rest === 0) closed.push(other);
      partners.push({ nodes: subjects[other]!.nodes, needs: levels, slot, isLast: rest === 0 });
    }
    for (const other of closed) {
      free.push(slotOf.get(other)!);
      slotOf.delete(other);
    }
    const useful = nodes.map((_, rank) => [...needs.values()].some((levels) => levels[rank]! > 0));
    steps.push({
      nodes,
      levels: [0, ...nodes.map((_, rank) => rank + 1).filter((level) => useful[level - 1])],
      partners,
      open: Array.from(slotOf, ([other, slot]) => ({ slot, nodes: subjects[other]!.nodes })),
    });
  }
  return { steps, slots };
}

/** Who opens the fewest that stay open. */
function next(
  subjects: readonly Subject[],
  waiting: ReadonlySet<number>,
  left: ReadonlyMap<number, number>,
  slotOf: ReadonlyMap<number, number>,
  work: Work,
): number {
  let best = -1;
  let fewest = Number.POSITIVE_INFINITY;
  for (const index of waiting) {
    let opened = 0;
    for (const other of subjects[index]!.needs.keys())
      opened += (slotOf.has(other) ? 0 : 1) - (left.get(other) === 1 ? 1 : 0);
    work.left -= subjects[index]!.needs.size;
    if (opened >= fewest) continue;
    fewest = opened;
    best = index;
  }
  return best;
}
