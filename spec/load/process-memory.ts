// Memory of a process and its descendants, from /proc (Linux): resident, and proportional (shared pages counted once).
// And the CPU time of both.
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  readonly pid: number;
  readonly name: string;
  readonly rssBytes: number;
  readonly pssBytes: number;
}

interface Entry {
  readonly pid: number;
  readonly parent: number;
}

/** The process itself first. */
export function memoryOfTree(root: number): ProcessMemory[] {
  return treeOf(root).flatMap(memoryOf);
}

/** User and system time; the kernel counts it in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Of the process and its descendants, those that have ended included. */
export function cpuMsOfTree(root: number): number {
  return treeOf(root)
    .map(statOf)
    .reduce((sum, fields) => {
      const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
      return sum + (user + system + endedUser + endedSystem) * 10;
    }, 0);
}

function treeOf(root: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entryOf(Number(name)));
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree;
}

function entryOf(pid: number): Entry[] {
  const fields = statOf(pid);
  return fields.length < 2 ? [] : [{ pid, parent: Number(fields[1]) }];
}

/** From the state of the process on: what is before it may hold spaces. */
function statOf(pid: number): string[] {
  const text = read(pid, 'stat');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function memoryOf(pid: number): ProcessMemory[] {
  const text = read(pid, 'smaps_rollup');
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  if (text === '') return [];
  return [{ pid, name: read(pid, 'comm').trim(), rssBytes: bytes('Rss'), pssBytes: bytes('Pss') }];
}

/** Empty for a process that has gone. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
