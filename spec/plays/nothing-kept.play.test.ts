// `messages.keep: never`: what people say goes to whoever is there, and nothing of it stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onEveryTopology } from '../cast/stage.ts';

onEveryTopology(
  (stage) => {
    test('phones and windows that are there hear it, the sender is told 200, and no history has it', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const phone = await stage().phone(bob, { frontEnd: 1 });
      const other = await stage().phone(alice);
      assert.equal((await other.say(bob.address, 'from phone to phone')).status, 200);
      await phone.hears('from phone to phone');

      const [one, two] = [await stage().browser(alice), await stage().browser(bob)];
      assert.equal(one.snapshot?.keepsNothing, true);
      assert.equal((await other.say(bob.address, 'and to his window')).status, 200);
      const heard = await two.hears('and to his window');
      assert.equal(heard.seq, 0);
      await one.hears('and to his window');

      const participantIds = [alice.userId, bob.userId];
      const { conversationId } = heard;
      assert.equal(await one.conversationWith(bob.userId), conversationId);
      const answer = { conversationId, text: 'an answer', clientId: 'c-1', participantIds };
      assert.equal((await two.command('im.send', answer)).seq, 0);
      await one.hears('an answer');
      await other.hears('an answer');

      assert.deepEqual(await one.history(conversationId), []);
      const again = await stage().browser(bob);
      assert.deepEqual(again.snapshot?.conversations, []);
    });

    test('where nobody is there a phone hears 480 and a window why; who comes later has missed it', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const phone = await stage().phone(alice);
      assert.equal((await phone.say(bob.address, 'are you there?')).status, 480);
      const browser = await stage().browser(alice);
      const conversationId = await browser.conversationWith(bob.userId);
      const participantIds = [alice.userId, bob.userId];
      const question = { conversationId, text: 'are you there?', clientId: 'c-1', participantIds };
      await assert.rejects(browser.command('im.send', question), /IM_NOBODY_THERE/);
      const late = await stage().phone(bob);
      assert.equal((await phone.say(bob.address, 'now you are')).status, 200);
      await late.hears('now you are');
      assert.deepEqual(late.received, ['now you are']);
    });
  },
  { settings: { messages: { keep: 'never' } } },
);
