import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { SANITIZER_FLAGS, sanitizerLibrary, sanitizerMissing } from '../net/sanitizer-testing.ts';
import { compileBinding } from '../net/udp-native-build.ts';
import { CIPHER_SOURCE } from './native-cipher.ts';

const run = promisify(execFile);

test('the native cipher keeps to its memory under AddressSanitizer, whatever it is given', {
  skip: sanitizerMissing,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sanitizer-'));
  t.after(() => rm(folder, { recursive: true }));
  const binding = join(folder, 'cipher.node');
  await compileBinding(CIPHER_SOURCE, binding, SANITIZER_FLAGS);
  const env = { ...process.env, LD_PRELOAD: sanitizerLibrary ?? '', ASAN_OPTIONS: 'detect_leaks=0' };
  const flood = join(import.meta.dirname, 'native-cipher-flood.ts');
  const { stdout } = await run(process.execPath, [flood, binding], { env });
  assert.deepEqual(JSON.parse(stdout), { refused: 15_000 });
});
