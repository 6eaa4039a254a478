// Alerts as people see them: cards on the page, taken back when read anywhere; pushes shown by the service worker.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition({ settings: { alerts: { delayS: 1 } } });
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;

async function sitDown(t: TestContext, person: Person): Promise<CommunicatorPage> {
  const page = await chromium().window(t, stage.web.origin, { permissions: ['notifications'] });
  return CommunicatorPage.signIn(page, person);
}

const card = (desk: CommunicatorPage, name: string) =>
  desk.page.getByRole('article', { name: `Message from ${name}`, exact: true });

test('a message makes a card in each of bob’s windows; answering one takes both away, and the count with it', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const [laptop, tablet] = [await sitDown(t, bob), await sitDown(t, bob)];
  const writer = await stage.browser(alice);
  await writer.send(await writer.conversationWith(bob.userId), 'are you there?');
  for (const desk of [laptop, tablet]) {
    await card(desk, 'Alice').getByText('are you there?', { exact: true }).waitFor();
    await desk.showsUnread(1);
  }
  await card(laptop, 'Alice').getByRole('button', { name: 'Reply', exact: true }).click();
  await laptop.composer('Alice').waitFor();
  await laptop.hears('are you there?');
  for (const desk of [laptop, tablet]) {
    await card(desk, 'Alice').waitFor({ state: 'detached' });
    await desk.showsUnread(0);
  }
});

test('what is before the eyes makes no card; a card is marked as read or put off without opening it', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const laptop = await sitDown(t, bob);
  const writer = await stage.browser(alice);
  const conversationId = await writer.conversationWith(bob.userId);
  await writer.send(conversationId, 'first');
  await card(laptop, 'Alice').getByRole('button', { name: 'Mark as read' }).click();
  await laptop.showsUnread(0);
  assert.equal(new URL(laptop.page.url()).pathname, '/');

  await writer.send(conversationId, 'second');
  await card(laptop, 'Alice').getByRole('button', { name: 'Later' }).click();
  await laptop.page.getByRole('menuitem', { name: 'Remind me in an hour' }).click();
  await card(laptop, 'Alice').waitFor({ state: 'detached' });
  await laptop.showsUnread(1);

  await laptop.tab('Chats').click();
  await laptop.chat('Alice').click();
  await laptop.hears('second');
  await laptop.showsUnread(0);
  await writer.send(conversationId, 'third');
  await laptop.hears('third');
  await laptop.showsUnread(0);
  assert.equal(await card(laptop, 'Alice').count(), 0);
});

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

test('a push is shown by the service worker, one for each conversation, and closed when it was read elsewhere', {
  skip,
}, async (t) => {
  const bob = await stage.hire('Bob');
  const desk = await sitDown(t, bob);
  const { page } = desk;
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  const developer = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    developer.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await developer.send('ServiceWorker.enable');
  const registrationId = await registered;
  const [worker = assert.fail('there is no service worker')] = page.context().serviceWorkers();
  // Somebody in front of a window needs no push, and the worker knows of the window for a moment longer.
  await page.goto('about:blank');
  await worker.evaluate(`(async () => {
    while ((await clients.matchAll({ type: 'window', includeUncontrolled: true })).some(({ focused }) => focused));
  })()`);
  const { origin } = stage.web;
  const push = async (content: object) => {
    const data = JSON.stringify(content);
    await developer.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  };
  const message = { type: 'message', conversationId: 'c1', title: 'Alice', unread: 1 };
  await push({ ...message, seq: 1, body: 'one' });
  await push({ ...message, seq: 2, body: 'two' });
  await push({ ...message, conversationId: 'c2', seq: 1, title: '', body: '' });
  await push({ nonsense: true });
  const shown = async (count: number): Promise<Notice[]> => {
    for (;;) {
      const now = (await worker.evaluate(`self.registration.getNotifications()
        .then((shown) => shown.map(({ title, body, tag }) => ({ title, body, tag })))`)) as Notice[];
      if (now.length === count) return now;
    }
  };
  const two = (await shown(2)).sort((a, b) => a.tag.localeCompare(b.tag));
  assert.deepEqual(two, [
    { title: 'Alice', body: 'two', tag: 'c1' },
    { title: 'New message', body: 'You have unread messages.', tag: 'c2' },
  ]);
  await push({ type: 'free', userId: 'u1', title: 'Carol' });
  await push({ type: 'free', userId: 'u2', title: '' });
  const free = (await shown(4)).filter(({ tag }) => tag.startsWith('free'));
  assert.deepEqual(free.map(({ title }) => title).sort(), [
    'Carol is available now',
    'Somebody for whom you wait is available now',
  ]);
  await worker.evaluate(`self.registration.getNotifications()
    .then((shown) => shown.filter(({ tag }) => tag.startsWith('free')).forEach((one) => one.close()))`);
  await push({ type: 'read', conversationId: 'c1', seq: 1 });
  await push({ type: 'read', conversationId: 'c2', seq: 1 });
  assert.deepEqual(
    (await shown(1)).map(({ tag }) => tag),
    ['c1'],
    'what is newer than what was read stays',
  );
});

test('quiet hours are kept by the server, and every browser shows them', { skip }, async (t) => {
  const bob = await stage.hire('Bob');
  const [one, two] = [await sitDown(t, bob), await sitDown(t, bob)];
  await one.opensSettings('Notifications');
  await one.page.getByRole('switch', { name: 'Quiet hours' }).click();
  const from = one.page.getByLabel('From', { exact: true });
  await from.fill('21:30');
  await one.page.getByRole('radio', { name: 'Only who wrote' }).click();
  await one.page.getByRole('radio', { name: 'Only who wrote' }).and(one.page.locator(':checked')).waitFor();
  const writer = await stage.browser(bob);
  await writer.until('the settings', () => true);
  for (;;) {
    const { settings } = await writer.command('alert.settings', {});
    if (settings.quiet?.fromMinute === 21 * 60 + 30 && settings.pushShows === 'sender') break;
  }
  await two.opensSettings('Notifications');
  await two.page.getByRole('switch', { name: 'Quiet hours' }).and(two.page.locator(':checked')).waitFor();
  assert.equal(await two.page.getByLabel('From', { exact: true }).inputValue(), '21:30');
});
