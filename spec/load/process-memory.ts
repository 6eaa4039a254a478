// Memory of a process and its descendants, from /proc (Linux): resident, and proportional (shared pages counted once).
// And the CPU time of a process.
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
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entryOf(Number(name)));
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree.flatMap(memoryOf);
}

/** User and system time; the kernel counts it in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const text = read(pid, 'stat');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function entryOf(pid: number): Entry[] {
  const text = read(pid, 'stat');
  const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  return text === '' ? [] : [{ pid, parent }];
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
