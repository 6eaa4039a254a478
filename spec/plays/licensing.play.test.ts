// Parley under its own licences: who is refused, how they are told, and how it changes under open windows and phones.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { natsServerMissing } from '@parley/platform/bus/testing';
import type { ClientEvent } from '@parley/services/web-access/contract';
import { HttpProblem } from '../cast/http-client.ts';
import { deviceOf, ENTERPRISE, LicenceDesk, personOf, STANDARD } from '../cast/licence-desk.ts';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import {
  enterpriseEdition,
  onEveryTopology,
  type Person,
  type Stage,
  standardEdition,
} from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';
import { WindowCalls } from '../cast/window-calls.ts';

/** The promise: a change of rights is there within ten seconds. */
const LIVE_MS = 10_000;
const NEEDS_STANDARD = /LICENCE_STANDARD_NEEDED/;

function featuresTold(user: WebUser): Extract<ClientEvent, { type: 'features' }>[] {
  return user.frames.entries.flatMap((frame) =>
    frame.type === 'event' && frame.data.type === 'features' ? [frame.data] : [],
  );
}

function snapshots(user: WebUser): number {
  return user.frames.entries.filter(({ type }) => type === 'snapshot').length;
}

/** The page knows that it may, or may not, use the feature. */
function knows(user: WebUser, feature: string, allowed: boolean): Promise<unknown> {
  return user.until(
    `${feature} to be ${allowed ? 'allowed' : 'refused'}`,
    () => {
      const list = featuresTold(user).at(-1)?.features ?? user.snapshot?.features ?? [];
      return list.find((right) => right.feature === feature)?.allowed === allowed && true;
    },
    LIVE_MS,
  );
}

/** What the page of somebody with a Standard licence may always do. */
function coveredIn({ features }: Pick<ClientEvent & { type: 'features' }, 'features'>): boolean {
  const own = features.filter(({ feature }) => ['im', 'group-im', 'presence'].includes(feature));
  return own.length === 3 && own.every(({ allowed, sentence }) => allowed && sentence === undefined);
}

/** Somebody with a licence and a window, who has to notice nothing of what happens to others. */
async function withLicence(stage: Stage, desk: LicenceDesk, name: string): Promise<[Person, WebUser]> {
  const person = await stage.hire(name);
  await desk.assigns(STANDARD, personOf(person));
  return [person, await stage.browser(person)];
}

