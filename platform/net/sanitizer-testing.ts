// AddressSanitizer for tests of what is compiled here: where its library is, and how a binding is built for it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';

export const SANITIZER_FLAGS = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** Undefined where this machine has none. */
export const sanitizerLibrary = findLibrary();

/** Why such tests are skipped here; false where they run. */
export const sanitizerMissing =
  sanitizerLibrary === undefined
    ? 'no C compiler with AddressSanitizer (Debian: apt-get install gcc)'
    : false;

function findLibrary(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const path = execFileSync('cc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
    return isAbsolute(path) && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
