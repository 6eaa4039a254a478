// Fuzz target of packets: whatever the bytes, nothing throws, and what was read survives writing and reading. Run by
// `npm run fuzz` and by the properties.
import {
  buildExtension,
  checkRtp,
  datagramKind,
  extensionData,
  opusDurationTicks,
  parseOpusPacket,
  parseRedundant,
  parseRtcp,
  parseRtp,
  parseTelephoneEvent,
  type RtcpPacket,
  readExtensions,
  rtcpPacketBytes,
  serializeRedundant,
  serializeRtcp,
  serializeRtp,
  serializeTelephoneEvent,
} from './index.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/rtp'];

export function fuzz(data: Uint8Array): void {
  datagramKind(data);
  fuzzRtp(data);
  fuzzRtcp(data);
  const event = parseTelephoneEvent(data);
  if (event !== undefined) mustEqual(parseTelephoneEvent(serializeTelephoneEvent(event)), event);
  const redundant = parseRedundant(data);
  if (redundant.ok) mustEqual(parseRedundant(serializeRedundant(redundant.blocks)), redundant);
  const opus = parseOpusPacket(data);
  if (opus.ok && opus.durationTicks !== opusDurationTicks(data)) throw new Error('two lengths of one packet');
}

function fuzzRtp(data: Uint8Array): void {
  const parsed = parseRtp(data);
  if (parsed.ok !== (checkRtp(data) === undefined)) throw new Error('checked and read are two things');
  if (!parsed.ok) return;
  const { packet } = parsed;
  const isLikeRtcp = packet.marker && packet.payloadType >= 64 && packet.payloadType <= 95;
  if (!isLikeRtcp) mustEqual(parseRtp(serializeRtp(packet)), parsed);
  if (packet.extension === undefined) return;
  const read = readExtensions(packet.extension);
  if (!read.ok || read.form === 'other') return;
  mustEqual(elementsOf(buildExtension(read.elements)), read.elements);
  for (const { id, data: found } of read.elements)
    if (read.elements.find((each) => each.id === id)?.data === found)
      mustEqual(extensionData(data, id), found);
}

function elementsOf(extension: ReturnType<typeof buildExtension>) {
  const read = readExtensions(extension);
  return read.ok ? read.elements : undefined;
}

function fuzzRtcp(data: Uint8Array): void {
  for (let at = 0; at < data.length; ) {
    const bytes = rtcpPacketBytes(data, at);
    if (bytes === 0) break;
    at += bytes;
  }
  const parsed = parseRtcp(data);
  for (const packet of parsed.packets) {
    if (!isWritable(packet)) continue;
    const again = parseRtcp(serializeRtcp([packet]));
    mustEqual(again, { ok: true, packets: [packet] });
  }
}

/** Text that was no UTF-8 is longer than it was; names may have any byte; a list out of order is put in order. */
function isWritable(packet: RtcpPacket): boolean {
  const isShort = (text: string) => new TextEncoder().encode(text).length <= 255;
  if (packet.kind === 'source-description')
    return packet.chunks.every(({ items }) => items.every(({ text }) => isShort(text)));
  if (packet.kind === 'goodbye') return isShort(packet.reason ?? '');
  if (packet.kind === 'extended-report')
    // A number of another size than its type has is kept as another block.
    return packet.blocks.every((block) => block.type !== 'other' || block.data.length % 4 === 0);
  // Padding that is no whole words leaves such parts.
  if ('extension' in packet) return packet.extension.length % 4 === 0;
  if (packet.kind === 'application') return packet.data.length % 4 === 0;
  if (packet.kind === 'feedback') return packet.information.length % 4 === 0;
  if (packet.kind === 'unknown') return packet.body.length % 4 === 0;
  if (packet.kind === 'nack') return false;
  return true;
}

function mustEqual(actual: unknown, expected: unknown): void {
  const write = (value: unknown) =>
    JSON.stringify(value, (_, held) => (held instanceof Uint8Array ? [...held] : held));
  const [a, b] = [write(actual), write(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