onEveryTopology((stage) => {
  let desk: LicenceDesk;
  before(async () => {
    desk = new LicenceDesk(stage().administrator);
    await desk.buys(STANDARD, 'user', 50);
    await desk.buys(STANDARD, 'device', 5);
    await desk.buys(ENTERPRISE, 'user', 5);
  });

  test('honor refuses nobody and records who used what from where, folded into one row for each pair', async () => {
    await desk.chooses('honor');
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const phone = await stage().phone(bob, { frontEnd: 1 });
    const conversation = await browser.conversationWith(bob.userId);
    for (const text of ['one', 'two', 'three']) {
      await browser.send(conversation, text);
      assert.equal((await phone.say(alice.address, `re: ${text}`)).status, 202);
    }
    // Each process tells of what it saw in its own time: the front end of the messages, the web part of the browser's name.
    const hers = await desk.finds(
      personOf(alice),
      ([row]) => row !== undefined && row.count >= 3 && row.deviceName === 'Browser',
    );
    assert.deepEqual(
      hers.map(({ level, covered }) => [level, covered]),
      [['standard', false]],
    );
    assert.match(hers[0]?.deviceId ?? '', /^browser:/);
    const his = await desk.finds(personOf(bob), ([row]) => row !== undefined && row.count >= 3);
    assert.deepEqual(
      his.map(({ level, count }) => [level, count]),
      [['standard', 3]],
    );
  });

  test('under enforce alice has no licence: told why by browser and by SIP, and at work within ten seconds of the assignment; bob notices nothing', async () => {
    await desk.chooses('honor');
    const alice = await stage().hire('Alice');
    const [bob, atBob] = await withLicence(stage(), desk, 'Bob');
    const [dave] = await withLicence(stage(), desk, 'Dave');
    const browser = await stage().browser(alice);
    const phone = await stage().phone(alice, { frontEnd: 1 });
    const davesPhone = await stage().phone(dave);
    await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
    await browser.sees(bob.userId, 'available');
    const conversation = await browser.conversationWith(bob.userId);
    await browser.send(conversation, 'under honor');
    await atBob.hears('under honor');
    const withDave = await atBob.conversationWith(dave.userId);
    await knows(atBob, 'im', true);
    const loaded = snapshots(atBob);

    await desk.chooses('enforce', 'Carol, extension 12');
    await knows(browser, 'im', false);
    const right = featuresTold(browser)
      .at(-1)
      ?.features.find(({ feature }) => feature === 'im');
    assert.match(right?.sentence ?? '', /Standard licence/);
    assert.match(right?.remedy ?? '', /Carol, extension 12/);
    await assert.rejects(browser.send(conversation, 'refused'), NEEDS_STANDARD);
    await assert.rejects(browser.command('presence.setNote', { note: 'refused' }), NEEDS_STANDARD);
    await browser.sees(bob.userId, 'offline', LIVE_MS);
    const refused = await phone.say(bob.address, 'refused');
    assert.equal(refused.status, 403);
    assert.match(
      refused.headers.get('Warning') ?? '',
      /399 localhost ".*Standard licence.*Carol, extension 12/,
    );
    assert.equal((await phone.watch(bob.address)).status, 403);
    assert.equal((await phone.register()).status, 200, 'a phone may always register');

    await atBob.send(conversation, 'you can still hear me');
    await Promise.all([browser.hears('you can still hear me'), phone.hears('you can still hear me')]);
    assert.deepEqual(
      (await browser.history(conversation)).map(({ text }) => text),
      ['under honor', 'you can still hear me'],
    );

    const asked = Date.now();
    await desk.assigns(STANDARD, personOf(alice));
    await Promise.all([knows(browser, 'im', true), browser.sees(bob.userId, 'available', LIVE_MS)]);
    await browser.send(conversation, 'and I can answer');
    assert.equal((await phone.say(bob.address, 'from the phone, too')).status, 202);
    assert.equal((await phone.watch(bob.address)).status, 200);
    assert.ok(Date.now() - asked < LIVE_MS, 'all of it within ten seconds');
    assert.ok(browser.isConnected);
    await atBob.hears('from the phone, too');
    await phone.sees(bob.address, 'open');

    await atBob.send(withDave, 'all quiet');
    await davesPhone.hears('all quiet');
    assert.ok(featuresTold(atBob).every(coveredIn), 'bob is never told that he lacks anything');
    assert.equal(snapshots(atBob), loaded, 'and nothing is loaded again');
  });

  test('calls under enforce: refused in words in the window and by SIP, rung and ended by everybody, 112 never asked', async () => {
    await desk.chooses('honor');
    const alice = await stage().hire('Alice');
    const [bob, atBob] = await withLicence(stage(), desk, 'Bob');
    const number = `+4930${String(Date.now()).slice(-8)}`;
    await stage().administrator.request('PATCH', `/api/v1/admin/users/${bob.userId}`, { phone: number });
    const [hers, his] = [new WindowCalls(await stage().browser(alice)), new WindowCalls(atBob)];
    const { address, devicePassword: password } = alice;
    const server = stage().frontEnds.at(-1)!.sip('tcp') as {
      transport: 'tcp';
      address: string;
      port: number;
    };
    await using phone = await SipUserAgent.registered({ address, password, server });
    await desk.chooses('enforce', 'Carol, extension 12');
    await knows(hers.window, 'p2p-voice-video', false);

    const isRefused = /LICENCE_STANDARD_NEEDED: .*Standard licence/;
    await assert.rejects(hers.place({ userId: bob.userId }), isRefused);
    const refused = await phone.calls(bob.address).answer('INVITE');
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get('Warning') ?? '', /Standard licence.*Carol, extension 12/);
    // It gets as far as the proxy, which knows nobody of that number.
    assert.equal((await phone.calls('112@parley.test').answer('INVITE')).status, 404);

    const out = await his.place({ userId: alice.userId });
    const { side } = await hers.rings();
    await assert.rejects(hers.answer(side), isRefused);
    await hers.window.command('call.decline', { sideId: side.sideId, to: 'caller' });
    await his.sees(out.sideId, 'the end', ({ state }) => state === 'ended');

    await desk.assigns(STANDARD, personOf(alice));
    await knows(hers.window, 'p2p-voice-video', true);
    const call = await hers.place({ userId: bob.userId });
    const taken = await his.rings();
    await his.answer(taken.side);
    await hers.hears(call.sideId, 'answer');
    // A number, and handing on, are the Enterprise licence's.
    const isEnterprise = /LICENCE_ENTERPRISE_NEEDED/;
    await assert.rejects(hers.place({ dialled: number }), isEnterprise);
    const to = { userId: alice.userId };
    await assert.rejects(
      his.window.command('call.transfer', { sideId: taken.side.sideId, to }),
      isEnterprise,
    );
    await desk.takesBack(personOf(alice));
    await knows(hers.window, 'p2p-voice-video', false);
    await hers.hangUp(call);
    await his.sees(taken.side.sideId, 'the end', ({ state }) => state === 'ended');
  });

  test('a phone that two people share is covered by one device licence; the same people elsewhere are not', async () => {
    const urn = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
    await desk.chooses('honor');
    const [carol, erin] = [await stage().hire('Carol'), await stage().hire('Erin')];
    await desk.assigns(STANDARD, deviceOf(urn));
    await desk.chooses('enforce');
    const early = await stage().phone(carol, { instance: urn });
    const elsewhere = await stage().phone(erin, { frontEnd: 1 });
    await knowsByPhone(elsewhere, carol.address, 403);
    await knowsByPhone(early, erin.address, 202);
    await early.unregister();
    const late = await stage().phone(erin, { instance: urn });
    assert.equal((await late.watch(carol.address)).status, 200, 'at once after it has registered');
    assert.equal((await late.say(carol.address, 'late shift')).status, 202);
    const rows = await desk.finds(personOf(carol), (found) => found.length === 1);
    assert.deepEqual(
      rows.map(({ deviceId, covered }) => [deviceId, covered]),
      [[urn, true]],
    );
  });

  test('an Enterprise licence without a Standard one is refused, and of several assignments nothing is half done', async () => {
    await desk.chooses('honor');
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const items = [
      { sku: STANDARD, subject: personOf(bob) },
      { sku: ENTERPRISE, subject: personOf(alice) },
    ];
    await assert.rejects(desk.ask('assign', { items }), (error) => {
      assert.ok(error instanceof HttpProblem);
      assert.deepEqual([error.problem.status, error.problem.code], [409, 'LICENCE_PREREQUISITE_MISSING']);
      return true;
    });
    assert.deepEqual((await desk.ask('history', { subject: personOf(bob) })).assignments, []);
    await desk.assigns(STANDARD, personOf(alice));
    await desk.assigns(ENTERPRISE, personOf(alice));
    const browser = await stage().browser(alice);
    await knows(browser, 'call-routing', true);
  });

  test('what is taken away is refused within ten seconds, and a phone that watched hears why', async () => {
    await desk.chooses('enforce');
    const [bob] = await withLicence(stage(), desk, 'Bob');
    const [frank, browser] = await withLicence(stage(), desk, 'Frank');
    const phone = await stage().phone(frank);
    assert.equal((await phone.watch(bob.address)).status, 200);
    await desk.takesBack(personOf(frank));
    await knows(browser, 'presence', false);
    await phone.requests.until(
      'the end of the subscription',
      (requests) =>
        requests.some(({ headers }) => headers.get('Subscription-State')?.startsWith('terminated')) && true,
      LIVE_MS,
    );
    assert.equal((await phone.say(bob.address, 'refused')).status, 403);
    await browser.command('presence.setNote', { note: '' });
  });

  test('a phone in the lobby is a device that no person uses', async () => {
    await desk.chooses('honor');
    const urn = 'urn:uuid:00000000-0000-1000-8000-0000000000aa';
    const [lobby, bob] = [await stage().hire('Lobby'), await stage().hire('Bob')];
    await desk.ask('device-put', { deviceId: urn, name: 'Lobby', commonArea: true, licensable: true });
    await desk.assigns(STANDARD, deviceOf(urn));
    await desk.chooses('enforce');
    const phone = await stage().phone(lobby, { instance: urn });
    await knowsByPhone(phone, bob.address, 202);
    const rows = await desk.finds(deviceOf(urn), (found) => found.length > 0);
    assert.deepEqual(
      rows.map(({ userId, deviceName }) => [userId, deviceName]),
      [[null, 'Lobby']],
    );
  });
});

