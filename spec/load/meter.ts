// CPU time of a server's process tree between two moments, its PostgreSQL included, and how much others on the machine took.
import { readFileSync } from 'node:fs';
import { cpuMsOf, cpuMsOfTree } from './process-memory.ts';

export interface Measured {
  readonly ops: number;
  readonly opsPerS: number;
  readonly serverUsPerOp: number;
  /** Of the process itself, without its descendants. */
  readonly ownUsPerOp: number;
  /** Of this process, which plays the clients: the same work in every run. */
  readonly loadUsPerOp: number;
  readonly otherCores: number;
}

/** Begins to measure. @returns what ends it, told how many operations there were. */
export function startMeter(pid: number): (ops: number) => Measured {
  const before = reading(pid);
  return (ops) => {
    const after = reading(pid);
    const gone = (field: keyof typeof before) => after[field] - before[field];
    const perOp = (ms: number) => (ms * 1000) / Math.max(1, ops);
    return {
      ops,
      opsPerS: (ops * 1000) / gone('at'),
      serverUsPerOp: perOp(gone('treeMs')),
      ownUsPerOp: perOp(gone('ownMs')),
      loadUsPerOp: perOp(gone('loadMs')),
      otherCores: (gone('busyMs') - gone('treeMs') - gone('loadMs')) / gone('at'),
    };
  };
}

function reading(pid: number) {
  const load = process.cpuUsage();
  return {
    at: performance.now(),
    treeMs: cpuMsOfTree(pid),
    ownMs: cpuMsOf(pid),
    loadMs: (load.user + load.system) / 1000,
    busyMs: busyMs(),
  };
}

/** Of the whole machine; the kernel counts in hundredths of a second. */
function busyMs(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = readFileSync(
    '/proc/stat',
    'utf8',
  )
    .split('\n', 1)[0]!
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + soft + steal) * 10;
}
