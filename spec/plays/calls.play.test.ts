// Calls between windows: rung in all of them, taken in one, changed, handed on and ended; in one process and with windows
// and calls on different ones. Media goes between the windows themselves and is no part of these plays.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { onEveryTopology } from '../cast/stage.ts';
import { WindowCalls, windowSdp } from '../cast/window-calls.ts';

onEveryTopology((stage) => {
  async function cast<Names extends readonly string[]>(...names: Names) {
    const people = [];
    for (const name of names) {
      const person = await stage().hire(name);
      people.push({ ...person, calls: new WindowCalls(await stage().browser(person)) });
    }
    return people as { [I in keyof Names]: (typeof people)[number] };
  }
  const another = async (person: Parameters<ReturnType<typeof stage>['browser']>[0]) =>
    new WindowCalls(await stage().browser(person));

  test('alice calls bob: both his windows ring, one takes it, the other goes quiet, and nobody missed anything', async () => {
    const [alice, bob] = await cast('Alice', 'Bob');
    const sofa = await another(bob);
    const clientId = randomUUID();
    const out = await alice.calls.place({ userId: bob.userId }, { clientId });
    assert.equal(out.state, 'trying');
    assert.equal(out.other.name, 'Bob');
    const [{ side, offer }] = await Promise.all([bob.calls.rings(), sofa.rings()]);
    assert.equal(offer.round, 1);
    assert.equal(offer.sdp, windowSdp('offer'));
    assert.equal(side.other.name, 'Alice');
    await alice.calls.sees(out.sideId, 'his telephone ring', ({ state }) => state === 'ringing');
    const again = await alice.calls.place({ userId: bob.userId }, { clientId });
    assert.equal(again.sideId, out.sideId, 'asked again, it begins no second call');
    const candidate = {
      kind: 'candidate',
      round: 1,
      candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host',
      mid: '0',
    } as const;
    await alice.calls.say(out.sideId, candidate);
    await Promise.all([bob.calls, sofa].map((one) => one.hears(side.sideId, 'candidate')));

    const taken = await bob.calls.answer(side);
    assert.equal(taken.state, 'connected');
    const { sdp, round } = await alice.calls.hears(out.sideId, 'answer');
    assert.deepEqual([sdp, round], [windowSdp('answer'), 1]);
    await alice.calls.sees(out.sideId, 'the call', ({ state }) => state === 'connected');
    const quiet = await sofa.sees(side.sideId, 'the call elsewhere', ({ state }) => state === 'connected');
    assert.equal(quiet.device?.id, taken.device?.id);
    await assert.rejects(sofa.answer(side), /CALL_TAKEN/);
    await bob.calls.say(side.sideId, candidate);
    await alice.calls.hears(out.sideId, 'candidate');
    for (const one of [alice, bob]) {
      const state = await one.calls.window.sees(one.userId, 'busy');
      assert.equal(state.activity, 'inCall');
    }
    const late = await another(bob);
    assert.deepEqual(
      late.window.snapshot?.calls.map(({ sideId, state }) => [sideId, state]),
      [[side.sideId, 'connected']],
    );

    await bob.calls.hangUp(side);
    const over = await alice.calls.sees(out.sideId, 'the end', ({ state }) => state === 'ended');
    assert.deepEqual([over.end?.reason, over.end?.by], ['hung-up', 'other']);
    const { entry, missed } = await sofa.wasTold(side.sideId);
    assert.deepEqual([entry.missed, missed, entry.end], [false, 0, 'hung-up']);
    for (const one of [alice, bob]) await one.calls.window.sees(one.userId, 'available');
    const { sides } = await alice.calls.window.command('call.list', {});
    assert.deepEqual(sides, []);
  });

  test('declined, given up, unreachable: each end is told in its own words, and a missed call is counted until it is seen', async () => {
    const [alice, bob, carol] = await cast('Alice', 'Bob', 'Carol');
    const declined = await alice.calls.place({ dialled: ` SIP:${bob.address.toUpperCase()} ` });
    const first = await bob.calls.rings();
    await bob.calls.window.command('call.decline', { sideId: first.side.sideId, to: 'caller' });
    const end = await alice.calls.sees(declined.sideId, 'the end', ({ state }) => state === 'ended');
    assert.deepEqual([end.end?.reason, end.end?.by], ['declined', 'other']);
    assert.equal((await bob.calls.wasTold(first.side.sideId)).entry.missed, false);

    const givenUp = await alice.calls.place({ userId: bob.userId });
    const second = await bob.calls.rings();
    await alice.calls.hangUp(givenUp);
    const { entry, missed } = await bob.calls.wasTold(second.side.sideId);
    assert.deepEqual([entry.end, entry.missed, missed], ['cancelled', true, 1]);
    assert.equal((await another(bob)).window.snapshot?.missedCalls, 1);
    await bob.calls.window.command('call.seen', { until: Date.now() });
    assert.equal((await bob.calls.window.command('call.history', { limit: 10 })).missed, 0);

    await assert.rejects(alice.calls.place({ dialled: 'nobody' }), /CALL_NO_SUCH_NUMBER/);
    await assert.rejects(alice.calls.place({ userId: alice.userId }), /CALL_NOT_ALLOWED/);
    await assert.rejects(
      alice.calls.window.command('call.place', {
        to: { userId: bob.userId },
        clientId: randomUUID(),
        sdp: 'v=1',
        video: false,
      }),
      /CALL_BAD_SDP/,
    );
    const absent = await stage().hire('Dave');
    const alone = await alice.calls.place({ userId: absent.userId });
    const gone = await alice.calls.sees(alone.sideId, 'the end', ({ state }) => state === 'ended');
    assert.equal(gone.end?.reason, 'unreachable');
    assert.equal((await another(absent)).window.snapshot?.missedCalls, 1, 'told when he comes');

    // A stranger may do nothing with it.
    const running = await alice.calls.place({ userId: bob.userId });
    for (const name of ['call.hangUp', 'call.ringing'] as const)
      await assert.rejects(carol.calls.window.command(name, { sideId: running.sideId }), /CALL_NOT_ALLOWED/);
    await alice.calls.hangUp(running);
  });

  test('picture added, both at once, hold, a second call, another window: each is agreed by both ends', async () => {
    const [alice, bob, carol] = await cast('Alice', 'Bob', 'Carol');
    const out = await alice.calls.place({ userId: bob.userId });
    const { side } = await bob.calls.rings();
    await bob.calls.answer(side);
    await alice.calls.hears(out.sideId, 'answer');

    await alice.calls.say(
      out.sideId,
      { kind: 'offer', round: 2, sdp: windowSdp('more', { video: true }) },
      { video: true },
    );
    assert.equal((await bob.calls.hears(side.sideId, 'offer', 2)).round, 2);
    // Bob offered before he heard it: hers was first.
    await bob.calls.say(side.sideId, { kind: 'offer', round: 2, sdp: windowSdp('mine') });
    assert.equal((await bob.calls.hears(side.sideId, 'rollback')).round, 2);
    await bob.calls.say(
      side.sideId,
      { kind: 'answer', round: 2, sdp: windowSdp('yes', { video: true }) },
      { video: true },
    );
    assert.equal((await alice.calls.hears(out.sideId, 'answer', 2)).round, 2);
    for (const [one, { sideId }] of [
      [alice, out],
      [bob, side],
    ] as const)
      await one.calls.sees(sideId, 'the picture', ({ video }) => video);
    await assert.rejects(
      bob.calls.say(side.sideId, { kind: 'offer', round: 2, sdp: windowSdp('old') }),
      /CALL_GLARE/,
    );

    await bob.calls.window.command('call.hold', { sideId: side.sideId, held: true });
    await alice.calls.sees(out.sideId, 'hold', ({ heldByOther }) => heldByOther);
    await bob.calls.window.command('call.hold', { sideId: side.sideId, held: false });
    await alice.calls.sees(out.sideId, 'no hold', ({ heldByOther }) => !heldByOther);

    // Carol calls Bob while he speaks: answered, the first call is held, and resumed it holds hers.
    const second = await carol.calls.place({ userId: bob.userId });
    const waiting = await bob.calls.rings();
    await bob.calls.answer(waiting.side);
    await alice.calls.sees(out.sideId, 'hold', ({ heldByOther }) => heldByOther);
    await bob.calls.window.command('call.hold', { sideId: side.sideId, held: false });
    await carol.calls.sees(second.sideId, 'hold', ({ heldByOther }) => heldByOther);
    await carol.calls.hangUp(second);

    const sofa = await another(bob);
    await sofa.window.command('call.move', { sideId: side.sideId, sdp: windowSdp('sofa') });
    const renewed = await alice.calls.hears(out.sideId, 'offer');
    assert.deepEqual([renewed.renewed, renewed.round, renewed.sdp], [true, 3, windowSdp('sofa')]);
    await alice.calls.say(out.sideId, { kind: 'answer', round: 3, sdp: windowSdp('to sofa') });
    assert.equal((await sofa.hears(side.sideId, 'answer')).round, 1);
    await bob.calls.sees(side.sideId, 'it on the sofa', ({ device }) => device?.id !== side.device?.id);
    await assert.rejects(
      bob.calls.say(side.sideId, { kind: 'offer', round: 4, sdp: windowSdp('old') }),
      /CALL_TAKEN/,
    );
    await sofa.hangUp(side);
    await alice.calls.sees(out.sideId, 'the end', ({ state }) => state === 'ended');
  });

  test('bob hands alice on: blind to carol, back when nobody takes it, and after a consultation', async () => {
    const [alice, bob, carol] = await cast('Alice', 'Bob', 'Carol');
    const out = await alice.calls.place({ userId: bob.userId });
    const { side } = await bob.calls.rings();
    await bob.calls.answer(side);

    await bob.calls.window.command('call.transfer', { sideId: side.sideId, to: { userId: carol.userId } });
    const left = await bob.calls.sees(side.sideId, 'his end', ({ state }) => state === 'ended');
    assert.equal(left.end?.reason, 'transferred');
    const { round } = await alice.calls.hears(out.sideId, 'begin');
    assert.equal(round, 2);
    await alice.calls.say(out.sideId, { kind: 'offer', round, sdp: windowSdp('anew') });
    const atCarol = await carol.calls.rings();
    assert.equal(atCarol.offer.sdp, windowSdp('anew'));
    assert.deepEqual(
      [atCarol.side.via?.kind, atCarol.side.via?.by.name, atCarol.side.other.name],
      ['transfer', 'Bob', 'Alice'],
    );
    await carol.calls.window.command('call.decline', { sideId: atCarol.side.sideId, to: 'caller' });

    const back = await bob.calls.rings();
    assert.deepEqual(
      [back.side.via?.kind, back.side.via?.by.name, back.side.other.name],
      ['returned', 'Carol', 'Alice'],
    );
    assert.equal(back.side.recordId, out.recordId);
    await bob.calls.answer(back.side);
    await alice.calls.sees(
      out.sideId,
      'bob again',
      ({ state, other }) => state === 'connected' && other.name === 'Bob',
    );

    const asking = await bob.calls.place({ userId: carol.userId }, { consultsFor: back.side.sideId });
    const consulted = await carol.calls.rings();
    await carol.calls.answer(consulted.side);
    await alice.calls.sees(out.sideId, 'hold', ({ heldByOther }) => heldByOther);
    await bob.calls.window.command('call.transfer', {
      sideId: back.side.sideId,
      to: { sideId: asking.sideId },
    });
    const anew = await alice.calls.hears(out.sideId, 'begin', 2);
    await alice.calls.say(out.sideId, { kind: 'offer', round: anew.round, sdp: windowSdp('to carol') });
    const heard = await carol.calls.hears(consulted.side.sideId, 'offer', 2);
    assert.deepEqual([heard.renewed, heard.round, heard.sdp], [true, 2, windowSdp('to carol')]);
    await carol.calls.say(consulted.side.sideId, { kind: 'answer', round: 2, sdp: windowSdp('from carol') });
    assert.equal((await alice.calls.hears(out.sideId, 'answer', 3)).sdp, windowSdp('from carol'));
    const now = await carol.calls.sees(
      consulted.side.sideId,
      'alice',
      ({ other, recordId }) => other.name === 'Alice' && recordId === out.recordId,
    );
    assert.equal(now.via?.by.name, 'Bob');
    await carol.calls.hangUp(consulted.side);
    const end = await alice.calls.sees(out.sideId, 'the end', ({ state }) => state === 'ended');
    assert.equal(end.other.name, 'Carol');
    const { entries } = await bob.calls.window.command('call.history', { limit: 10 });
    assert.deepEqual(
      entries.map((entry) => entry.end),
      ['transferred', 'transferred', 'transferred'],
    );
  });

  test('two calls of bob are joined wherever they live; carol ends what was joined', async () => {
    const [alice, bob, carol] = await cast('Alice', 'Bob', 'Carol');
    const placeOf = (sideId: string) => sideId.split('-')[0];
    const out = await alice.calls.place({ userId: bob.userId });
    const { side } = await bob.calls.rings();
    await bob.calls.answer(side);
    const calls = async (tries: number): ReturnType<typeof carol.calls.place> => {
      const asked = await carol.calls.place({ userId: bob.userId });
      const isElsewhere = stage().frontEnds.length === 1 || placeOf(asked.sideId) !== placeOf(out.sideId);
      if (isElsewhere || tries === 0) return asked;
      const ringing = await bob.calls.rings();
      await carol.calls.hangUp(asked);
      await bob.calls.sees(ringing.side.sideId, 'its end', ({ state }) => state === 'ended');
      return await calls(tries - 1);
    };
    const asked = await calls(12);
    const second = await bob.calls.rings();
    await bob.calls.answer(second.side);
    await alice.calls.sees(out.sideId, 'hold', ({ heldByOther }) => heldByOther);
    const to = { sideId: second.side.sideId };
    await bob.calls.window.command('call.transfer', { sideId: side.sideId, to });
    const { round } = await alice.calls.hears(out.sideId, 'begin');
    await alice.calls.say(out.sideId, { kind: 'offer', round, sdp: windowSdp('anew') });
    const renewed = await carol.calls.hears(asked.sideId, 'offer');
    assert.equal(renewed.sdp, windowSdp('anew'));
    await carol.calls.say(asked.sideId, { kind: 'answer', round: renewed.round, sdp: windowSdp('joined') });
    assert.equal((await alice.calls.hears(out.sideId, 'answer', 2)).sdp, windowSdp('joined'));
    const isWith = (name: string) => (one: typeof out) =>
      one.state === 'connected' && one.other.name === name;
    await alice.calls.sees(out.sideId, 'carol', isWith('Carol'));
    await carol.calls.sees(asked.sideId, 'alice', isWith('Alice'));
    await carol.calls.hangUp(asked);
    const end = await alice.calls.sees(out.sideId, 'the end', ({ state }) => state === 'ended');
    assert.deepEqual([end.end?.reason, end.end?.by], ['hung-up', 'other']);
  });

  test('sent on at the toast; eleven calls at once are one too many', async () => {
    const [alice, bob, carol] = await cast('Alice', 'Bob', 'Carol');
    const out = await alice.calls.place({ userId: bob.userId });
    const { side } = await bob.calls.rings();
    await bob.calls.window.command('call.redirect', { sideId: side.sideId, to: { userId: carol.userId } });
    const sent = await carol.calls.rings();
    assert.deepEqual([sent.side.via?.kind, sent.side.via?.by.name], ['forward', 'Bob']);
    await carol.calls.answer(sent.side);
    assert.equal((await alice.calls.hears(out.sideId, 'answer')).round, 1);
    assert.equal((await bob.calls.wasTold(side.sideId)).entry.end, 'forwarded');
    for (let calls = 1; calls < 10; calls++) await alice.calls.place({ userId: bob.userId });
    await assert.rejects(alice.calls.place({ userId: bob.userId }), /CALL_TOO_MANY/);
    await alice.calls.hangUp(out);
  });
});