/** A change of rights reaches the process that holds the phone within ten seconds. */
async function knowsByPhone(
  phone: { say(recipient: string, text: string): Promise<{ readonly status: number }> },
  recipient: string,
  wanted: number,
): Promise<void> {
  const deadline = Date.now() + LIVE_MS;
  for (;;) {
    const { status } = await phone.say(recipient, 'hello');
    if (status === wanted) return;
    assert.ok(Date.now() < deadline, `MESSAGE is answered ${status} and not ${wanted}`);
  }
}

test('a front end is killed: who is covered works on, who is not is refused, and assignments go on', {
  skip: natsServerMissing,
}, async () => {
  await using stage = await enterpriseEdition();
  const desk = new LicenceDesk(stage.administrator);
  await desk.buys(STANDARD, 'user', 10);
  const [bob, atBob] = await withLicence(stage, desk, 'Bob');
  const alice = await stage.hire('Alice');
  await desk.chooses('enforce');
  const atAlice = await stage.browser(alice);
  await knows(atAlice, 'im', false);
  const [dave] = await withLicence(stage, desk, 'Dave');
  const phone = await stage.phone(bob, { frontEnd: 1 });
  await stage.frontEnds[0]!.kill();
  assert.equal((await phone.say(dave.address, 'still here')).status, 202);
  const conversation = await atBob.conversationWith(alice.userId);
  await atBob.send(conversation, 'you, too?');
  await atAlice.hears('you, too?');
  await assert.rejects(atAlice.send(conversation, 'refused'), NEEDS_STANDARD);
  await desk.assigns(STANDARD, personOf(alice));
  await knows(atAlice, 'im', true);
  await atAlice.send(conversation, 'yes');
  await atBob.hears('yes');
});

test('a process is killed: the evidence it had sent is there once, and what it had not sent is all that is lost', async () => {
  await using stage = await standardEdition({ keepsPort: true });
  const desk = new LicenceDesk(stage.administrator);
  const [member] = stage.members;
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const sends = async (count: number) => {
    const phone = await stage.phone(alice);
    for (let index = 0; index < count; index++)
      assert.equal((await phone.say(bob.address, `m${index}`)).status, 202);
  };
  const countOf = (rows: readonly { readonly count: number }[]) =>
    rows.reduce((sum, { count }) => sum + count, 0);
  await sends(10);
  const [before] = await desk.finds(personOf(alice), (rows) => countOf(rows) >= 10);
  await sends(10);
  await member!.kill();
  await member!.start();
  const after = countOf(await desk.finds(personOf(alice), () => true));
  assert.ok(after >= (before?.count ?? 0) && after <= 20 + 1, `${after} of 20`);
  await sends(5);
  const last = countOf(await desk.finds(personOf(alice), (rows) => countOf(rows) >= after + 5));
  assert.equal(last, after + 5);
});
