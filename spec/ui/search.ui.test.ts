// Search in the communicator, in front of an organisation of 20,000 people and 100,000 messages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectTo } from '@parley/platform/store/testing';
import type { Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { fill } from '../load/fill.ts';

/** Among the small talk, by number. */
const TOLD: Readonly<Record<number, string>> = {
  3: 'The **Zürich** wombat budget is done',
  50: 'Try `quokka --all` on [the server](https://quokka.example)',
};
const chromium = chromiumForFile();
let stage: Stage;
let alice: Person;
let bob: Person;
before(async () => {
  if (chromiumMissing) return;
  stage = await standardEdition();
  [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  await using database = await connectTo(stage.database);
  await fill((text, values) => database.query(text, values), {
    people: 20_000,
    messages: 100_000,
    domain: 'parley.test',
    heavy: { userId: alice.userId, messages: 30_000, conversations: 300 },
    until: Date.now() - 86_400_000,
  });
  await stage.web.stop();
  await stage.web.start();
  await using talk = await stage.browser(alice);
  const { conversationId } = await talk.command('im.open', { participantIds: [bob.userId] });
  for (let at = 0; at < 90; at++) {
    const text = TOLD[at] ?? `small talk ${at}`;
    await talk.command('im.send', { conversationId, text, clientId: `talk ${at}` });
  }
});
after(() => stage?.[Symbol.asyncDispose]());

const open = async (page: Page) => CommunicatorPage.signIn(page, alice);
const row = (page: Page, text: string) =>
  page.getByRole('grid', { name: 'Found' }).getByRole('row').filter({ hasText: text });
const rowsOf = (page: Page) => page.getByRole('grid', { name: 'Found' }).getByRole('row');

/** Nothing of a list that is out of sight costs anything. */
async function drawsLittle(page: Page): Promise<void> {
  const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`);
  assert.ok(elements < 1_500, `${elements} elements`);
}

test('a word of long ago is found by keyboard, and its chat opens there with what was said around it', {
  skip: chromiumMissing,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await open(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('zurich WOMB');
  const found = row(page, 'wombat');
  await found.waitFor();
  assert.deepEqual(await found.locator('mark').allInnerTexts(), ['Zürich', 'wombat']);
  assert.deepEqual(await axeFindings(page), []);
  await desk.hasActive(found);
  await page.keyboard.press('Enter');
  await desk.hears('The Zürich wombat budget is done');
  await desk.hears('small talk 4');
  await desk.hasFocus(desk.message('The Zürich wombat budget is done'));
  await desk.message('small talk 89').waitFor({ state: 'detached' });

  // What comes later is loaded as one goes on, and the button leads to the end.
  await desk.button('To the newest message').click();
  await desk.hears('small talk 89');
});

test('tens of thousands of results cost a screenful, and going down loads what is further back', {
  skip: chromiumMissing,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await open(page);
  await desk.searchBox.fill('from:me the ');
  await rowsOf(page).nth(8).waitFor();
  await drawsLittle(page);
  const grid = page.getByRole('grid', { name: 'Found' });
  const first = Number(await grid.getAttribute('aria-rowcount'));
  for (let press = 0; press < 60; press++) await page.keyboard.press('ArrowDown');
  // Another page of results, and maybe the heading of another month.
  await page.locator(`[role=grid]:not([aria-rowcount="${first}"])`).waitFor();
  assert.ok(Number(await grid.getAttribute('aria-rowcount')) > first);
  await drawsLittle(page);
});

test('people are found by parts of names without their marks, by department and by any run of their number', {
  skip: chromiumMissing,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await open(page);
  for (const [query, about] of [
    ['jurgen', 'Jürgen'],
    ['ceneK', 'Čeněk'],
    ['forschung goteb', 'Forschung Göteborg'],
  ] as const) {
    await desk.searchBox.fill(query);
    await row(page, about).first().waitFor();
  }
  await desk.searchBox.fill('10 012 345');
  // A heading and the one person.
  await page.locator('[role=grid][aria-rowcount="3"]').waitFor();
  // Whom one talks with comes before those whom one does not know.
  await desk.searchBox.fill('bo');
  await row(page, 'Bob').waitFor();
  assert.match(await rowsOf(page).nth(1).innerText(), /Bob/);
});

test('operators are completed and explained, and what cannot be understood is said in words', {
  skip: chromiumMissing,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await open(page);
  await desk.searchBox.fill('wombat fr');
  await page
    .getByRole('list', { name: 'Complete the search' })
    .getByRole('button', { name: 'from:' })
    .click();
  await page.keyboard.type('m');
  await page.getByRole('button', { name: 'from:me', exact: true }).click();
  assert.equal(await desk.searchBox.inputValue(), 'wombat from:me ');
  await row(page, 'wombat').waitFor();
  await desk.searchBox.fill('quokka has:code has:link');
  // As it is read in the chat, without the marks.
  await row(page, 'Try quokka --all on the server').waitFor();
  await desk.searchBox.fill('wombat after:soon');
  await page.getByText('“after:soon” is no date: write it like 2026-03-09, 2026-03 or 2026.').waitFor();
  await desk.searchBox.fill('wombat from:"Nobody Here"');
  await page.getByText('You have no chat with anybody called “Nobody Here”.').waitFor();
  await desk.searchBox.fill('wombat quuxfrob');
  await page.getByText('Nothing fits “wombat quuxfrob”').waitFor();
  await page.getByRole('heading', { name: 'Search more precisely' }).waitFor();
  await page.getByRole('button', { name: 'has: a link, image, mention or code' }).click();
  assert.equal(await desk.searchBox.inputValue(), 'wombat quuxfrob has:');
});

test('in a chat, Ctrl+F searches that chat alone, and on a phone’s screen too', {
  skip: chromiumMissing,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin, { viewport: { width: 320, height: 640 } });
  const desk = await open(page);
  await desk.searchBox.fill('bob');
  await row(page, 'Bob').click();
  await desk.anyComposer.waitFor();
  await page.keyboard.press('Control+f');
  await page.getByText('Only in the chat with Bob').waitFor();
  await desk.hasFocus(desk.searchBox);
  await page.keyboard.type('talk');
  await row(page, 'small talk').first().waitFor();
  assert.deepEqual(await sidewaysFindings(page), []);
  await desk.button('Search everywhere').click();
  await desk.searchBox.fill('wombat');
  await row(page, 'wombat').click();
  await desk.hears('The Zürich wombat budget is done');
});
