// Fuzz target of licence files: whatever the bytes, nothing throws, nothing unsigned is accepted, and an envelope that
// was read survives writing and reading. Run by `npm run fuzz` and by the properties.
import { readEnvelopes, writeFrame } from './envelope.ts';
import { parseStrictJson } from './strict-json.ts';
import { keyRing, verifyLicenceFile, verifyRevocations } from './verify.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/licence-file'];

/** The seeds are signed with it, so that changed seeds reach every check; its private half was thrown away. */
const ring = keyRing({ k1: 'b21bced4e94ff186dbfdf0c3467fd04a226176009ac16600a3d66c4cf7dfc3f2' });
/** What the seeds say; the fuzzer cannot sign anything else. */
const SEEDED_ID = 'lic-0001';
const SEEDED_REVOCATION = 'lic-0002';

export function fuzz(data: Uint8Array): void {
  if (!ring.ok) throw new Error('the key of the seeds is refused');
  const text = new TextDecoder().decode(data);
  parseStrictJson(text);
  const verified = verifyLicenceFile(text, { keys: ring.value, at: Date.UTC(2026, 5, 1) });
  if (verified.ok && verified.value.payload.id !== SEEDED_ID) throw new Error('a forged file was accepted');
  const list = verifyRevocations(text, ring.value);
  if (list.ok && list.value.payload.revoked[0]?.id !== SEEDED_REVOCATION)
    throw new Error('a forged list was accepted');

  const read = readEnvelopes('licence', text);
  if (!read.ok) return;
  for (const envelope of read.value) {
    const again = readEnvelopes('licence', writeFrame('licence', envelope));
    if (!again.ok) {
      // Base64 makes a frame longer than the object that was read.
      if (again.fault.code === 'LICENCE_FILE_TOO_LARGE') continue;
      throw new Error(`its own frame is refused: ${again.fault.code}`);
    }
    if (JSON.stringify(again.value) !== JSON.stringify([envelope]))
      throw new Error('the frame changed the file');
  }
}
