// A way through the network that is dead from one moment to the next: packets between two UDP ports of this machine vanish, as
// when a laptop leaves its Wi-Fi. Needs root and iptables.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FAMILIES = ['iptables', 'ip6tables'];

/** Why paths cannot be broken here; false where they can. */
export const pathsHold: string | false = FAMILIES.every(
  (tool) => spawnSync(tool, ['-w', '-L', 'INPUT', '-n'], { stdio: 'ignore' }).status === 0,
)
  ? false
  : 'iptables is not there, or this is not root';

/** Both ways, until disposed. */
export async function breakPath(one: number, other: number): Promise<AsyncDisposable> {
  const ways = [
    [one, other],
    [other, one],
  ];
  const rule = (verb: '-I' | '-D') =>
    FAMILIES.flatMap((tool) =>
      ways.map(([from, to]) =>
        run(tool, [
          ...['-w', verb, 'INPUT', '-p', 'udp'],
          ...['--sport', String(from), '--dport', String(to), '-j', 'DROP'],
        ]),
      ),
    );
  await Promise.all(rule('-I'));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(rule('-D'));
    },
  };
}
