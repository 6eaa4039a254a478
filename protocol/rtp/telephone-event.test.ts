import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  characterOfEvent,
  eventOfCharacter,
  MAX_WAITING_EVENTS,
  parseTelephoneEvent,
  serializeTelephoneEvent,
  type TelephoneEventNews,
  type TelephoneEventPacket,
  TelephoneEventReceiver,
  TelephoneEventSender,
} from './index.ts';
import { record, u8, u16 } from './testing/arbitrary.ts';
import { hex, toHex } from './testing/hex.ts';

/** What is sent while the keys are pressed, every 20 ms. */
function sent(sender: TelephoneEventSender, startTicks = 0, intervals = 1_000): TelephoneEventPacket[] {
  const packets: TelephoneEventPacket[] = [];
  for (let at = 0; at < intervals && !(sender.isIdle && at > 0); at++) {
    const packet = sender.take(startTicks + at * 160, 160);
    if (packet !== undefined) packets.push(packet);
  }
  return packets;
}

function heard(packets: readonly TelephoneEventPacket[], receiver = new TelephoneEventReceiver()) {
  const news: TelephoneEventNews[] = [];
  for (const [at, { payload, timestamp }] of packets.entries())
    news.push(...receiver.receive(payload, timestamp, at * 20));
  news.push(...receiver.advance(packets.length * 20 + 1_000));
  return news;
}

const keys = (news: readonly TelephoneEventNews[]) =>
  news.flatMap((each) =>
    each.kind === 'released' ? [`${characterOfEvent(each.event)}${each.durationTicks}`] : [],
  );

test('RFC 4733 §2.3: the payload, both ways', () => {
  fc.assert(
    fc.property(
      record({
        event: u8,
        isEnd: fc.boolean(),
        belowDbm0: fc.integer({ min: 0, max: 63 }),
        durationTicks: u16,
      }),
      (event) => assert.deepEqual(parseTelephoneEvent(serializeTelephoneEvent(event)), event),
    ),
  );
  assert.equal(
    toHex(serializeTelephoneEvent({ event: 11, isEnd: true, belowDbm0: 10, durationTicks: 800 })),
    '0b8a0320',
  );
  assert.equal(parseTelephoneEvent(hex('0b8a03')), undefined);
  assert.throws(
    () => serializeTelephoneEvent({ event: 256, isEnd: true, belowDbm0: 0, durationTicks: 0 }),
    RangeError,
  );
});

test('RFC 4733 §3.2: keys and their events', () => {
  assert.equal([...'0123456789*#ABCD!'].map(eventOfCharacter).join(), [...Array(17).keys()].join());
  assert.equal(eventOfCharacter('d'), 15);
  assert.deepEqual(
    [eventOfCharacter('E'), eventOfCharacter(''), characterOfEvent(17)],
    [undefined, undefined, undefined],
  );
});

test('RFC 4733 §2.5.1.4: a key is sent while it is down, and its end three times', () => {
  const sender = new TelephoneEventSender();
  sender.press(eventOfCharacter('5')!);
  const packets = sent(sender, 4_000);
  assert.deepEqual(
    packets.map(({ payload, timestamp, marker }) => `${toHex(payload)} ${timestamp} ${marker}`),
    [
      '050a00a0 4000 true',
      '050a0140 4000 false',
      '050a01e0 4000 false',
      '050a0280 4000 false',
      '058a0320 4000 false',
      '058a0320 4000 false',
      '058a0320 4000 false',
    ],
  );
});

test('keys that are sent are heard, each once, with its duration', () => {
  const sender = new TelephoneEventSender();
  for (const key of '1122#') sender.press(eventOfCharacter(key)!, 60);
  // The timestamps wrap on the way.
  assert.deepEqual(keys(heard(sent(sender, 2 ** 32 - 1_000))), ['1480', '1480', '2480', '2480', '#480']);
});

test('whatever is lost of a key but all of it, it is heard once', () => {
  const pattern = fc.array(fc.boolean(), { minLength: 21, maxLength: 21 });
  fc.assert(
    fc.property(pattern, (isLost) => {
      const sender = new TelephoneEventSender();
      for (const key of '123') sender.press(eventOfCharacter(key)!);
      const packets = sent(sender);
      assert.equal(packets.length, 21);
      const some = packets.filter((_, at) => !isLost[at]);
      const expected = [0, 7, 14].flatMap((from, key) =>
        isLost.slice(from, from + 7).includes(false) ? [String(key + 1)] : [],
      );
      assert.deepEqual(
        keys(heard(some)).map((text) => text[0]),
        expected,
      );
    }),
  );
});

test('packets that come twice or out of order press no key again', () => {
  const sender = new TelephoneEventSender();
  for (const key of '12') sender.press(eventOfCharacter(key)!);
  const packets = sent(sender);
  const shuffled = packets.flatMap((packet, at) => [packet, packets[Math.max(0, at - 2)]!]);
  assert.deepEqual(keys(heard(shuffled)), ['1800', '2800']);
});

test('RFC 4733 §2.5.2.2: a key whose end is lost is released when nothing comes any more', () => {
  const receiver = new TelephoneEventReceiver();
  const payload = serializeTelephoneEvent({ event: 1, isEnd: false, belowDbm0: 10, durationTicks: 400 });
  assert.deepEqual(receiver.receive(payload, 0, 1_000), [{ kind: 'pressed', event: 1, timestamp: 0 }]);
  assert.equal(receiver.wakeAtMs, 1_200);
  assert.deepEqual(receiver.advance(1_199), []);
  assert.deepEqual(receiver.advance(1_200), [
    { kind: 'released', event: 1, durationTicks: 400, isCutOff: true },
  ]);
  assert.equal(receiver.wakeAtMs, undefined);
});

test('RFC 4733 §2.5.1.3: a key that is held for 20 s is one key', () => {
  const sender = new TelephoneEventSender();
  sender.press(3, 20_000);
  const packets = sent(sender, 0, 2_000);
  assert.equal(new Set(packets.map(({ timestamp }) => timestamp)).size, 3);
  assert.equal(packets.filter(({ marker }) => marker).length, 1);
  assert.deepEqual(keys(heard(packets)), ['3160000']);
});

test('so many keys wait and no more', () => {
  const sender = new TelephoneEventSender();
  for (let key = 0; key < MAX_WAITING_EVENTS; key++) assert.equal(sender.press(1), true);
  assert.equal(sender.press(1), false);
});
