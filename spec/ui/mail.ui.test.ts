// Mail of what one has not read, as its reader sets it: in Settings, under a policy, after a refusal, and by the link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { defaultSettings } from '@parley/services/alerts/contract';
import { openMailServer } from '@parley/services/alerts/testing-mail';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
const server = await openMailServer();
let stage: Stage;
before(async () => {
  if (chromiumMissing) return;
  const smtp = { host: '127.0.0.1', port: server.port, security: 'none' };
  stage = await standardEdition({ settings: { mail: { smtp } } });
});
after(async () => {
  await stage?.[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
const skip = chromiumMissing;

test('bob wishes mail, and the page shows what the server keeps; a refusal and a policy are said in words', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const page = await chromium().window(t, stage.web.origin);
  const desk = await CommunicatorPage.signIn(page, bob);
  await desk.opensSettings('Notifications');
  const when = page.getByLabel('Mail what I have not read');
  await page.getByText(`One mail to ${bob.address}`).waitFor();
  await when.selectOption({ label: 'After 4 hours away' });
  await page.getByLabel('A mail shows').selectOption({ label: 'Only that there is a message' });
  const writer = await stage.browser(bob);
  for (;;) {
    const { mail } = (await writer.command('alert.settings', {})).settings;
    if (mail.afterMinutes === 240 && mail.shows === 'nothing') break;
  }
  await page.keyboard.press('Escape');
  await desk.opensSettings('Notifications');
  assert.equal(await when.inputValue(), '240');
  await page.keyboard.press('Escape');

  server.is({ rcpt: '550 5.1.1 no such user here' });
  const mail = { ...defaultSettings.mail, afterMinutes: 0 };
  await writer.command('alert.putSettings', { settings: { ...defaultSettings, mail } });
  await writer.command('presence.setState', { state: 'away' });
  await writer.sees(bob.userId, 'away');
  const other = await stage.browser(alice);
  await other.send(await other.conversationWith(bob.userId), 'hello');
  await server.refusals(1);
  for (;;) if ((await writer.command('alert.settings', {})).mail?.refused !== undefined) break;
  await desk.opensSettings('Notifications');
  await page.getByText(`the mail server refused ${bob.address}`).waitFor();
  await page.getByText('550 5.1.1 no such user here').waitFor();
  assert.equal(await when.inputValue(), 'never');
  await page.keyboard.press('Escape');

  await stage.administrator.request('PATCH', '/api/v1/admin/policies', {
    scope: { kind: 'user', value: bob.userId },
    changes: { mailDigest: 'forbidden' },
  });
  for (;;) if ((await writer.command('alert.settings', {})).mail?.most === null) break;
  await desk.opensSettings('Notifications');
  await page.getByText('Your administrator does not allow mail of unread messages.').waitFor();
});

test('the link at the end of a mail asks, and one click ends the mail, without a script', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  server.is('takes');
  const window = await stage.browser(bob);
  const mail = { ...defaultSettings.mail, afterMinutes: 0 };
  await window.command('alert.putSettings', { settings: { ...defaultSettings, mail } });
  await window.command('presence.setState', { state: 'away' });
  await window.sees(bob.userId, 'away');
  const other = await stage.browser(alice);
  await other.send(await other.conversationWith(bob.userId), 'hello');
  const letter = await server.nth(1);
  const [, link = ''] = /<(.+)>/.exec(letter.header('list-unsubscribe') ?? '') ?? [];
  const { pathname, search } = new URL(link);
  const page = await chromium().window(t, stage.web.origin, { javaScriptEnabled: false });
  await page.goto(pathname + search);
  await page.getByText(`no more mail of unread messages to ${bob.address}?`).waitFor();
  await page.getByRole('button', { name: 'Send no more mail' }).click();
  await page
    .getByRole('status')
    .getByText(`No more mail of unread messages goes to ${bob.address}.`)
    .waitFor();
  assert.equal((await window.command('alert.settings', {})).settings.mail.afterMinutes, null);
});
