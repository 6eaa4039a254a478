// What a figure was measured on, printed and stored with it.
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export interface Machine {
  readonly at: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly system: string;
  /** Of the last minute, before the run: above 0.5 others disturb it. */
  readonly load: number;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${release()}`,
    load: Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]),
  };
}

export function machineLine({ cpu, cores, memoryGb, node, system, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}, load ${load}`;
}
