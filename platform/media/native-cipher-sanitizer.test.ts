import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { compileBinding } from '../net/udp-native-build.ts';
import { CIPHER_SOURCE } from './native-cipher.ts';

const run = promisify(execFile);
const library = sanitizer();

function sanitizer(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const path = execFileSync('cc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
    return isAbsolute(path) && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

test('the native cipher keeps to its memory under AddressSanitizer, whatever it is given', {
  skip: library === undefined ? 'no C compiler with AddressSanitizer (Debian: apt-get install gcc)' : false,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sanitizer-'));
  t.after(() => rm(folder, { recursive: true }));
  const binding = join(folder, 'cipher.node');
  const flags = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  await compileBinding(CIPHER_SOURCE, binding, flags);
  const env = { ...process.env, LD_PRELOAD: library ?? '', ASAN_OPTIONS: 'detect_leaks=0' };
  const flood = join(import.meta.dirname, 'native-cipher-flood.ts');
  const { stdout } = await run(process.execPath, [flood, binding], { env });
  assert.deepEqual(JSON.parse(stdout), { refused: 15_000 });
});
