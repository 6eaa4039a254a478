// As many rows as there may be: a full contact list and a chat of ten thousand messages, read from its end to its beginning.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectTo } from '@parley/platform/store/testing';
import type { Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { fill } from '../load/fill.ts';

const MESSAGES = 10_000;
/** As many as a person may have. */
const CONTACTS = 1_000;
const AT_ONCE = 200;
/** Two screenfuls of the longest list, and the rest of the page. */
const ELEMENTS = 2_000;
const READ_MS = 60_000;

const chromium = chromiumForFile();
let stage: Stage;
let alice: Person;
let chatId = '';
before(async () => {
  if (chromiumMissing) return;
  stage = await standardEdition();
  alice = await stage.hire('Alice');
  await using database = await connectTo(stage.database);
  await fill((text, values) => database.query(text, values), {
    people: CONTACTS + 1,
    messages: MESSAGES + 1,
    domain: 'parley.test',
    heavy: { userId: alice.userId, messages: MESSAGES, conversations: 1 },
    until: Date.now() - 86_400_000,
  });
  await stage.web.stop();
  await stage.web.start();
  const [chat] = await database.query<{ id: string }>(
    'select conversation_id as id from im.conversations order by last_seq desc limit 1',
  );
  chatId = chat?.id ?? '';
  const people = await database.query<{ id: string }>(
    `select user_id as id from identity.users where department <> '' limit ${CONTACTS}`,
  );
  await using window = await stage.browser(alice);
  for (let from = 0; from < CONTACTS; from += AT_ONCE) {
    const contactIds = people.slice(from, from + AT_ONCE).map(({ id }) => id);
    await window.command('contact.put', { contactIds, change: {} });
  }
});
after(() => stage?.[Symbol.asyncDispose]());

const elementsOf = (page: Page) => page.evaluate<number>(`document.querySelectorAll('*').length`);

test('a full contact list costs a screenful, at its top and at its end', {
  skip: chromiumMissing,
}, async (t) => {
  const desk = await CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), alice);
  const { page, contactList } = desk;
  const rows = contactList.getByRole('treeitem');
  await rows.nth(5).waitFor();
  const first = await rows.nth(1).innerText();
  assert.ok((await elementsOf(page)) < ELEMENTS);
  await contactList.focus();
  await page.keyboard.press('End');
  await page.waitForFunction(
    `(() => { const list = document.querySelector('[role=tree]');
      return list.scrollTop > ${CONTACTS} * 40 && list.scrollTop + list.clientHeight >= list.scrollHeight - 1; })()`,
  );
  await rows.last().waitFor();
  assert.notEqual(await rows.last().innerText(), first);
  const elements = await elementsOf(page);
  assert.ok(elements < ELEMENTS, `${elements} elements`);
});

test('a chat of ten thousand messages is read to its first, and never draws more than is in view', {
  skip: chromiumMissing,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await CommunicatorPage.signIn(page, alice);
  await page.goto(`/c/${chatId}`);
  await desk.log.getByRole('article').last().waitFor();
  page.setDefaultTimeout(READ_MS);
  const { most, height } = await page.evaluate<{ most: number; height: number }>(READ_TO_THE_FIRST);
  assert.ok(height > MESSAGES * 20, `the whole chat is there: ${height} px`);
  assert.ok(most < ELEMENTS, `${most} elements`);
  await desk.log.getByRole('article').first().waitFor();
});

/** Goes up whenever there is something older, and counts what is drawn meanwhile. */
const READ_TO_THE_FIRST = `(async () => {
  const log = document.querySelector('[role=log]');
  let most = 0;
  let still = 0;
  while (still < 10) {
    log.scrollTop = 0;
    await new Promise(requestAnimationFrame);
    most = Math.max(most, document.querySelectorAll('*').length);
    still = log.scrollTop === 0 && log.querySelector('[role=progressbar]') === null ? still + 1 : 0;
  }
  return { most, height: log.scrollHeight };
})()`;
