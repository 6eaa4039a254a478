// A network of its own that is joined with this machine by one cable, on which packets of UDP are lost: a network namespace and a
// filter of the kernel. Programs are started into it.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why tests that need another network are skipped here; false where one can be made. */
export const farNetworkMissing: string | false = whyNoNetwork();

function whyNoNetwork(): string | false {
  if (process.getuid?.() !== 0) return 'only root can make a network namespace';
  for (const program of ['ip', 'tc'])
    if (spawnSync(program, ['-V']).error !== undefined)
      return `${program} is not installed (Debian: apt-get install iproute2)`;
  const name = `parley-${process.pid}-probe`;
  try {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'add', 'probe', 'type', 'veth', 'peer', 'name', 'probed');
    loseUdp(['-n', name], 'probe', 50);
    return false;
  } catch (error) {
    return `this machine makes no network with losses: ${(error as Error).message.trim()}`;
  } finally {
    spawnSync('ip', ['netns', 'delete', name]);
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}

/** What comes in through that end of a cable: packets of UDP over IPv4 are thrown away by chance. */
function loseUdp(inside: readonly string[], device: string, percent: number): void {
  const least = Math.min(0xffffffff, Math.round((percent / 100) * 0x1_0000_0000));
  // Classic BPF: the type of the frame, the protocol, a random number; 0 lets pass, 2 throws away.
  const program = [
    '40 0 0 12',
    '21 0 4 2048',
    '48 0 0 23',
    '21 0 2 17',
    '32 0 0 4294963256',
    `53 0 1 ${least}`,
    '6 0 0 0',
    '6 0 0 2',
  ];
  const tc = (...args: readonly string[]) => execFileSync('tc', [...inside, ...args], { stdio: 'pipe' });
  tc('qdisc', 'replace', 'dev', device, 'clsact');
  tc(
    'filter',
    'replace',
    'dev',
    device,
    'ingress',
    'pref',
    '1',
    'handle',
    '1',
    'bpf',
    'da',
    'bytecode',
    `${program.length},${program.join(',')},`,
  );
}

export class FarNetwork implements AsyncDisposable {
  /** This machine's address on the cable. */
  readonly here: string;
  readonly #name: string;
  readonly #device: string;
  readonly #folder: string;

  private constructor(name: string, device: string, here: string, folder: string) {
    this.#name = name;
    this.#device = device;
    this.here = here;
    this.#folder = folder;
  }

  static async open(): Promise<FarNetwork> {
    const number = randomInt(1, 0x3fff);
    const name = `parley-${process.pid}-${number}`;
    const device = `far${number}`;
    const net = `10.77.${number >> 6}.`;
    const [here, there] = [`${net}${((number & 63) << 2) + 1}`, `${net}${((number & 63) << 2) + 2}`];
    const folder = await mkdtemp(join(tmpdir(), 'parley-far-'));
    const far = new FarNetwork(name, device, here, folder);
    ip('netns', 'add', name);
    ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'cable', 'netns', name);
    ip('address', 'add', `${here}/30`, 'dev', device);
    ip('link', 'set', device, 'up');
    ip('-n', name, 'address', 'add', `${there}/30`, 'dev', 'cable');
    for (const each of ['cable', 'lo']) ip('-n', name, 'link', 'set', each, 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', here);
    return far;
  }

  /** From now on, of all packets of UDP, either way. 100 is a network that lets none through. */
  losesUdp(percent: number): void {
    loseUdp([], this.#device, percent);
    loseUdp(['-n', this.#name], 'cable', percent);
  }

  /** A program like that one, which runs there. */
  async inside(program: string): Promise<string> {
    const path = join(this.#folder, 'inside');
    await writeFile(path, `#!/bin/sh\nexec ip netns exec ${this.#name} ${program} "$@"\n`);
    await chmod(path, 0o755);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The cable goes with it.
    spawnSync('ip', ['netns', 'delete', this.#name]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
