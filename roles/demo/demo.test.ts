import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { contactsOf, conversations, notes } from './history.ts';
import { ACTORS, localPartOf, organisation } from './organisation.ts';
import { encodePng } from './png.ts';
import { portrait } from './portraits.ts';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** RFC 2083 §3.2, checked byte by byte. */
function chunksOf(png: Buffer): Chunk[] {
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const end = at + 8 + length;
    assert.equal(png.readUInt32BE(end), crc32(png.subarray(at + 4, end)), 'the CRC of a chunk');
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

test('a picture is a valid PNG with every line and every pixel', () => {
  const pixels = Uint8Array.from({ length: 3 * 2 * 3 }, (_, index) => index * 13);
  const chunks = chunksOf(encodePng(3, 2, pixels));
  assert.deepEqual(
    chunks.map(({ type }) => type),
    ['IHDR', 'IDAT', 'IEND'],
  );
  assert.deepEqual([...chunks[0]!.data], [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const lines = inflateSync(chunks[1]!.data);
  const decoded: number[] = [];
  for (let y = 0; y < 2; y++) {
    assert.equal(lines[y * 10], 2, 'filter "up"');
    for (let x = 0; x < 9; x++) decoded.push((lines[y * 10 + 1 + x]! + (y === 0 ? 0 : decoded[x]!)) & 0xff);
  }
  assert.deepEqual(decoded, [...pixels]);
});

test('everybody has a portrait of a few kilobytes, the same every time and unlike the others', () => {
  const seen = new Set<string>();
  for (const { local, look } of organisation) {
    const picture = portrait(local, look);
    assert.ok(picture.length > 1000 && picture.length < 8000, `${local}: ${picture.length} bytes`);
    seen.add(picture.toString('base64'));
  }
  assert.equal(seen.size, organisation.length);
  const { local, look } = organisation[0]!;
  assert.deepEqual(portrait(local, look), portrait(local, look));
  assert.equal(chunksOf(portrait(local, look))[0]!.data.readUInt32BE(0), 128);
});

test('the organisation has fifty people with addresses and numbers of their own', () => {
  assert.equal(organisation.length, 50);
  assert.deepEqual(
    organisation.slice(0, 4).map(({ local }) => local),
    [...ACTORS],
  );
  assert.equal(new Set(organisation.map(({ local }) => local)).size, 50);
  assert.equal(new Set(organisation.map(({ phone }) => phone)).size, 50);
  for (const { local, phone, department, office, title } of organisation) {
    assert.match(local, /^[a-z]+(\.[a-z]+)*$/);
    // 020 7946 0000 to 0999 is kept free for drama.
    assert.match(phone, /^\+442079460\d{3}$/);
    assert.ok(department !== '' && office !== '' && title !== '');
  }
});

test('names become addresses that every keyboard can type', () => {
  assert.equal(localPartOf('Jürgen Weiß'), 'jurgen.weiss');
  assert.equal(localPartOf('Łukasz Wiśniewski'), 'lukasz.wisniewski');
  assert.equal(localPartOf('Æsa Þórsdóttir'), 'aesa.thorsdottir');
  assert.equal(localPartOf('Ayşe Yıldırım'), 'ayse.yildirim');
});

test('contact lists, conversations and notes name only people who are there', () => {
  const known = new Set(organisation.map(({ local }) => local));
  const named = [
    ...ACTORS.flatMap((actor) => contactsOf(actor).map(({ local }) => local)),
    ...conversations.flatMap(({ people }) => people),
    ...Object.keys(notes),
  ];
  for (const local of named) assert.ok(known.has(local), local);
});

test('a conversation runs forward in time and only its people speak', () => {
  for (const { people, messages, unread = {} } of conversations) {
    for (const [index, [minutesAgo, speaker]] of messages.entries()) {
      assert.ok(people.includes(speaker));
      assert.ok(index === 0 || minutesAgo < messages[index - 1]![0], `${people.join()}: message ${index}`);
    }
    for (const local of Object.keys(unread)) assert.ok(people.includes(local));
  }
});
