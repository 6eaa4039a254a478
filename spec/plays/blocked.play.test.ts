// Whoever is blocked is blocked everywhere: at a browser and at a phone, by message, by call and in presence; the one who
// blocked them hears nothing of it. And under Do not disturb only the team writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Level } from '@parley/services/presence/contract';
import { SipPeople } from '../cast/sip-people.ts';
import type { SipUserAgent } from '../cast/sip-user-agent.ts';
import { onEveryTopology, type Person } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

/** All front ends hear of a level over the bus; a phone that watches is told at once. */
const SOON_MS = 5_000;

onEveryTopology((stage) => {
  async function give(giver: WebUser, { userId }: Person, level: Level | null): Promise<void> {
    const { version } = giver.access;
    await giver.command('access.set', { member: { kind: 'user', value: userId }, level, version });
    await giver.until('the level', () => giver.access.version > version);
  }

  /** The front end of that phone has heard of a level when it answers OPTIONS so: other front ends hear over the bus. */
  async function isAnswered(caller: SipUserAgent, { address }: Person, status: number): Promise<void> {
    const deadline = performance.now() + SOON_MS;
    const ask = async () => (await caller.request('OPTIONS', { uri: `sip:${address}` })).status;
    for (let answer = await ask(); answer !== status; answer = await ask())
      if (performance.now() > deadline) throw new Error(`OPTIONS is answered ${answer}, not ${status}`);
  }

  const refusedWith = (code: string) => (error: Error) => error.message.startsWith(code);

  test('bob is blocked: he sees alice offline, reaches her neither by message nor by call, and she hears nothing', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const her = await stage().browser(alice);
    const herPhone = await stage().phone(alice);
    const his = await stage().browser(bob);
    const hisPhone = await stage().phone(bob, { frontEnd: 1 });
    await his.command('contact.put', { contactIds: [alice.userId], change: {} });
    const conversationId = await his.conversationWith(alice.userId);
    await his.send(conversationId, 'before');
    await her.hears('before');
    await herPhone.hears('before');
    await hisPhone.watch(alice.address);
    await hisPhone.sees(alice.address, 'open');

    await give(her, bob, 'blocked');
    await his.sees(alice.userId, 'offline', SOON_MS);
    await hisPhone.sees(alice.address, 'closed', undefined, SOON_MS);

    await assert.rejects(his.send(conversationId, 'from the browser'), refusedWith('IM_UNREACHABLE'));
    await his.command('im.typing', { conversationId, typing: true });
    const answer = await hisPhone.say(alice.address, 'from the phone');
    assert.equal(answer.status, 480, 'as if nobody were there');
    const warned = answer.headers.get('Warning') ?? '';
    assert.doesNotMatch(warned, /block/i, 'he is not told why');
    // A phone that asks afresh is told the same.
    await hisPhone.watch(alice.address, 0);
    await hisPhone.sees(alice.address, 'closed');
    await assert.rejects(
      (async () => {
        const carol = await stage().hire('Carol');
        await his.conversationWith(alice.userId, carol.userId);
      })(),
      refusedWith('IM_UNREACHABLE'),
      'nor by making a group with her',
    );

    // What alice says of herself reaches him nowhere, and she reaches him as before.
    const heardBefore = his.frames.entries.length;
    await her.command('presence.setNote', { note: 'not for bob' });
    await her.send(await her.conversationWith(bob.userId), 'after');
    await his.hears('after');
    const since = JSON.stringify(his.frames.entries.slice(heardBefore));
    assert.ok(!since.includes('not for bob'));

    await give(her, bob, null);
    await his.sees(alice.userId, 'available', SOON_MS);
    await hisPhone.sees(alice.address, 'open', undefined, SOON_MS);
    await his.send(conversationId, 'once more');
    await her.hears('once more');
    await herPhone.hears('once more');
    assert.deepEqual(
      her.received.filter(({ senderId }) => senderId === bob.userId).map(({ text }) => text),
      ['before', 'once more'],
    );
    assert.deepEqual(herPhone.received, ['before', 'once more']);
    const typed = her.frames.entries.some((frame) => frame.type === 'event' && frame.data.type === 'typing');
    assert.ok(!typed, 'nor does she see him type');
  });

  test('bob is blocked and calls: he hears that nobody is there, and no phone of alice rings', async () => {
    await using people = new SipPeople(stage());
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const her = await stage().browser(alice);
    const desk = await people.phone(alice, { frontEnd: 0 });
    const mobile = await people.phone(alice, { frontEnd: 1, transport: 'tcp' });
    const caller = await people.phone(bob, { frontEnd: 1 });
    const { headers } = await mobile.register(600, undefined, [['Supported', 'gruu']]);
    const gruu = /temp-gruu="([^"]+)"/.exec(headers.getAll('Contact').join())?.[1] ?? '';
    assert.equal(
      (await caller.request('OPTIONS', { uri: gruu })).status,
      200,
      'he knows an address of her phone',
    );
    await give(her, bob, 'blocked');
    await isAnswered(caller, alice, 480);

    const call = caller.calls(alice.address);
    assert.equal((await call.answer('INVITE')).status, 480);
    assert.equal((await caller.request('OPTIONS', { uri: gruu })).status, 480, 'by a temporary GRUU, too');
    assert.deepEqual([desk.incoming.entries, mobile.incoming.entries], [[], []]);

    await give(her, bob, 'public');
    await isAnswered(caller, alice, 200);
    const again = caller.calls(alice.address);
    const [rung] = await Promise.all([desk.isCalled(), mobile.isCalled()]);
    rung.ring();
    await again.rings();
    again.cancel();
    await rung.cancelled();
    assert.deepEqual([desk.incoming.entries.length, mobile.incoming.entries.length], [1, 1]);
  });

  test('under Do not disturb the team writes, and Company, Personal and phones are refused in words', async () => {
    const alice = await stage().hire('Alice');
    const her = await stage().browser(alice);
    const levels = ['team', 'company', 'personal'] as const;
    const writers = new Map<Level, { person: Person; his: WebUser; conversationId: string }>();
    for (const level of levels) {
      const person = await stage().hire(`Writer-${level}`);
      const his = await stage().browser(person);
      await give(her, person, level);
      await his.command('contact.put', { contactIds: [alice.userId], change: {} });
      writers.set(level, { person, his, conversationId: await his.conversationWith(alice.userId) });
    }
    await her.command('presence.setState', { state: 'doNotDisturb' });
    const seen = new Map<Level, string | undefined>();
    for (const [level, { his }] of writers)
      seen.set(level, (await his.sees(alice.userId, 'doNotDisturb')).activity);
    assert.deepEqual(
      [...seen],
      [
        ['team', 'urgentInterruptionsOnly'],
        ['company', undefined],
        ['personal', undefined],
      ],
    );

    const { his: mate, conversationId } = writers.get('team')!;
    await mate.send(conversationId, 'the house is on fire');
    await her.hears('the house is on fire');
    await her.until('the alert', () =>
      her.frames.entries.some((frame) => frame.type === 'event' && frame.data.type === 'alert'),
    );
    for (const level of ['company', 'personal'] as const) {
      const { his, conversationId: theirs } = writers.get(level)!;
      await assert.rejects(his.send(theirs, 'lunch?'), refusedWith('IM_DO_NOT_DISTURB'), level);
    }
    const phone = await stage().phone(writers.get('company')!.person);
    assert.equal((await phone.say(alice.address, 'lunch?')).status, 486);

    await her.command('presence.setState', { state: null });
    const { his, conversationId: theirs } = writers.get('company')!;
    await his.sees(alice.userId, 'available');
    await his.send(theirs, 'dinner?');
    await her.hears('dinner?');
    assert.deepEqual(
      her.received.map(({ text }) => text),
      ['the house is on fire', 'dinner?'],
    );
  });
});
