// The key of an issuer as a file: its name, its public half, and the private key in PEM, readable by its owner only.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { CommandFault, granted } from './answer.ts';
import { badUsage } from './licence-flags.ts';
import { readTextFile } from './read-file.ts';

export interface KeyFile {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** What stands before the PEM is for people, and for `keyOf` the name. */
export async function saveKey(
  file: string,
  {
    kid,
    publicKey,
    privateKeyPem,
  }: { readonly kid: string; readonly publicKey: string; readonly privateKeyPem: string },
): Promise<void> {
  try {
    const text = `Key: ${kid}\nPublic key: ${publicKey}\n${privateKeyPem}`;
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const sentence =
      code === 'EEXIST' ? `There is a file ${file} already.` : `${file} cannot be written (${code}).`;
    const remedy =
      code === 'EEXIST' ? 'Choose another name; a key is never written over.' : 'Check the folder.';
    throw new CommandFault({ code: 'CLI_NOT_WRITTEN', sentence, remedy });
  }
}

export async function keyOf(file: string): Promise<KeyFile> {
  const text = await readTextFile(file);
  const kid = /^Key: (\S.{0,199})$/m.exec(text)?.[1];
  const start = text.indexOf('-----BEGIN');
  if (kid === undefined || start === -1) {
    throw badUsage(`${file} is no key of an issuer.`, 'Make one with: parley licence file keygen');
  }
  const { issuerKey } = await import('@parley/services/licensing/licence-file');
  return granted(issuerKey(kid.trimEnd(), text.slice(start)));
}

/** 32 bytes, hex. */
export function publicKeyOf({ privateKey }: KeyFile): string {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}

/** `name=hex`, each. */
export function pinnedKeys(pins: readonly string[]): Record<string, string> {
  if (pins.length === 0) {
    throw badUsage(
      'There is no key to verify with.',
      'Give the key of the issuer, as you have it from the issuer: --pin NAME=HEX.',
    );
  }
  return Object.fromEntries(
    pins.map((pin) => {
      const [, kid, hex] = /^(.+)=([0-9a-fA-F]{64})$/.exec(pin) ?? [];
      if (kid === undefined || hex === undefined)
        throw badUsage(`"${pin}" is not of the form NAME=HEX.`, 'A key is 64 hexadecimal digits.');
      return [kid, hex.toLowerCase()];
    }),
  );
}
