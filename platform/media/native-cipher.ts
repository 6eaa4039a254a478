// The cryptography of SRTP by native/srtp-cipher.c: the same OpenSSL as node:crypto, without an object for each packet. Compiled once
// for this machine where there is a C compiler; elsewhere node:crypto serves. Suite: native-cipher.test.ts.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Cipher } from '@parley/protocol/rtp';
import { loadBinding } from '../net/udp-native-build.ts';

declare const handle: unique symbol;
type Handle = { readonly [handle]: true };

interface Binding {
  counter(key: Uint8Array): Handle;
  galois(key: Uint8Array): Handle;
  hmac(key: Uint8Array): Handle;
  stream(counter: Handle, block: Uint8Array, bytes: Uint8Array): void;
  seal(galois: Handle, nonce: Uint8Array, associated: Uint8Array, bytes: Uint8Array, tag: Uint8Array): void;
  open(
    galois: Handle,
    nonce: Uint8Array,
    associated: Uint8Array,
    bytes: Uint8Array,
    tag: Uint8Array,
  ): boolean;
  digest(hmac: Handle, first: Uint8Array, second: Uint8Array, out: Uint8Array): void;
}

export type NativeCipher =
  | { readonly ok: true; readonly cipher: Cipher }
  | { readonly ok: false; readonly reason: string };

export const CIPHER_SOURCE = join(import.meta.dirname, 'native', 'srtp-cipher.c');
const require = createRequire(import.meta.url);

let loading: Promise<NativeCipher> | undefined;

/** @returns the same answer for the life of the thread. */
export function loadNativeCipher(): Promise<NativeCipher> {
  loading ??= load();
  return loading;
}

async function load(): Promise<NativeCipher> {
  const native = await loadBinding<Binding>(CIPHER_SOURCE, []);
  return native.ok ? { ok: true, cipher: cipherOf(native.binding) } : native;
}

/** @param path a compiled module. @throws where a symbol is missing. */
export function cipherAt(path: string): Cipher {
  return cipherOf(require(path) as Binding);
}

function cipherOf(binding: Binding): Cipher {
  return {
    aesCounter(key) {
      const context = binding.counter(key);
      return (counter, bytes) => binding.stream(context, counter, bytes);
    },
    hmacSha1(key) {
      const context = binding.hmac(key);
      // Read before the next one is made.
      const digest = new Uint8Array(20);
      return (first, second) => {
        binding.digest(context, first, second, digest);
        return digest;
      };
    },
    aesGcm(key) {
      const context = binding.galois(key);
      const tag = new Uint8Array(16);
      return {
        seal(nonce, associated, bytes) {
          binding.seal(context, nonce, associated, bytes, tag);
          return tag;
        },
        open: (nonce, associated, bytes, theirs) => binding.open(context, nonce, associated, bytes, theirs),
      };
    },
  };
}
