// A program of native-cipher-sanitizer.test.ts: packets of every length, contexts that come and go, arrays that are none.
import { randomBytes } from 'node:crypto';
import { cipherAt } from './native-cipher.ts';

const cipher = cipherAt(process.argv[2]!);
let refused = 0;
for (let round = 0; round < 3_000; round++) {
  const bytes = new Uint8Array(randomBytes(round % 1_500));
  const [counter, hmac, galois] = [
    cipher.aesCounter(randomBytes(16)),
    cipher.hmacSha1(randomBytes(round % 70)),
    cipher.aesGcm(randomBytes(32)),
  ];
  counter(randomBytes(16), bytes);
  hmac(bytes, bytes.subarray(round % (bytes.length + 1)));
  const nonce = randomBytes(12);
  const tag = galois.seal(nonce, bytes.subarray(0, 12), bytes.subarray(Math.min(12, bytes.length)));
  galois.open(nonce, bytes.subarray(0, 12), bytes.subarray(Math.min(12, bytes.length)), tag);
  for (const wrong of [undefined, 'text', {}, new Float64Array(2), new Uint8Array(3)]) {
    try {
      counter(wrong as Uint8Array, bytes);
    } catch {
      refused++;
    }
  }
}
process.stdout.write(JSON.stringify({ refused }));
