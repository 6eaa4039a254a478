// Stock softphones and two browsers in one conversation with history and presence: baresip and linphone. And what linphone
// does by itself: it watches its contacts as one list, and tells what became of messages, compressed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { Linphone, linphoneMissing } from '../cast/linphone.ts';
import { DOMAIN, onEveryTopology } from '../cast/stage.ts';

onEveryTopology((stage) => {
  for (const [name, skip] of [
    ['baresip', baresipMissing],
    ['linphone', linphoneMissing],
  ] as const) {
    test(`${name} and two browsers hold one group conversation with history and presence`, {
      skip,
    }, async () => {
      const people = await Promise.all(['Alice', 'Bob', 'Carol'].map((one) => stage().hire(one)));
      const [alice, bob, carol] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];
      const [first, second] = [await stage().browser(alice), await stage().browser(carol)];
      await first.command('contact.put', { contactIds: [bob.userId], change: {} });
      const conversationId = await first.conversationWith(bob.userId, carol.userId);
      const group = `conversation-${conversationId}@${DOMAIN}`;
      const settings = {
        address: bob.address,
        password: bob.devicePassword,
        server: stage().frontEnds.at(-1)!.sip('tcp'),
      };
      await using phone =
        name === 'baresip'
          ? await Baresip.start({ ...settings, contacts: [group, alice.address] })
          : await Linphone.start({ ...settings, contacts: [alice.address] });
      await phone.registered();
      await first.sees(bob.userId, 'available');
      await phone.showsPresence(alice.address, 'Online');

      await first.send(conversationId, 'Lunch?');
      await phone.hears('Lunch?');
      if (phone instanceof Baresip) await phone.say('At one');
      else phone.say(group, 'At one');
      await Promise.all([first.hears('At one'), second.hears('At one')]);
      await second.send(conversationId, 'Fine');
      await phone.hears('Fine');
      const history = (await first.history(conversationId)).map(({ senderId, text }) => [senderId, text]);
      assert.deepEqual(history, [
        [alice.userId, 'Lunch?'],
        [bob.userId, 'At one'],
        [carol.userId, 'Fine'],
      ]);
      await first.command('presence.setState', { state: 'busy' });
      await phone.showsPresence(alice.address, 'Busy');
    });
  }

  test('linphone watches its contacts as one list, and its word that a message arrived is taken', {
    skip: linphoneMissing,
  }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    await using phone = await Linphone.start({
      address: bob.address,
      password: bob.devicePassword,
      server: stage().frontEnds.at(-1)!.sip('tcp'),
      contacts: [alice.address],
      listUri: `sip:contacts@${DOMAIN}`,
    });
    await phone.registered();
    await phone.shows('Receiving new state [LinphoneSubscriptionActive]');
    await phone.shows(/<list xmlns=.* version="0" fullState="true">/);
    await browser.command('presence.setState', { state: 'busy' });
    await phone.shows(/<list xmlns=.* version="1" fullState="false">/);
    const conversationId = await browser.conversationWith(bob.userId);
    await browser.send(conversationId, 'Hello');
    await phone.hears('Hello');
    await phone.shows(`<message-id>${conversationId}.1@${DOMAIN}</message-id>`);
    phone.say(alice.address, 'Hello yourself');
    await browser.hears('Hello yourself');
    // It says in its log what it cannot read, and what is refused.
    const complaints = phone.lines.filter((line) =>
      /rlmi\+xml:|Wrongly formatted|multipart.* presence notified|SIP\/2\.0 415/.test(line),
    );
    assert.deepEqual(complaints, []);
  });
});
