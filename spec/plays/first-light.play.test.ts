// The product's main job: people see each other and talk, between a browser and a SIP phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onEveryTopology } from '../cast/stage.ts';

onEveryTopology((stage) => {
  test('alice in a browser and bob on a phone see each other Available and talk both ways', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    await browser.command('contact.put', { contactIds: [bob.userId], change: { favourite: true } });
    const phone = await stage().phone(bob);
    await browser.sees(bob.userId, 'available');
    assert.equal((await phone.watch(alice.address)).status, 200);
    await phone.sees(alice.address, 'open');

    const conversation = await browser.conversationWith(bob.userId);
    await browser.send(conversation, 'Grüße from the browser');
    await phone.hears('Grüße from the browser');
    assert.equal((await phone.say(alice.address, 'and from the phone 📞')).status, 202);
    const heard = await browser.hears('and from the phone 📞');
    assert.equal(heard.conversationId, conversation);
    assert.equal(heard.senderId, bob.userId);
  });

  test('when bob unregisters, alice sees him Offline within two seconds', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
    const phone = await stage().phone(bob, { frontEnd: 1, transport: 'udp' });
    await browser.sees(bob.userId, 'available');
    await phone.unregister();
    await browser.sees(bob.userId, 'offline', 2_000);
  });

  test('a phone whose connection breaks is Offline at once', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
    const phone = await stage().phone(bob);
    await browser.sees(bob.userId, 'available');
    await phone[Symbol.asyncDispose]();
    await browser.sees(bob.userId, 'offline');
  });

  test('alice in a second browser has the same history and the same unread count', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const one = await stage().browser(alice);
    const phone = await stage().phone(bob);
    for (const text of ['1', '2', '3']) await phone.say(alice.address, text);
    const { conversationId } = await one.hears('3');
    await one.command('im.read', { conversationId, seq: 1 });
    const two = await stage().browser(alice);
    const found = two.snapshot?.conversations.find((each) => each.conversationId === conversationId);
    assert.equal(found?.unread, 2);
    assert.deepEqual(await two.history(conversationId), await one.history(conversationId));

    await two.command('im.read', { conversationId, seq: 3 });
    await one.until('the other browser to have read it', () =>
      one.frames.entries.find(
        (frame) => frame.type === 'event' && frame.data.type === 'read' && frame.data.unread === 0,
      ),
    );
  });

  test('alice chooses Do not disturb with a note, and every watcher is told', async () => {
    const [alice, bob, carol] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Carol'),
    ];
    const browser = await stage().browser(alice);
    const other = await stage().browser(carol);
    await other.command('contact.put', { contactIds: [alice.userId], change: { favourite: true } });
    const phone = await stage().phone(bob, { frontEnd: 1 });
    await phone.watch(alice.address);
    await phone.sees(alice.address, 'open');
    await browser.command('presence.setState', { state: 'doNotDisturb' });
    await browser.command('presence.setNote', { note: 'Writing the report' });
    await phone.sees(alice.address, 'open', 'busy');
    const seen = await other.until('the note', () => {
      const state = other.presence.get(alice.userId);
      return state?.note === 'Writing the report' && state;
    });
    assert.equal(seen.state, 'doNotDisturb');
    assert.equal(seen.reason, 'manual');
  });

  test('two browsers show each other that somebody is typing', async () => {
    const [alice, carol] = [await stage().hire('Alice'), await stage().hire('Carol')];
    const one = await stage().browser(alice);
    const two = await stage().browser(carol);
    const conversationId = await one.conversationWith(carol.userId);
    await one.send(conversationId, 'hello');
    await two.hears('hello');
    await one.command('im.typing', { conversationId, typing: true });
    await two.until('alice to be typing', () =>
      two.frames.entries.find(
        (frame) =>
          frame.type === 'event' &&
          frame.data.type === 'typing' &&
          frame.data.userId === alice.userId &&
          frame.data.typing,
      ),
    );
  });

  test('search finds a colleague without diacritics, by department and by number', async () => {
    const alice = await stage().hire('Alice');
    const browser = await stage().browser(alice);
    const unique = alice.userId.slice(0, 6);
    await stage().administrator.post('/api/v1/admin/users', {
      address: `zoe-${unique}`,
      name: `Zoë Öztürk ${unique}`,
      department: `Forschung${unique}`,
      password: 'a long enough password',
    });
    for (const query of [`ozturk ${unique}`, `oez zoe ${unique}`, `forschung${unique}`]) {
      const { users } = await browser.command('people.search', { query, limit: 5 });
      assert.deepEqual(
        users.map(({ name }) => name),
        [`Zoë Öztürk ${unique}`],
        query,
      );
    }
  });
});
