// Secrets of DTLS 1.2 with SHA-256 (RFC 5246 §5, §6.3, §8.1; RFC 7627 §4; RFC 5705 §4).
import {
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/** RFC 5246 §5: P_SHA256. */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, bytes: number): Buffer {
  const start = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const parts: Buffer[] = [];
  let a: Buffer = start;
  for (let have = 0; have < bytes; have += 32) {
    a = createHmac('sha256', secret).update(a).digest();
    parts.push(createHmac('sha256', secret).update(a).update(start).digest());
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

export function sha256(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Groups of RFC 8422 §5.1.1, the best first. The prefix makes a key out of a bare point. */
const GROUPS = [
  { number: 0x001d, name: 'x25519', pointBytes: 32, prefix: Buffer.from('302a300506032b656e032100', 'hex') },
  {
    number: 0x0017,
    name: 'prime256v1',
    pointBytes: 65,
    prefix: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
  },
] as const;

export interface KeyShare {
  readonly group: number;
  readonly point: Buffer;
  /** @returns undefined for a point that is none. */
  agree(peerPoint: Uint8Array): Buffer | undefined;
}

/** A key pair of the best group that the peer has too. */
export function newKeyShare(peerGroups: readonly number[]): KeyShare | undefined {
  const group = GROUPS.find(({ number }) => peerGroups.includes(number));
  if (group === undefined) return undefined;
  const { privateKey, publicKey } = newPair(group.name);
  const { number, prefix, pointBytes } = group;
  return {
    group: number,
    point: publicKey.export({ type: 'spki', format: 'der' }).subarray(prefix.length),
    agree(peerPoint) {
      if (peerPoint.length !== pointBytes) return undefined;
      try {
        const key = Buffer.concat([prefix, peerPoint]);
        return diffieHellman({
          privateKey,
          publicKey: createPublicKey({ key, type: 'spki', format: 'der' }),
        });
      } catch {
        return undefined;
      }
    },
  };
}

function newPair(name: 'x25519' | 'prime256v1'): {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
} {
  return name === 'x25519'
    ? generateKeyPairSync('x25519')
    : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}
