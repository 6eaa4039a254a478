// Tells a process from another one that got the same number later. Used by data-lock.ts.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Kernel ticks since boot at which it started; absent where there is no /proc. */
  readonly startTicks?: string;
  readonly bootId?: string;
  /** Two containers on one machine number their processes separately. */
  readonly pidNamespace?: string;
}

export function thisProcess(): ProcessIdentity {
  const startTicks = startTicksOf(process.pid);
  const bootId = quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const pidNamespace = quietly(() => readlinkSync('/proc/self/ns/pid'));
  return {
    pid: process.pid,
    host: hostname(),
    ...(startTicks === undefined ? {} : { startTicks }),
    ...(bootId === undefined ? {} : { bootId }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
  };
}

/** `unknown` when it runs where we cannot look: on another machine or in another container. */
export function isAlive(other: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  const self = thisProcess();
  const sameMachine = other.bootId === undefined ? other.host === self.host : other.bootId === self.bootId;
  if (!sameMachine) return other.host === self.host ? 'gone' : 'unknown';
  if (other.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!answersSignal(other.pid)) return 'gone';
  const ticks = startTicksOf(other.pid);
  return other.startTicks === undefined || ticks === undefined || other.startTicks === ticks
    ? 'alive'
    : 'gone';
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses. A zombie counts as gone. */
function startTicksOf(pid: number): string | undefined {
  const fields = quietly(() =>
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' '),
  );
  return fields === undefined ? undefined : fields[0] === 'Z' ? 'zombie' : fields[19];
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
