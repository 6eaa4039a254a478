// What a window may do and show without a licence, and how it changes under it while it is open.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { serveRights, type TestRights } from '../licensing/testing.ts';
import type { CommandName, CommandRequest, Snapshot } from './contract.ts';
import { granted, type Office, openOffice, type TestBrowser, TestWindow } from './testing.ts';

describe('a window under licences', () => {
  let office: Office;
  let rights: TestRights;
  let alice: User;
  let bob: User;
  let aliceBrowser: TestBrowser;
  let bobBrowser: TestBrowser;
  before(async () => {
    office = await openOffice();
    rights = await serveRights(office.server.bus);
    office.reconnectBus();
  });
  after(async () => {
    await office[Symbol.asyncDispose]();
  });
  let count = 0;
  beforeEach(async () => {
    count += 1;
    await rights.mode('honor');
    [alice, bob] = [await office.hire(`alice${count}`), await office.hire(`bob${count}`)];
    [aliceBrowser, bobBrowser] = [await office.signedIn(alice), await office.signedIn(bob)];
    await rights.give({ kind: 'user', id: bob.userId }, 'standard');
  });

  function rightTo(feature: string, { features }: Pick<Snapshot, 'features'>) {
    return features.find((right) => right.feature === feature);
  }

  async function latestSnapshot(window: TestWindow, fits: (snapshot: Snapshot) => boolean) {
    const found = await window.until((frame) => frame.type === 'snapshot' && fits(frame.snapshot));
    return found.type === 'snapshot' ? found.snapshot : assert.fail();
  }

  test('under honor everything is allowed, and nothing is said of licences', async () => {
    const window = await TestWindow.open(aliceBrowser);
    const { snapshot } = await window.frame('snapshot');
    assert.equal(snapshot.features.length, 19);
    assert.ok(snapshot.features.every((right) => right.allowed && right.sentence === undefined));
    await window.cut();
  });

  test('under warn everything is allowed, and the page hears which licence is missing', async () => {
    await rights.mode('warn', { contact: 'Carol, extension 12' });
    const window = await TestWindow.open(aliceBrowser);
    const right = rightTo('im', (await window.frame('snapshot')).snapshot);
    assert.deepEqual([right?.allowed, right?.code], [true, 'LICENCE_STANDARD_NEEDED']);
    assert.match(right?.remedy ?? '', /Carol, extension 12/);
    granted(await window.ask('im.open', { participantIds: [bob.userId] }));
    await window.cut();
  });

  test('under enforce acting is refused with the sentence; receiving, reading and taking back never are', async () => {
    const before = await TestWindow.open(aliceBrowser);
    const atBob = await TestWindow.open(bobBrowser);
    granted(await before.ask('contact.put', { contactIds: [bob.userId], change: {} }));
    const { conversationId } = granted(await before.ask('im.open', { participantIds: [bob.userId] }));
    granted(await before.ask('im.send', { conversationId, text: 'licensed', clientId: 'one' }));
    granted(await before.ask('presence.setState', { state: 'busy' }));
    await before.cut();

    await rights.mode('enforce');
    const window = await TestWindow.open(aliceBrowser);
    const { snapshot } = await window.frame('snapshot');
    assert.equal(rightTo('presence', snapshot)?.allowed, false);
    const shown = snapshot.presence.find(({ userId }) => userId === bob.userId);
    assert.deepEqual(
      [shown?.state, shown?.reason],
      ['offline', 'none'],
      'bob is there, and alice may not know',
    );
    const own = snapshot.presence.find(({ userId }) => userId === alice.userId);
    assert.equal(own?.state, 'busy', 'of herself she may');

    async function assertRefused<N extends CommandName>(name: N, request: CommandRequest<N>): Promise<void> {
      const outcome = await window.ask(name, request);
      assert.ok(!outcome.ok, `${name} is refused`);
      assert.equal(outcome.fault.code, 'LICENCE_STANDARD_NEEDED');
      assert.match(outcome.fault.sentence, /Standard licence/);
      assert.match(outcome.fault.remedy ?? '', /administrator/);
    }
    const carol = await office.hire(`carol${count}`);
    await assertRefused('im.send', { conversationId, text: 'unlicensed', clientId: 'two' });
    await assertRefused('im.open', { participantIds: [carol.userId] });
    await assertRefused('im.open', { participantIds: [bob.userId, carol.userId] });
    await assertRefused('im.typing', { conversationId, typing: true });
    await assertRefused('presence.setState', { state: 'away' });
    await assertRefused('presence.setNote', { note: 'here' });
    await assertRefused('presence.activity', { machine: 'locked' });
    await assertRefused('contact.put', { contactIds: [carol.userId], change: {} });

    const again = await window.ask('im.send', { conversationId, text: 'licensed', clientId: 'one' });
    assert.equal(granted(again).text, 'licensed', 'what was stored is acknowledged when it is repeated');
    granted(await atBob.ask('im.send', { conversationId, text: 'to alice', clientId: 'b' }));
    await window.event('message', ({ message }) => message.text === 'to alice');
    const { messages } = granted(await window.ask('im.history', { conversationId, limit: 10 }));
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['to alice', 'licensed'],
    );
    granted(await window.ask('im.open', { participantIds: [bob.userId] }));
    granted(await window.ask('im.read', { conversationId, seq: 2 }));
    granted(await window.ask('im.typing', { conversationId, typing: false }));
    granted(await window.ask('presence.setState', { state: null }));
    granted(await window.ask('presence.setNote', { note: '' }));
    const found = granted(await window.ask('people.search', { query: `Bob${count}`, limit: 10 }));
    assert.deepEqual(
      found.presence.map(({ state }) => state),
      ['offline'],
    );
    granted(await window.ask('contact.remove', { contactIds: [bob.userId] }));
    await Promise.all([window.cut(), atBob.cut()]);
  });

  test('an assignment reaches the open window: the list, the presence of others, and what is asked next', async () => {
    await rights.mode('enforce');
    const [window, atBob] = [await TestWindow.open(aliceBrowser), await TestWindow.open(bobBrowser)];
    granted(await atBob.ask('contact.put', { contactIds: [alice.userId], change: {} }));
    const conversation = granted(await atBob.ask('im.open', { participantIds: [alice.userId] }));
    const { conversationId } = conversation;
    granted(await atBob.ask('im.send', { conversationId, text: 'hello', clientId: 'b' }));
    await window.event('message');
    assert.equal((await window.ask('im.send', { conversationId, text: 'hi', clientId: 'a' })).ok, false);
    const quiet = atBob.events.filter(({ data }) => data.type === 'features').length;

    await rights.give({ kind: 'user', id: alice.userId }, 'standard');
    const event = await window.event('features');
    assert.deepEqual(
      event.features.filter(({ allowed }) => allowed).map(({ feature }) => feature),
      ['im', 'group-im', 'presence', 'p2p-voice-video', 'file-transfer', 'chat-rooms'],
    );
    const snapshot = await latestSnapshot(window, (one) => rightTo('presence', one)?.allowed === true);
    assert.equal(snapshot.presence.find(({ userId }) => userId === bob.userId)?.state, 'available');
    granted(await window.ask('im.send', { conversationId, text: 'hi', clientId: 'a' }));
    await atBob.event(
      'presence',
      ({ presence }) => presence.userId === alice.userId && presence.state === 'available',
    );

    await rights.give({ kind: 'user', id: alice.userId });
    const hidden = await latestSnapshot(
      window,
      (one) => rightTo('presence', one)?.allowed === false && one.conversations.length === 1,
    );
    assert.equal(hidden.presence.find(({ userId }) => userId === bob.userId)?.state, 'offline');
    assert.equal(
      atBob.events.filter(({ data }) => data.type === 'features').length,
      quiet,
      'bob notices nothing',
    );
    await Promise.all([window.cut(), atBob.cut()]);
  });

  test('a licence of the browser covers whoever signs in there, and nobody elsewhere', async () => {
    const shared = await office.signedIn(alice);
    const cookie = /parley_device=([\w-]+)/.exec(shared.cookieHeader)?.[1];
    assert.ok(cookie !== undefined);
    await rights.mode('enforce');
    await rights.give({ kind: 'device', id: `browser:${cookie}` }, 'standard');
    const carol = await office.hire(`carol${count}`);
    const mayOpen = async (browser: TestBrowser, who: User) => {
      const window = await TestWindow.open(browser);
      const opened = await window.ask('im.open', { participantIds: [who.userId] });
      await window.cut();
      return opened.ok;
    };
    assert.equal(await mayOpen(shared, bob), true);
    assert.equal(await mayOpen(aliceBrowser, carol), false, 'at another desk alice has no licence');
    await shared.ask('/api/v1/sign-out', { body: {} });
    const answer = await shared.ask('/api/v1/sign-in', {
      body: { address: carol.address, password: 'correct horse battery' },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.match(shared.cookieHeader, new RegExp(cookie), 'the computer stays the same');
    assert.equal(await mayOpen(shared, bob), true);
  });

  test('while licensing is away, who is covered works on and who is not is refused as before', async () => {
    await rights.mode('enforce');
    const [atAlice, atBob] = [await TestWindow.open(aliceBrowser), await TestWindow.open(bobBrowser)];
    await rights[Symbol.asyncDispose]();
    office.reconnectBus();
    const carol = await office.hire(`carol${count}`);
    granted(await atBob.ask('im.open', { participantIds: [carol.userId] }));
    assert.equal((await atAlice.ask('im.open', { participantIds: [carol.userId] })).ok, false);
    await Promise.all([atAlice.cut(), atBob.cut()]);
  });
});
