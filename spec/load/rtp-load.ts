// Phones that talk, by c/rtpload.c, and what the server that passes their packets on takes for them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type SessionKeys, sessionKeys, srtpProfile } from '@parley/protocol/rtp';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';
import { RESULTS } from './figures.ts';
import { cpuMsOfTree } from './process-memory.ts';

/** How the phones of side A protect what they say. */
export const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const MASTER = Buffer.from(Array.from({ length: 30 }, (_, at) => at + 1));
export const SRTP = { suite: SUITE, inline: MASTER.toString('base64') };

export interface Talk {
  /** For each call where the server takes what A says, and what B says; 0 where only A speaks. */
  readonly ports: readonly (readonly [number, number])[];
  /** Where A and B receive. */
  readonly phones: readonly [number, number];
  readonly isProtected?: boolean;
  readonly isOneWay?: boolean;
  /** Payloads other than a tone in G.711. */
  readonly frames?: { readonly payloadType: number; readonly payloads: readonly Uint8Array[] };
  readonly warmS?: number;
  readonly forS: number;
}

export interface Talked {
  readonly sent: number;
  readonly received: number;
  readonly elapsedS: number;
  readonly lostPercent: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** Of the server's process tree. */
  readonly serverCpuMs: number;
  readonly otherCores: number;
}

/** False, and said why, where it cannot be built here. */
export function buildRtpLoad(): boolean {
  const folder = join(import.meta.dirname, 'c');
  if (spawnSync('make', ['-s', '-C', folder, `BIN=${RESULTS}`, 'rtpload'], { stdio: 'inherit' }).status === 0)
    return true;
  console.log(
    'media: left out, because the load tool needs make, a C compiler and OpenSSL 3 (Debian: apt-get install gcc make libssl3)',
  );
  return false;
}

function keysOf(): readonly string[] {
  const profile = srtpProfile(SUITE)!;
  const master = { key: MASTER.subarray(0, profile.keyBytes), salt: MASTER.subarray(profile.keyBytes) };
  const keys: SessionKeys = sessionKeys(nodeCipher, profile, master, false);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return [
    '--cipher-key',
    hex(keys.encryption),
    '--auth-key',
    hex(keys.authentication),
    '--salt',
    hex(keys.salt),
  ];
}

export async function talk(serverPid: number, wish: Talk): Promise<Talked> {
  const calls = join(RESULTS, `rtpload-${process.pid}.calls`);
  await writeFile(calls, wish.ports.map((pair) => `${pair.join(' ')}\n`).join(''));
  const args = ['--file', calls, '--duration', String(wish.forS), '--warm', String(wish.warmS ?? 3)];
  args.push('--port-a', String(wish.phones[0]), '--port-b', String(wish.phones[1]));
  if (wish.isOneWay === true) args.push('--one-way');
  if (wish.isProtected === true) args.push(...keysOf());
  if (wish.frames !== undefined) {
    const frames = join(RESULTS, `rtpload-${process.pid}.frames`);
    await writeFile(
      frames,
      wish.frames.payloads.map((one) => `${Buffer.from(one).toString('hex')}\n`).join(''),
    );
    args.push('--frames', frames, '--payload-type', String(wish.frames.payloadType));
  }
  const child = spawn(join(RESULTS, 'rtpload'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  let [beganMs, last] = [Number.NaN, ''];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'begin') beganMs = cpuMsOfTree(serverPid);
    else last = line;
  }
  const endedMs = cpuMsOfTree(serverPid);
  await gone;
  if (last === '') throw new Error(`rtpload ${args.join(' ')} measured nothing`);
  const told = JSON.parse(last) as Talked & { loadCpuS: number; busyCpuS: number };
  const serverCpuMs = endedMs - beganMs;
  const otherCores = (told.busyCpuS - told.loadCpuS - serverCpuMs / 1000) / told.elapsedS;
  return { ...told, serverCpuMs, otherCores };
}
