// Everything that people may write about themselves, about others or to each other holds a script. It is text wherever it is
// shown: nothing of it runs, and no element comes of it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { GroupPage } from '../cast/group-page.ts';
import { textsOf } from '../cast/looking.ts';
import { ADMINISTRATOR, type Stage, standardEdition } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition({ settings: { alerts: { delayS: 0 } } });
});
after(() => stage?.[Symbol.asyncDispose]());

/** What was written where, until it has been seen on a page. */
const unseen = new Map<string, string>();
function hostile(field: string): string {
  const text = `"><img src=x onerror="caught=1"><svg onload='caught=2'>${field}`;
  unseen.set(field, text);
  return text;
}

/** Notes what stands on the page, and that it is nothing but text. */
async function looksAt(page: Page, where: string): Promise<void> {
  for (const text of await textsOf(page))
    for (const [field, written] of unseen) if (text.includes(written)) unseen.delete(field);
  assert.equal(await page.locator('[onerror], [onload], [src=x]').count(), 0, where);
  assert.equal(await page.evaluate('globalThis.caught'), undefined, where);
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function putImage(user: WebUser, conversationId: string): Promise<string> {
  const imageId = randomUUID();
  const path = `/api/v1/conversations/${conversationId}/images/${imageId}`;
  const put = await user.http.raw('PUT', `${path}?name=${encodeURIComponent(hostile('file name.html'))}`, {
    body: Buffer.from(PIXEL, 'base64'),
    headers: { 'content-type': 'image/png' },
  });
  assert.equal(put.status, 200, put.text);
  return imageId;
}

test('a script in every field that people fill in is shown as it was written, on every page', {
  skip: chromiumMissing,
}, async (t) => {
  const [bob, mallory] = [await stage.hire('Bob'), await stage.hire('Mallory')];
  const name = hostile('name');
  await stage.administrator.request('PATCH', `/api/v1/admin/users/${mallory.userId}`, {
    name,
    title: hostile('title'),
    department: hostile('department'),
    office: hostile('office'),
  });
  await stage.administrator.request('PATCH', '/api/v1/admin/policies', {
    scope: { kind: 'user', value: bob.userId },
    changes: { banner: hostile('banner') },
  });
  const [his, hers] = [await stage.browser(bob), await stage.browser(mallory)];
  const { version } = his.access;
  await hers.command('access.set', {
    member: { kind: 'user', value: bob.userId },
    level: 'personal',
    version: hers.access.version,
  });
  assert.equal(version, 0);
  await hers.command('presence.setState', {
    state: 'busy',
    activity: 'custom',
    activityText: hostile('activity'),
    forS: 3600,
  });
  await hers.command('presence.setNote', { note: hostile('note') });
  await hers.command('presence.setLocation', { location: hostile('place') });
  const fields = {
    company: hostile('company'),
    workAddress: hostile('address'),
    site: '',
    mobile: '',
    home: '',
    other: '',
  };
  await hers.command('card.set', { fields, version: hers.ownCard.version });
  await hers.command('contact.put', { contactIds: [bob.userId], change: {} });

  const groupId = randomUUID();
  await his.command('contact.changeGroups', {
    change: { kind: 'create', groupId, name: hostile('contact group') },
  });
  await his.command('contact.put', {
    contactIds: [mallory.userId],
    change: { addTo: [groupId], note: { text: hostile('own note'), version: 0 } },
  });

  const open = () => chromium().window(t, stage.web.origin);
  const him = await CommunicatorPage.signIn(await open(), bob);
  await him.contact(name).first().waitFor();
  await looksAt(him.page, 'the contact list, and who added one');

  const conversationId = await hers.conversationWith(bob.userId);
  const send = (text: string, more: object = {}) =>
    hers.command('im.send', { conversationId, clientId: randomUUID(), text, ...more });
  await send(hostile('text'), { subject: hostile('subject') });
  await send(`[${hostile('link text')}](https://example.com/"onmouseover="caught=3)`);
  await send(`@${name} ${hostile('mention')}`, { mentions: [bob.userId, mallory.userId] });
  await send('', { images: [{ imageId: await putImage(hers, conversationId), alt: '' }] });
  const { seq } = await send('', {
    images: [{ imageId: await putImage(hers, conversationId), alt: hostile('description') }],
  });
  await him.page.getByRole('article', { name: `Message from ${name}`, exact: true }).waitFor();
  await looksAt(him.page, 'a card of a message');

  await him.contact(name).first().click();
  await him.log
    .getByRole('article')
    .nth(seq - 1)
    .waitFor();
  await looksAt(him.page, 'the chat');
  await him.tab('Chats').click();
  await looksAt(him.page, 'the list of chats');

  const title = hostile('group title');
  await hers.command('im.startGroup', {
    participantIds: [bob.userId, (await stage.hire('Carol')).userId],
    title,
  });
  await him.chat(title).click();
  await new GroupPage(him).opensRoster();
  await looksAt(him.page, 'a group and its people');

  await him.tab('Contacts').click();
  const card = await him.opensCard(name);
  await card.getByText(fields.company).waitFor();
  await looksAt(him.page, 'the card');
  await him.page.keyboard.press('Escape');
  await him.searchBox.fill('onerror');
  await him.page.getByRole('grid', { name: 'Found' }).getByRole('row').nth(3).waitFor();
  await looksAt(him.page, 'what a search finds');

  const desk = await ConsolePage.signIn(await open(), ADMINISTRATOR);
  await desk.opensUser(mallory.address);
  await looksAt(desk.page, 'the console');
  assert.deepEqual([...unseen.keys()], [], 'seen nowhere');
});
