// The estates that case files draw by rule rather than list: `meta.generators` and the groups of the form. Used by the
// operations about the optimiser and by the benchmarks.
import { type AccessGraph, ENTERPRISE, STANDARD } from '../rules/optimise/access-graph.ts';
import { isCount } from '../rules/terms.ts';

export interface GeneratorSpec {
  readonly kind: 'uniform' | 'office';
  readonly users?: number;
  readonly devices?: number;
  readonly edges?: number;
  readonly seed?: number;
  readonly enterprisePercent?: number;
}

export interface GroupSpec {
  readonly users: number;
  /** Each person's own. */
  readonly devicesPerUser?: number;
  /** People are dealt onto these in blocks. */
  readonly sharedDevices?: number;
  readonly usersPerDevice?: number;
}

const LIMIT = 20_000_000;

/** The generator of the case files: r(n) is floor(s·n / 2^32) after each step. */
export function lcg(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return Math.floor((state * n) / 4294967296);
  };
}

function named(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index}`);
}

export function generatedGraph(spec: GeneratorSpec): AccessGraph {
  return spec.kind === 'office' ? officeGraph(spec) : uniformGraph(spec);
}

function uniformGraph({
  users = 0,
  devices = 0,
  edges = 0,
  seed = 1,
  enterprisePercent = 0,
}: GeneratorSpec): AccessGraph {
  if (Math.max(users, devices, edges) > LIMIT) throw new Error('the generator is asked for too much');
  const r = lcg(seed);
  const graph = {
    users: named('u', users),
    devices: named('d', devices),
    edgeUser: new Int32Array(edges),
    edgeDevice: new Int32Array(edges),
    edgeLevel: new Uint8Array(edges),
  };
  for (let edge = 0; edge < edges; edge++) {
    graph.edgeUser[edge] = r(users);
    graph.edgeDevice[edge] = r(devices);
  }
  drawLevels(graph.edgeLevel, enterprisePercent, r);
  return graph;
}

function drawLevels(levels: Uint8Array, enterprisePercent: number, r: (n: number) => number): void {
  if (enterprisePercent <= 0) return;
  for (let edge = 0; edge < levels.length; edge++)
    levels[edge] = r(100) < enterprisePercent ? ENTERPRISE : STANDARD;
}

/** Most people at a desk of their own, some on shared ones, some who walk about, common rooms. */
function officeGraph({ seed = 1, enterprisePercent = 0 }: GeneratorSpec): AccessGraph {
  const r = lcg(seed);
  const edges: number[] = [];
  for (let i = 0; i < 80_000; i++) edges.push(i, i);
  for (let i = 80_000; i < 100_000; i++) for (let n = 0; n < 3; n++) edges.push(i, 80_000 + r(5000));
  for (let n = 0; n < 60_000; n++) {
    const a = r(80_000);
    edges.push(a, r(80_000));
  }
  for (let k = 0; k < 15_000; k++) edges.push(r(100_000), 85_000 + k);
  const graph = { users: named('u', 100_000), devices: named('d', 100_000), ...columnsOf(edges) };
  drawLevels(graph.edgeLevel, enterprisePercent, r);
  return graph;
}

function columnsOf(pairs: readonly number[]) {
  const count = pairs.length / 2;
  return {
    edgeUser: Int32Array.from({ length: count }, (_, edge) => pairs[edge * 2] as number),
    edgeDevice: Int32Array.from({ length: count }, (_, edge) => pairs[edge * 2 + 1] as number),
    edgeLevel: new Uint8Array(count),
  };
}

export function groupGraph(groups: readonly GroupSpec[]): AccessGraph {
  const sizes = groups.flatMap((group) => [
    group.users,
    group.devicesPerUser ?? 0,
    group.users * (group.devicesPerUser ?? 0),
    group.sharedDevices ?? 0,
    group.usersPerDevice ?? 0,
  ]);
  if (!sizes.every(isCount) || sizes.reduce((sum, size) => sum + size, 0) > LIMIT)
    throw new Error('a group is too large, or its size is no whole number');
  let [users, devices] = [0, 0];
  const edges: number[] = [];
  for (const group of groups) {
    const { devicesPerUser = 0, sharedDevices = 0 } = group;
    const block = group.usersPerDevice ?? Math.max(1, Math.ceil(group.users / Math.max(1, sharedDevices)));
    const firstShared = devices + group.users * devicesPerUser;
    for (let index = 0; index < group.users; index++) {
      const user = users + index;
      for (let own = 0; own < devicesPerUser; own++) edges.push(user, devices + index * devicesPerUser + own);
      if (sharedDevices > 0) edges.push(user, firstShared + (Math.floor(index / block) % sharedDevices));
    }
    users += group.users;
    devices = firstShared + sharedDevices;
  }
  return { users: named('u', users), devices: named('d', devices), ...columnsOf(edges) };
}
