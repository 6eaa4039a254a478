// How calls went: what a phone loses on its way is named on its leg and in its direction, windows and phones report, one record
// stands for one call whatever became of it, and the person is asked how it was.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, before, test } from 'node:test';
import { setInterval as every } from 'node:timers/promises';
import type { ReplyOf } from '@parley/platform/contract';
import type { showRecord } from '@parley/services/calls/contract';
import type { ofRecord, Summary } from '@parley/services/quality/contract';
import { portOf } from '../cast/session-description.ts';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { WindowCalls, windowSdp } from '../cast/window-calls.ts';

type Shown = ReplyOf<typeof showRecord> & ReplyOf<typeof ofRecord>;
type Listed = { calls: (Summary & Shown['record'])[]; next?: number };

let stage: Stage;
before(async () => {
  stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());

function phoneOf(person: Person): Promise<SipUserAgent> {
  const server = stage.frontEnds[0]!.sip('tcp') as { transport: 'tcp'; address: string; port: number };
  return SipUserAgent.registered({ address: person.address, password: person.devicePassword, server });
}
async function windowOf(person: Person) {
  return new WindowCalls(await stage.browser(person));
}
const read = <T>(path: string) =>
  stage.administrator.request('GET', `/api/v1/admin/calls${path}`) as Promise<T>;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = AbortSignal.timeout(20_000);
  for await (const _ of every(150, undefined, { signal: deadline })) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not come`);
}

/** PCMU with silence, 50 packets a second, of which each tenth is lost on the way. */
async function speakWithLoss(from: number, to: number): Promise<Disposable> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(from, '127.0.0.1', resolve));
  const packet = Buffer.alloc(12 + 160, 0xff);
  packet[0] = 0x80;
  packet[1] = 0;
  packet.writeUInt32BE(0x51a11e, 8);
  let sequence = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    for (; sequence * 20 < performance.now() - begun; sequence += 1) {
      if (sequence % 10 === 9) continue;
      packet.writeUInt16BE(sequence & 0xffff, 2);
      packet.writeUInt32BE(sequence * 160, 4);
      socket.send(packet, to, '127.0.0.1');
    }
  }, 20);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      socket.close();
    },
  };
}

test('a tenth is lost on the way from bob’s phone: the report names his leg and its direction; stars lead to the call', async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const hers = await windowOf(alice);
  await using phone = await phoneOf(bob);
  const out = await hers.place({ userId: bob.userId });
  const call = await phone.isCalled();
  const port = portOf(call.request!.body)!;
  call.ring();
  call.accept();
  await call.acknowledged();
  await hers.sees(out.sideId, 'the call', ({ state }) => state === 'connected');
  const { sideId, recordId } = out;
  {
    using _speech = await speakWithLoss(phone.mediaPort, port);
    await until('a bad report of the host', async () => {
      const { reports } = await read<Shown>(`/${recordId}`);
      return reports.find(({ streams }) => streams.some(({ packets, lost }) => lost > 0 && packets > 150));
    });
  }
  const now = Date.now();
  const good = { kind: 'audio', codec: 'opus', packets: 500, lost: 0, jitterMs: 4, roundTripMs: 30 } as const;
  const mine = await hers.window.command('call.quality', {
    sideId,
    recordId,
    from: now - 10_000,
    until: now,
    streams: [{ ...good, way: 'sent', mos: 4.4 }],
    path: { via: 'host', transport: 'udp', local: '192.0.2.7' },
    device: 'Chrome 150 · Jabra Evolve 40',
  });
  assert.equal(mine.asks, false);
  // Only of one's own calls, and of one's own side.
  const stranger = await windowOf(await stage.hire('Mallory'));
  const theft = stranger.window.command('call.quality', { sideId, recordId, from: 0, until: 1, streams: [] });
  await assert.rejects(theft, /QUALITY_NOT_YOURS|not in this call/);

  // The phone says what it heard itself, by PUBLISH and for this call alone.
  const heard = [
    'VQSessionReport: CallTerm',
    `CallID: ${call.callId}`,
    'LocalMetrics:',
    'SessionDesc: PT=0 PD=PCMU PPS=50',
    'PacketLoss: NLR=1.0 JDR=0.0',
    'Delay: RTD=40 IAJ=3',
    'QualityEst: MOSLQ=4.1 MOSCQ=4.0',
  ].join('\r\n');
  const published = await phone.request('PUBLISH', {
    uri: `sip:${bob.address}`,
    to: `<sip:${bob.address}>`,
    headers: [
      ['Event', 'vq-rtcpxr'],
      ['Content-Type', 'application/vq-rtcpxr'],
    ],
    body: new TextEncoder().encode(heard),
  });
  assert.equal(published.status, 200);
  call.hangUp();
  await hers.sees(sideId, 'the end', ({ state }) => state === 'ended');
  const last = { sideId, recordId, from: now, until: now, streams: [], isLast: true };
  assert.equal((await hers.window.command('call.quality', last)).asks, true);
  await hers.window.command('call.rate', { sideId, recordId, stars: 1, words: 'like a robot' });

  const shown = await until('what the phone said', async () => {
    const known = await read<Shown>(`/${recordId}`);
    return known.reports.some(({ reporter }) => reporter === 'phone') ? known : undefined;
  });
  const sideOfBob = shown.record.sides.find(({ userId }) => userId === bob.userId)!;
  assert.equal(sideOfBob.device?.kind, 'phone');
  assert.deepEqual(shown.callIds, [call.callId]);
  const lossy = shown.reports.flatMap(({ sideId: of, reporter, streams }) =>
    streams
      .filter(({ packets, lost }) => lost / (packets + lost) > 0.05)
      .map(({ way }) => ({ of, reporter, way })),
  );
  assert.ok(lossy.length > 0);
  for (const one of lossy) assert.deepEqual(one, { of: sideOfBob.sideId, reporter: 'host', way: 'received' });
  const worst = shown.reports.flatMap(({ streams }) => streams).find(({ lost }) => lost > 10)!;
  const share = worst.lost / (worst.packets + worst.lost);
  assert.ok(share > 0.08 && share < 0.13, `${share}`);
  assert.ok(worst.mos! < 3.6, `${worst.mos}`);
  const byPhone = shown.reports.find(({ reporter }) => reporter === 'phone');
  assert.deepEqual([byPhone?.sideId, byPhone?.streams[0]?.mos], [sideOfBob.sideId, 4]);
  assert.deepEqual(shown.ratings, [{ userId: alice.userId, stars: 1, words: 'like a robot' }]);

  const bad = await read<Listed>(`?bad=true&userId=${bob.userId}`);
  assert.deepEqual(
    bad.calls.map((one) => [one.recordId, one.stars]),
    [[recordId, 1]],
  );
  const file = (await stage.administrator.raw('GET', '/api/v1/admin/calls.csv')) as { text: string };
  assert.match(String(file.text), new RegExp(`^${recordId},.*Jabra|^${recordId},`, 'm'));
  // What she removes from her history stays in the books.
  await hers.window.command('call.forget', { sideIds: [sideId] });
  assert.equal((await read<Shown>(`/${recordId}`)).record.sides.length, 2);
  const mineAgain = await hers.window.command('call.history', { limit: 10 });
  assert.deepEqual(mineAgain.entries, []);
});

test('bob’s rule sends alice on to carol, who hands her to dave: one record, every leg; only bob reads why', async () => {
  const [alice, bob, carol, dave] = [
    await stage.hire('Alice'),
    await stage.hire('Bob'),
    await stage.hire('Carol'),
    await stage.hire('Dave'),
  ];
  const [hers, his, carols, daves] = [
    await windowOf(alice),
    await windowOf(bob),
    await windowOf(carol),
    await windowOf(dave),
  ];
  const { rules, version } = await his.window.command('callRules.get', {});
  const forwardAll = { kind: 'user', userId: carol.userId } as const;
  await his.window.command('callRules.put', { rules: { ...rules, forwardAll }, version });
  const out = await hers.place({ userId: bob.userId });
  const atCarol = await carols.rings();
  await carols.answer(atCarol.side);
  await hers.sees(out.sideId, 'carol', ({ state }) => state === 'connected');
  await carols.window.command('call.transfer', { sideId: atCarol.side.sideId, to: { userId: dave.userId } });
  const { round } = await hers.hears(out.sideId, 'begin');
  await hers.say(out.sideId, { kind: 'offer', round, sdp: windowSdp('to dave') });
  const atDave = await daves.rings();
  await daves.answer(atDave.side);
  await hers.sees(out.sideId, 'dave', ({ state, other }) => state === 'connected' && other.name === 'Dave');
  await hers.hangUp(out);

  const listed = await until('the end in the books', async () => {
    const { calls } = await read<Listed>(`?userId=${alice.userId}`);
    return calls[0]?.endedAt === null ? undefined : calls;
  });
  assert.equal(listed.length, 1);
  const [record] = listed;
  const users = new Set(record!.sides.map(({ userId }) => userId));
  assert.deepEqual(users, new Set([alice.userId, carol.userId, dave.userId]));
  const shown = await read<Shown>(`/${record!.recordId}`);
  assert.match(shown.steps.find(({ matched }) => matched)?.sentence ?? '', /Carol/);
  // Where bob sends his calls is not told to who called him.
  const explained = await hers.window.command('call.explain', {
    recordId: record!.recordId,
    sideId: out.sideId,
  });
  assert.deepEqual([explained.side.sideId, explained.steps], [out.sideId, []]);
});
