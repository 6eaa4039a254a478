// Fuzz target of sound files: whatever the bytes, nothing throws, and nobody reads more than the file has. Run by `npm run fuzz`
// and by the properties.

import { OggReader, OggWriter } from './ogg.ts';
import { oggOpusClip, parseOggOpus } from './ogg-opus.ts';
import { loadOpus } from './opus.ts';
import { parseWav, wavClip } from './wav.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/sound'];

await loadOpus();
const into = new Int16Array(960);

export function fuzz(data: Uint8Array): void {
  const wav = parseWav(data);
  if (wav.ok) {
    using reader = wavClip(wav).open();
    let samples = 0;
    for (let count = reader.read(into); count > 0; count = reader.read(into)) samples += count;
    if (Math.abs(samples - (wav.durationMs * wav.sampleRate) / 1_000) > 0.01)
      throw new Error('not as long as it says');
    if (samples > data.length) throw new Error('more samples than bytes');
  }
  const opus = parseOggOpus(data);
  if (opus.ok) {
    if (!(opus.durationMs >= 0)) throw new Error('a duration below nothing');
    using reader = oggOpusClip(opus, 8_000).open();
    let samples = 0;
    for (let count = reader.read(into); count > 0; count = reader.read(into)) samples += count;
    if (samples > opus.durationMs * 8 + 1) throw new Error('longer than it says');
  }
  fuzzOgg(data);
}

/** The packets that are found are found again, when they are written anew. */
function fuzzOgg(data: Uint8Array): void {
  const packets: Uint8Array[] = [];
  const reader = new OggReader(data);
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) packets.push(packet.data);
  const pages: Uint8Array[] = [];
  const writer = new OggWriter(1, (page) => pages.push(page));
  const written = packets.filter(({ length }) => length < 255 * 255);
  for (const [index, packet] of written.entries()) writer.add(packet, index);
  writer.end(written.length);
  const again = new OggReader(Buffer.concat(pages));
  for (const packet of written)
    if (Buffer.compare(again.next()?.data ?? Buffer.alloc(0), packet) !== 0)
      throw new Error('another packet');
  if (again.next() !== undefined) throw new Error('one packet more');
}
