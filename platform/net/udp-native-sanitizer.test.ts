import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { SANITIZER_FLAGS, sanitizerLibrary, sanitizerMissing } from './sanitizer-testing.ts';
import { compileUdpBinding } from './udp-native-build.ts';

const run = promisify(execFile);

test('the native UDP port keeps to its memory under AddressSanitizer, whatever comes and goes', {
  skip: sanitizerMissing,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sanitizer-'));
  t.after(() => rm(folder, { recursive: true }));
  const binding = join(folder, 'udp.node');
  await compileUdpBinding(binding, SANITIZER_FLAGS);
  const env = { ...process.env, LD_PRELOAD: sanitizerLibrary ?? '', ASAN_OPTIONS: 'detect_leaks=0' };
  const flood = join(import.meta.dirname, 'udp-native-flood.ts');
  const { stdout } = await run(process.execPath, [flood, binding, String(Date.now()), '4'], { env });
  const told = JSON.parse(stdout) as { sent: number; received: number; visits: number };
  assert.ok(told.sent > 100 && told.received > 100 && told.visits > 0, stdout);
});
