// Fuzz target of session descriptions: whatever the bytes, nothing throws, what was read survives writing and reading, and
// what is answered fits the offer and is read the same by both ends. Run by `npm run fuzz` and by the properties.

import type { SessionDescription } from './description.ts';
import { agree } from './negotiation/agreement.ts';
import { answer } from './negotiation/answer.ts';
import { changesOf } from './negotiation/change.ts';
import { offer } from './negotiation/offer.ts';
import { parseSdp } from './parser.ts';
import { serializeSdp } from './serializer.ts';
import { audio, intent, PHONE, phoneTransport, SERVER, transport, wanting } from './testing/ends.ts';
import { checkMirror } from './testing/mirror.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/sdp'];

const ours = offer(SERVER, intent([audio(transport(1))]));
const phones = offer(PHONE, intent([audio(phoneTransport(1))]));

export function fuzz(data: Uint8Array): void {
  const parsed = parseSdp(data);
  if (!parsed.ok) {
    if (parsed.offset < 0 || parsed.offset > data.length) throw new Error(`offset ${parsed.offset}`);
    return;
  }
  for (const { offset } of parsed.notes)
    if (offset < 0 || offset > data.length) throw new Error(`offset ${offset}`);
  checkWritten(parsed.description);
  checkAnswered(parsed.description);
  // Taken for an answer, it may be none, and that is all.
  for (const local of [ours, phones]) agree({ local, remote: parsed.description, offerer: 'local' });
}

function checkWritten(description: SessionDescription): void {
  const bytes = serializeSdp(description);
  const again = parseSdp(bytes);
  if (!again.ok) throw new Error(`written and not read: ${again.reason}`);
  const twice = serializeSdp(again.description);
  if (twice.length !== bytes.length || twice.some((byte, at) => byte !== bytes[at]))
    throw new Error('written otherwise');
}

function checkAnswered(offered: SessionDescription): void {
  for (const [capabilities, at] of [
    [SERVER, transport(2)],
    [PHONE, phoneTransport(2)],
  ] as const) {
    const wanted = wanting(offered, at);
    const result = answer(offered, capabilities, wanted);
    if (!result.ok) continue;
    const local = result.answer;
    checkWritten(local);
    for (const [index, media] of local.media.entries()) {
      const question = offered.media[index];
      if (media.kind !== question?.kind || media.protocol !== question.protocol)
        throw new Error('another media');
      if (media.port !== 0 && !media.formats.every((format) => isOffered(format, question.formats)))
        throw new Error(`formats ${media.formats} answer ${question.formats}`);
    }
    const theirs = agree({ local: offered, remote: local, offerer: 'local' });
    if (!theirs.ok) throw new Error(theirs.reason);
    checkMirror(result.media, theirs.media);
    // Answered again, with nothing changed, it is the same, version and all.
    const again = answer(offered, capabilities, {
      ...wanted,
      previous: { local, remote: offered, offerer: 'remote' },
    });
    if (!again.ok || !changesOf(local, again.answer).isUnchanged)
      throw new Error('the same offer is answered otherwise');
    if (again.answer.origin.sessionVersion !== local.origin.sessionVersion)
      throw new Error('the version went up');
  }
}

/** `00` is 0. */
function isOffered(format: string, formats: readonly string[]): boolean {
  return (
    formats.includes(format) ||
    formats.some((each) => /^0+\d+$/.test(each) && String(Number(each)) === format)
  );
}
