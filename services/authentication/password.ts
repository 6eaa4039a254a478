// People's own passwords: argon2id, and the one rule about their length.
import { hash, verify } from '@node-rs/argon2';

export const PASSWORD_MINIMUM = 10;

/** 2 is Argon2id in RFC 9106 §3.1; the package's constant is an ambient enum that erasable syntax cannot read. */
const ARGON2ID = 2;
/** RFC 9106 §4, second recommendation halved: 19 MiB, 2 passes, one lane. */
const COST = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export function isWeak(password: string): boolean {
  return [...password].length < PASSWORD_MINIMUM;
}

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST);
}

export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password.normalize('NFKC'));
}

let decoy: Promise<string> | undefined;

/** As slow as a real check, so that the time of an answer does not say whether an account exists. */
export async function verifyNobody(password: string): Promise<false> {
  decoy ??= hashPassword('nobody has this password');
  await verifyPassword(await decoy, password);
  return false;
}
