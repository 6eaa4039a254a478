// Tells a process from another one that got the same number later. Used by data-lock.ts.
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { runAs } from './embedded-account.ts';
import { errorCode } from './store-error.ts';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** When it started, in the system's own words; absent where the system does not tell. */
  readonly began?: string;
  readonly bootId?: string;
  /** Two containers on one machine number their processes separately. */
  readonly pidNamespace?: string;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const [began, bootId, pidNamespace] = await Promise.all([
    beganAt(process.pid),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined),
    readlink('/proc/self/ns/pid').catch(() => undefined),
  ]);
  return {
    pid: process.pid,
    host: hostname(),
    ...(began === undefined ? {} : { began }),
    ...(bootId === undefined ? {} : { bootId: bootId.trim() }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
  };
}

/** `unknown` when it runs where we cannot look: on another machine or in another container. */
export async function isAlive(other: ProcessIdentity): Promise<'alive' | 'gone' | 'unknown'> {
  const self = await thisProcess();
  const sameMachine = other.bootId === undefined ? other.host === self.host : other.bootId === self.bootId;
  if (!sameMachine) return other.host === self.host ? 'gone' : 'unknown';
  if (other.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!processExists(other.pid)) return 'gone';
  const began = await beganAt(other.pid);
  return other.began === undefined || began === undefined || other.began === began ? 'alive' : 'gone';
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** A zombie began, but holds nothing any more: it counts as another process. */
async function beganAt(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') {
    return (await runAs(undefined, 'ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim() || undefined;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // Kernel ticks since boot, field 22; the name in field 2 may hold spaces and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? 'zombie' : fields?.[19];
}
