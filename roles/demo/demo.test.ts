import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { GROUP_PEOPLE, GROUP_UNREAD, groupMessages } from './group.ts';
import { cards, contactsOf, conversations, notes, places } from './history.ts';
import {
  accessOn,
  assignments,
  FILE_GRANT,
  LEAVER,
  NEWCOMERS,
  purchases,
  terms,
  WITHOUT,
} from './licences.ts';
import { ACTORS, localPartOf, organisation } from './organisation.ts';
import { encodePng } from './png.ts';
import { portrait } from './portraits.ts';
import { standPlan } from './stand-plan.ts';

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
    ...[notes, places, cards].flatMap((said) => Object.keys(said)),
    ...GROUP_PEOPLE,
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

test('the group runs forward in time, answers what was said before, and only its people speak and react', () => {
  const people: readonly string[] = GROUP_PEOPLE;
  for (const [index, message] of groupMessages.entries()) {
    const { minutesAgo, speaker, answers = -1, mentions = [], reactions = {} } = message;
    assert.ok(index === 0 || minutesAgo < groupMessages[index - 1]!.minutesAgo, message.text);
    assert.ok(answers < index, message.text);
    for (const local of [speaker, ...mentions, ...Object.values(reactions).flat()])
      assert.ok(people.includes(local), local);
  }
  for (const local of Object.keys(GROUP_UNREAD)) assert.ok(people.includes(local), local);
  const plan = standPlan();
  assert.equal(chunksOf(plan)[0]!.data.readUInt32BE(0), 320);
  assert.ok(plan.length < 20_000, `${plan.length} bytes`);
});

test('licences name only people who are there, and an Enterprise CAL never comes before the Standard one', () => {
  const known = new Set(organisation.map(({ local }) => local));
  const held = (sku: string) =>
    assignments.flatMap((step) => (step.assign === sku && 'people' in step ? step.people : []));
  const standard = held('parley-standard-cal');
  for (const local of [...standard, ...NEWCOMERS, ...WITHOUT, LEAVER]) assert.ok(known.has(local), local);
  const since = (sku: string, local: string) =>
    assignments.find((step) => step.assign === sku && 'people' in step && step.people.includes(local))?.ago ??
    -1;
  for (const local of held('parley-enterprise-cal')) {
    assert.ok(since('parley-standard-cal', local) >= since('parley-enterprise-cal', local), local);
  }
  assert.equal(new Set(standard).size, organisation.length - NEWCOMERS.length - WITHOUT.length);
  assert.ok(standard.includes(LEAVER));
});

test('no day has more assigned than was bought until then, and one term ends in about fifty days', () => {
  for (const sku of ['parley-standard-cal', 'parley-enterprise-cal']) {
    for (const metric of ['user', 'device'] as const) {
      for (let ago = 91; ago >= 0; ago--) {
        const owned = [...purchases, { ...FILE_GRANT, ago: 120 }]
          .filter((each) => each.sku === sku && each.metric === metric && each.ago >= ago)
          .reduce((sum, { quantity }) => sum + quantity, 0);
        const assigned = assignments
          .filter(
            (step) => step.assign === sku && step.ago >= ago && 'people' in step === (metric === 'user'),
          )
          .reduce((sum, step) => sum + ('people' in step ? step.people.length : 1), 0);
        assert.ok(assigned <= owned, `${sku} per ${metric}, ${ago} days ago: ${assigned} of ${owned}`);
      }
    }
  }
  assert.equal(terms.filter(({ to }) => to > 0 && to < 60).length, 1);
});

test('access has the rhythm of an office: weekdays, shifts on shared terminals, phones without a person', () => {
  const weekdays = Array.from({ length: 90 }, (_, ago) => accessOn(ago, 3));
  const sundays = Array.from({ length: 90 }, (_, ago) => accessOn(ago, 0));
  const median = (days: readonly (readonly unknown[])[]) =>
    days.map(({ length }) => length).sort((a, b) => a - b)[45]!;
  assert.ok(median(weekdays) > 50 && median(sundays) < 8, `${median(weekdays)} and ${median(sundays)}`);
  const edges = weekdays.flat();
  const people = (deviceId: string) =>
    new Set(edges.filter(({ device }) => device.deviceId === deviceId).map(({ local }) => local));
  assert.equal(people('support-desk-1').size, 6);
  assert.deepEqual([...people('kitchen-phone')], [null]);
  assert.equal(people('computer-alice').size, 1);
  assert.ok(!weekdays[30]!.some(({ local }) => local !== null && NEWCOMERS.includes(local)));
  assert.ok(!weekdays[2]!.some(({ local }) => local === LEAVER));
  assert.deepEqual(accessOn(7, 2), accessOn(7, 2));
});
