// The presence menu in Chromium: each state explains itself, lasts as long as one likes, and is seen by others so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCalendarFeed } from '../cast/calendar-feed.ts';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
const skip = chromiumMissing;
let stage: Stage;

/** Alice's calendar: one meeting that goes on. */
const feed = await openCalendarFeed();
const HALF_HOUR_MS = 30 * 60_000;

before(async () => {
  if (skip) return;
  stage = await standardEdition({ settings: { calendar: { allowPrivate: true } } });
});
after(async () => {
  await stage?.[Symbol.asyncDispose]();
  await feed[Symbol.asyncDispose]();
});

test('alice is Busy for two hours: the menu says why and until when, and bob sees her so', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const [hers, his] = await Promise.all([
    CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), alice),
    CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), bob),
  ]);
  await his.adds(alice);
  await hers.choosesState('Busy', '2 hours');
  await hers.showsOwnState('Busy');
  await his.sees('Alice', 'Busy');
  assert.match(await hers.explanation(), /^Busy, chosen by hand, since \d.*:\d\d.* until .*:\d\d.*\.$/);

  await hers.choosesState('Reset: follow my devices and calendar');
  await hers.showsOwnState('Available');
  assert.match(await hers.explanation(), /^Available, from the devices, since \d.*:\d\d.*\.$/);
});

test('alice says in her own words what she does, and where she is', { skip }, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const page = await chromium().window(t, stage.web.origin);
  const hers = await CommunicatorPage.signIn(page, alice);
  const his = await CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), bob);
  await his.adds(alice);

  await hers.choosesState('My own words …');
  const dialog = page.getByRole('dialog', { name: 'Your state in your own words' });
  await dialog.getByRole('textbox', { name: 'What you are doing' }).fill('Preparing the talk');
  await dialog.getByRole('radio', { name: 'Do not disturb' }).check();
  await dialog.getByRole('combobox', { name: 'Until' }).selectOption('1 hour');
  await dialog.getByRole('button', { name: 'Show this' }).click();
  await his.sees('Alice', 'Do not disturb');
  await his.contact('Alice').getByText('Preparing the talk').waitFor();

  await hers.choosesState('Where I am …');
  await page.getByRole('textbox', { name: 'Place' }).fill('Home office');
  await hers.button('Save').click();
  assert.match(await hers.explanation(), /^Do not disturb: Preparing the talk, .* until .*Home office$/s);
});

test('a meeting of the calendar shows in the menu, with its subject and room', { skip }, async (t) => {
  const alice = await stage.hire('Alice');
  const page = await chromium().window(t, stage.web.origin);
  const hers = await CommunicatorPage.signIn(page, alice);
  await hers.opensSettings('Presence');
  const now = Date.now();
  const meeting = { start: now - HALF_HOUR_MS, end: now + HALF_HOUR_MS };
  feed.meetings.push({ ...meeting, summary: 'Budget for next year', place: 'Room 4' });
  const address = page.getByRole('textbox', { name: 'Address of your calendar feed (iCalendar)' });
  await address.fill('not an address');
  await hers.button('Save').click();
  await page.getByText('This is not the address of a calendar feed.').waitFor();
  await address.fill(feed.newAddress());
  await hers.button('Save').click();
  await page.getByText('Your presence settings are saved.').first().waitFor();
  await page.getByText('1 entry in the next two weeks.').waitFor();
  await hers.button('Close').click();
  await hers.showsOwnState('Busy: in a meeting');
  const words = await hers.explanation();
  assert.match(words, /^Busy: in a meeting, from the calendar, since .* until .*\./);
  assert.match(words, /Meeting: Budget for next year \(Room 4\)$/);
});
