// sipvicious as the attacker: its tools under their own name or that of an honest phone, from an address of their own.
import { fixedPort } from './fixed-port.ts';
import { programMissing } from './program.ts';
import { type Finished, runOnce } from './sipsak.ts';

/** Why tests with sipvicious are skipped here; false where it is installed. */
export const sipviciousMissing = programMissing('svmap', 'sipvicious');

/** An address of this machine that nobody else sends from: what is held against it is held against nobody else. */
const ATTACKER = '127.0.0.66';
const FOLDER = '/usr/share/sipvicious';

export interface Attack {
  readonly tool: 'svmap' | 'svwar' | 'svcrack';
  readonly args: readonly string[];
  /** What it calls itself; without this the tool says who it is. */
  readonly userAgent?: string;
}

export async function attack({ tool, args, userAgent }: Attack): Promise<Finished> {
  // Only svmap has an option for the address that it sends from, and none has one for its name.
  const program = [
    'import socket, sys',
    `sys.path.insert(0, ${JSON.stringify(FOLDER)})`,
    'bind = socket.socket.bind',
    `socket.socket.bind = lambda self, place: bind(self, (${JSON.stringify(ATTACKER)}, place[1]))`,
    'from sipvicious.libs import svhelper',
    `name = ${JSON.stringify(userAgent ?? 'friendly-scanner')}`,
    "values = tuple(name if v == 'friendly-scanner' else v for v in svhelper.makeRequest.__defaults__)",
    'svhelper.makeRequest.__defaults__ = values',
    `from sipvicious import ${tool}`,
    `${tool}.main()`,
  ].join('\n');
  return runOnce('python3', ['-c', program, '-x', ATTACKER, '-P', String(await fixedPort()), ...args]);
}
