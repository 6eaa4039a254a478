// Nothing is lost while somebody is away: phones that are off, browsers that sleep.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onEveryTopology } from '../cast/stage.ts';

onEveryTopology((stage) => {
  test('who was offline gets every message once and in order on return', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const conversation = await browser.conversationWith(bob.userId);
    const texts = ['one', 'two', 'three', 'four', 'five'];
    for (const text of texts) await browser.send(conversation, text);
    const phone = await stage().phone(bob, { frontEnd: 1 });
    await phone.hears('five');
    assert.deepEqual(phone.received, texts);
  });

  test('what bob has read in a browser does not ring on his phone afterwards', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const conversationId = await browser.conversationWith(bob.userId);
    await browser.send(conversationId, 'read in the browser');
    const reading = await stage().browser(bob);
    await reading.command('im.read', { conversationId, seq: 1 });
    const phone = await stage().phone(bob);
    await browser.send(conversationId, 'for the phone');
    await phone.hears('for the phone');
    assert.deepEqual(phone.received, ['for the phone']);
  });

  test('a phone that answers late is asked again, and has the message once in the end', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const phone = await stage().phone(bob);
    phone.answer = ({ method }) => (method === 'MESSAGE' ? 503 : 200);
    const browser = await stage().browser(alice);
    const conversation = await browser.conversationWith(bob.userId);
    await browser.send(conversation, 'please take it');
    await phone.hears('please take it');
    phone.answer = () => 200;
    await phone.register();
    await phone.requests.until('the second try', () => phone.received.length === 2);
  });

  test('a browser that lost its network goes on after its last event, without loss or duplicates', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const other = await stage().browser(bob);
    const conversation = await other.conversationWith(alice.userId);
    const texts = Array.from({ length: 30 }, (_, i) => `m${i}`);
    for (const [index, text] of texts.entries()) {
      if (index === 10) browser.drop();
      if (index === 20) assert.equal((await browser.connect({ resume: true })).type, 'resumed');
      await other.send(conversation, text);
    }
    await browser.hears('m29');
    assert.deepEqual(
      browser.received.map(({ text }) => text),
      texts,
    );
  });

  test('a client id that is sent again after a lost reply stores nothing new', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const conversation = await browser.conversationWith(bob.userId);
    const first = await browser.send(conversation, 'once', 'c-1');
    assert.deepEqual(await browser.send(conversation, 'once', 'c-1'), first);
    assert.equal((await browser.history(conversation)).length, 1);
  });

  test('a history of the longest messages is read page by page, and none is missing', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const conversation = await browser.conversationWith(bob.userId);
    const texts = Array.from({ length: 24 }, (_, i) => `${i}`.padEnd(64_000, 'x'));
    for (const text of texts) await browser.send(conversation, text);
    assert.deepEqual(
      (await browser.history(conversation)).map(({ text }) => text),
      texts,
    );
    const { conversations = [] } = (await stage().browser(bob)).snapshot ?? {};
    assert.deepEqual(
      conversations.map(({ unread }) => unread),
      [24],
    );
  });
});
