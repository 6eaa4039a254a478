// Access that nobody's CAL covered: edges of the evidence against assignments and their days (licensing rules A3, A10, S1,
// S4, S6, S7). Called by the evidence page and the compliance report.
import type { Release } from './catalogue.ts';
import { holdingOf } from './holding.ts';
import type { Assignment, Edge } from './model.ts';

const STANDARD = 1;
const ENTERPRISE = 2;

interface Cover {
  readonly bits: number;
  readonly from: string;
  readonly to: string | null;
}

/** What each person and each device is covered for, on any day. */
export class Coverage {
  private readonly users = new Map<string, Cover[]>();
  private readonly devices = new Map<string, Cover[]>();

  constructor(assignments: Iterable<Assignment>, release: Release) {
    const bitsOf = new Map<string, number>();
    for (const { sku, subject, from, to } of assignments) {
      let bits = bitsOf.get(sku);
      if (bits === undefined) {
        const { kinds } = holdingOf([sku], release);
        bits = (kinds.has('standard') ? STANDARD : 0) | (kinds.has('enterprise') ? ENTERPRISE : 0);
        bitsOf.set(sku, bits);
      }
      if (bits === 0) continue;
      const side = subject.kind === 'user' ? this.users : this.devices;
      const covers = side.get(subject.id);
      if (covers === undefined) side.set(subject.id, [{ bits, from, to }]);
      else covers.push({ bits, from, to });
    }
  }

  /** The level is reached by this subject alone: CALs of two subjects do not add up (S7), and A10 holds. */
  covers(kind: 'user' | 'device', id: string, level: 'standard' | 'enterprise', day: string): boolean {
    const covers = (kind === 'user' ? this.users : this.devices).get(id);
    if (covers === undefined) return false;
    let bits = 0;
    for (const each of covers) {
      if (each.from <= day && (each.to === null || day <= each.to)) bits |= each.bits;
    }
    const needed = level === 'enterprise' ? STANDARD | ENTERPRISE : STANDARD;
    return (bits & needed) === needed;
  }

  /** Either end covers (S4). */
  coversEdge({ userId, deviceId, level }: Edge, day: string): boolean {
    return (
      (userId !== null && this.covers('user', userId, level, day)) ||
      (deviceId !== null && this.covers('device', deviceId, level, day))
    );
  }
}

export interface UnlicensedEdge {
  readonly edge: Edge;
  /** On the last day that it was seen, or only on the first: a CAL came in between. */
  readonly when: 'still' | 'earlier';
}

export interface UnlicensedAccess {
  readonly edges: readonly UnlicensedEdge[];
  readonly edgesInWindow: number;
  readonly users: number;
  readonly devices: number;
  readonly rules: readonly string[];
}

/** @param window first and last day, both included. */
export function unlicensedAccess(
  edges: Iterable<Edge>,
  coverage: Coverage,
  window: { readonly from: string; readonly to: string },
): UnlicensedAccess {
  const found: UnlicensedEdge[] = [];
  const users = new Set<string>();
  const devices = new Set<string>();
  let edgesInWindow = 0;
  for (const edge of edges) {
    if (edge.lastDay < window.from || edge.firstDay > window.to) continue;
    edgesInWindow += 1;
    const last = edge.lastDay < window.to ? edge.lastDay : window.to;
    const first = edge.firstDay > window.from ? edge.firstDay : window.from;
    const isCovered = coverage.coversEdge(edge, last);
    if (isCovered && coverage.coversEdge(edge, first)) continue;
    found.push({ edge, when: isCovered ? 'earlier' : 'still' });
    if (edge.userId !== null) users.add(edge.userId);
    if (edge.deviceId !== null) devices.add(edge.deviceId);
  }
  return {
    edges: found,
    edgesInWindow,
    users: users.size,
    devices: devices.size,
    rules: ['A3', 'A10', 'S1', 'S4', 'S7'],
  };
}
