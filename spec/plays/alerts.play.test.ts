// One alert and not five: the laptop in use first, the idle tablet and the telephone's push later, none after it is read.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newReceiver, openPushService, type Receiver } from '@parley/services/alerts/testing';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

const service = await openPushService();
after(() => service[Symbol.asyncDispose]());
/** So long that a busy machine reads in time what is to be read in time. */
const settings = { alerts: { delayS: 6, pushServices: [service.origin] } };

/** The alerts of one window, in order. */
function alertsOf(user: WebUser): number[] {
  return user.frames.entries.flatMap((frame) =>
    frame.type === 'event' && frame.data.type === 'alert' ? [frame.data.seq] : [],
  );
}

function isDismissed(user: WebUser): boolean {
  return user.frames.entries.some((frame) => frame.type === 'event' && frame.data.type === 'alertDismissed');
}

function pushesTo(path: string, receiver: Receiver) {
  return service.pushed
    .filter((pushed) => pushed.path === path)
    .map(({ body }) => JSON.parse(receiver.decrypt(body)) as { type: string; body?: string; seq: number });
}

async function untilPushed(path: string, count: number): Promise<void> {
  const before = () => service.pushed.filter((pushed) => pushed.path === path).length;
  while (before() < count) await service.nth(service.pushed.length + 1);
}

/** Bob sits at the laptop; the tablet lies beside it, and the telephone can be reached by push. */
async function bobEverywhere(stage: Stage, bob: Person) {
  const laptop = await stage.browser(bob);
  const tablet = await stage.browser(bob);
  const phone = await stage.browser(bob);
  const receiver = newReceiver();
  const path = `/${bob.userId}`;
  const subscription = { endpoint: service.origin + path, ...receiver.keys, canClose: true };
  await phone.command('alert.subscribe', { subscription });
  phone.drop();
  await laptop.command('alert.attend', { active: true, looksAt: null });
  await laptop.sees(bob.userId, 'available');
  return { laptop, tablet, phone, path, receiver };
}

onEveryTopology(
  (stage) => {
    test('bob is written to: the laptop hears, then tablet and telephone; he answers on the telephone, and all is quiet', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const { laptop, tablet, phone, path, receiver } = await bobEverywhere(stage(), bob);
      const desk = await stage().browser(alice);
      const conversationId = await desk.conversationWith(bob.userId);
      await desk.send(conversationId, 'are you there?');
      await Promise.all([laptop.hears('are you there?'), tablet.hears('are you there?')]);
      await laptop.until('its alert', () => alertsOf(laptop).length > 0);
      assert.deepEqual([alertsOf(laptop), alertsOf(tablet), pushesTo(path, receiver)], [[1], [], []]);

      await tablet.until('the alert that follows', () => alertsOf(tablet).length > 0);
      await untilPushed(path, 1);
      const [pushed] = pushesTo(path, receiver);
      assert.deepEqual([pushed?.type, pushed?.body], ['message', 'are you there?']);

      await phone.http.post('/api/v1/alerts/answer', {
        conversationId,
        seq: 1,
        answer: { kind: 'reply', text: 'on my way', clientId: 'from-the-phone' },
      });
      await desk.hears('on my way');
      await Promise.all([laptop.hears('on my way'), tablet.hears('on my way')]);
      await untilPushed(path, 2);
      assert.equal(pushesTo(path, receiver)[1]?.type, 'read', 'the notification is closed');
      assert.deepEqual([alertsOf(laptop), alertsOf(tablet)], [[1], [1]], 'each window heard it once');
      const { unread } = await laptop.command('im.read', { conversationId, seq: 0 });
      assert.equal(unread, 0);
    });

    test('read on the laptop in time: tablet and telephone never hear of it', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const { laptop, tablet, path, receiver } = await bobEverywhere(stage(), bob);
      const desk = await stage().browser(alice);
      const conversationId = await desk.conversationWith(bob.userId);
      for (const seq of [1, 2, 3]) {
        await desk.send(conversationId, `message ${seq}`);
        await laptop.until('its alert', () => alertsOf(laptop).includes(seq));
        await laptop.command('im.read', { conversationId, seq });
      }
      // What comes after the delay shows that nothing came in it.
      await desk.send(conversationId, 'not read');
      await untilPushed(path, 1);
      assert.deepEqual(
        pushesTo(path, receiver).map(({ seq }) => seq),
        [4],
      );
      await tablet.until('the only alert', () => alertsOf(tablet).length > 0);
      assert.deepEqual([alertsOf(tablet), alertsOf(laptop)], [[4], [1, 2, 3, 4]]);
    });

    test('bob waits for alice and goes: his telephone is told once that she is free, and nothing while he is at the laptop', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const { laptop, tablet, path, receiver } = await bobEverywhere(stage(), bob);
      const desk = await stage().browser(alice);
      await laptop.command('contact.put', { contactIds: [alice.userId], change: {} });
      const isTold = (user: WebUser) =>
        user.frames.entries.some((frame) => frame.type === 'event' && frame.data.type === 'free');
      const becomesFree = async () => {
        await desk.command('presence.setState', { state: 'busy' });
        await laptop.sees(alice.userId, 'busy');
        await laptop.command('contact.put', { contactIds: [alice.userId], change: { waiting: 'once' } });
      };
      await becomesFree();
      await desk.command('presence.setState', { state: null });
      await laptop.until('the word', () => isTold(laptop));

      await becomesFree();
      await desk.command('contact.put', { contactIds: [bob.userId], change: {} });
      for (const window of [laptop, tablet]) window.drop();
      await desk.sees(bob.userId, 'offline', 25_000);
      await desk.command('presence.setState', { state: null });
      await untilPushed(path, 1);
      const again = await stage().browser(bob);
      const contact = again.snapshot?.contacts.find(({ contactId }) => contactId === alice.userId);
      assert.equal(contact?.waiting, undefined);
      assert.deepEqual(pushesTo(path, receiver), [{ type: 'free', userId: alice.userId, title: 'Alice' }]);
    });

    test('waved away on the laptop, it is gone everywhere; under Do Not Disturb it never comes', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const { laptop, tablet, path, receiver } = await bobEverywhere(stage(), bob);
      const desk = await stage().browser(alice);
      const conversationId = await desk.conversationWith(bob.userId);
      await desk.send(conversationId, 'waved away');
      await laptop.until('its alert', () => alertsOf(laptop).length > 0);
      await laptop.command('alert.dismiss', { conversationId, seq: 1 });
      await Promise.all(
        [laptop, tablet].map((window) => window.until('the end of it', () => isDismissed(window))),
      );

      await laptop.command('presence.setState', { state: 'doNotDisturb' });
      await tablet.sees(bob.userId, 'doNotDisturb');
      const carol = await stage().hire('Carol');
      await desk.send(await desk.conversationWith(bob.userId, carol.userId), 'do not disturb');
      await laptop.hears('do not disturb');
      await laptop.command('presence.setState', { state: null });
      await tablet.sees(bob.userId, 'available');
      const another = await stage().browser(carol);
      await another.send(await another.conversationWith(bob.userId), 'hello');
      await untilPushed(path, 1);
      await tablet.until('its first alert', () => alertsOf(tablet).length > 0);
      assert.deepEqual(
        pushesTo(path, receiver).map(({ body }) => body),
        ['hello'],
      );
      assert.deepEqual([alertsOf(laptop), alertsOf(tablet)], [[1, 1], [1]]);
    });
  },
  { settings },
);
