// What windows are told of people whose levels of access change, over real sockets: also windows that were away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { getAccess, type Level, setAccess, setCard, setNote } from '../presence/contract.ts';
import { granted, type Office, openOffice, TestWindow } from './testing.ts';

const MOBILE = '+491701112233';
let office: Office;
before(async () => {
  office = await openOffice();
});
after(() => office[Symbol.asyncDispose]());

async function give(giver: User, watcher: User, level: Level | null): Promise<void> {
  const { bus } = office.server;
  const { version } = granted(await bus.call(getAccess, { userId: giver.userId }));
  const member = { kind: 'user' as const, value: watcher.userId };
  granted(await bus.call(setAccess, { userId: giver.userId, member, level, version }));
}

async function writeCard(user: User, mobile: string, version: number): Promise<void> {
  const fields = { company: 'Example', workAddress: '', site: '', mobile, home: '', other: '' };
  granted(await office.server.bus.call(setCard, { userId: user.userId, fields, version }));
}

/** Two people; the second watches the first, at this level. */
async function pair(name: string, level: Level) {
  const [her, him] = [await office.hire(`${name}a`), await office.hire(`${name}b`)];
  await give(her, him, level);
  const browser = await office.signedIn(him);
  const window = await TestWindow.open(browser);
  granted(await window.ask('contact.put', { contactIds: [her.userId], change: {} }));
  return { her, him, browser, window };
}

test('what was kept for a window that is away is not told once its person may not see it any more', async () => {
  const { her, him, browser, window } = await pair('ann', 'team');
  await window.event('book');
  const { sessionId } = await window.frame('snapshot');
  const { event } = window.events.at(-1)!;
  // A second window tells when everybody has heard.
  const witness = await TestWindow.open(browser);
  await window.cut();
  await writeCard(her, MOBILE, 0);
  await witness.event('card', ({ card }) => card.mobile === MOBILE);
  await give(her, him, 'company');
  await witness.event('card', ({ card }) => card.userId === her.userId && card.mobile === '');

  const back = await TestWindow.open(browser, { sessionId, event });
  const { snapshot, reason } = await back.frame('snapshot');
  assert.equal(reason?.code, 'WEB_EVENT_TOO_OLD');
  assert.deepEqual(
    snapshot.cards
      .filter(({ userId }) => userId === her.userId)
      .map(({ company, mobile }) => [company, mobile]),
    [['Example', '']],
  );
  assert.ok(!JSON.stringify(back.frames).includes(MOBILE));
  await Promise.all([witness.cut(), back.cut()]);
});

test('a window whose person sees as much as before hears nothing of a change of levels', async () => {
  const { her, window } = await pair('bea', 'team');
  const other = await office.hire('beac');
  await window.event('book');
  await give(her, other, 'blocked');
  await writeCard(her, MOBILE, 0);
  await window.event('card', ({ card }) => card.mobile === MOBILE);
  const cards = window.events.filter(({ data }) => data.type === 'card' && data.card.userId === her.userId);
  const people = window.events.filter(({ data }) => data.type === 'user' && data.user.userId === her.userId);
  assert.deepEqual([cards.length, people.length], [1, 1], 'told when she was added, and of her card');
  await window.cut();
});

test('who gives levels hears of it in every window; a stale change is refused with what is stored', async () => {
  const [cleo, dora] = [await office.hire('cleo'), await office.hire('dora')];
  const browser = await office.signedIn(cleo);
  const [one, two] = [await TestWindow.open(browser), await TestWindow.open(browser)];
  const member = { kind: 'user' as const, value: dora.userId };
  const stored = granted(await one.ask('access.set', { member, level: 'team', version: 0 }));
  const told = await two.event('access');
  assert.deepEqual(told.access, stored);
  const late = await two.ask('access.set', { member, level: 'blocked', version: 0 });
  assert.deepEqual(late.ok ? null : [late.fault.code, late.fault.current], ['PRESENCE_STALE', stored]);
  const three = await TestWindow.open(browser);
  assert.deepEqual((await three.frame('snapshot')).snapshot.access, stored);
  await Promise.all([one.cut(), two.cut(), three.cut()]);
});

test('the preview of a level is what somebody at that level is sent', async () => {
  const { her, him, window } = await pair('eva', 'public');
  await writeCard(her, MOBILE, 0);
  granted(await office.server.bus.call(setNote, { userId: her.userId, note: 'not for the public' }));
  await window.event('card', ({ card }) => card.userId === her.userId);
  const hers = await TestWindow.open(await office.signedIn(her));
  const preview = granted(await hers.ask('access.preview', { level: 'public' }));
  const again = await TestWindow.open(await office.signedIn(him));
  const { snapshot } = await again.frame('snapshot');
  assert.deepEqual(
    snapshot.users.find(({ userId }) => userId === her.userId),
    preview.user,
  );
  assert.deepEqual(
    snapshot.cards.find(({ userId }) => userId === her.userId),
    preview.card,
  );
  assert.deepEqual([preview.presence.note, preview.card?.mobile], ['', '']);
  await Promise.all([window.cut(), hers.cut(), again.cut()]);
});
