// Seeing it: telephones talk, and an administrator looks at what they said, without a password or a private word in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { ConsolePage } from '../cast/console-page.ts';
import type { Phone } from '../cast/phone.ts';
import { SipTracePage } from '../cast/sip-trace-page.ts';
import { ADMINISTRATOR, type Person, type Stage, standardEdition } from '../cast/stage.ts';

const SECRET_WORDS = 'The offer is four million';

const chromium = chromiumForFile();
const skip = chromiumMissing;
let stage: Stage;
let alice: Person;
let bob: Person;
let hers: Phone;

before(async () => {
  if (chromiumMissing) return;
  stage = await standardEdition();
  [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  hers = await stage.phone(alice, { transport: 'udp' });
  const his = await stage.phone(bob, { transport: 'udp' });
  assert.ok((await hers.say(bob.address, SECRET_WORDS)).status < 300);
  await his.hears(SECRET_WORDS);
  his.answer = ({ method }) => (method === 'INVITE' ? 486 : 200);
  const contact = [['Contact', '<sip:alice@127.0.0.1>']] as const;
  assert.equal((await hers.request('INVITE', `sip:${bob.address}`, bob.address, contact)).status, 486);
});
after(() => stage?.[Symbol.asyncDispose]());

async function open(t: Parameters<ReturnType<typeof chromium>['window']>[0]): Promise<SipTracePage> {
  const page = await chromium().window(t, stage.web.origin);
  return SipTracePage.open(await ConsolePage.signIn(page, ADMINISTRATOR));
}

test('a call from one telephone to another is a ladder of three lanes', { skip }, async (t) => {
  const desk = await open(t);
  await desk.searchBox.fill(alice.address);
  await desk.opens('INVITE', '486', alice.address, bob.address);
  const title = new RegExp(`^Call: .*${alice.address}.* and .*${bob.address}`);
  await desk.page.getByRole('heading', { name: title }).waitFor();
  for (const [label, from, to] of [
    ['INVITE', alice.address, 'Parley'],
    ['INVITE', 'Parley', bob.address],
    ['486 Busy Here', bob.address, 'Parley'],
    ['ACK', 'Parley', bob.address],
    ['486 Busy Here', 'Parley', alice.address],
    ['ACK', alice.address, 'Parley'],
  ] as const)
    await desk.step(label, from, to).waitFor();
});

test('the keyboard walks through the arrows, Enter shows the message, Escape closes it', {
  skip,
}, async (t) => {
  const desk = await open(t);
  await desk.opens('REGISTER', alice.address);
  await desk.step('401 Unauthorized', 'Parley', alice.address).waitFor();
  const { keyboard } = desk.page;
  await desk.steps.first().focus();
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await desk.panel.getByText(/^REGISTER sip:/).waitFor();
  const text = await desk.panel.getByRole('code').innerText();
  assert.match(text, /Authorization: Digest username="alice-/);
  assert.match(text, /response="\*\*\*"/);
  assert.match(text, /nonce="[^"]{1,9}\*\*\*"/);
  await desk.panel.getByRole('button', { name: 'Close' }).focus();
  await keyboard.press('Escape');
  await desk.panel.waitFor({ state: 'detached' });
  await keyboard.press('End');
  const reached = desk.page.locator(':focus');
  assert.equal(await reached.getAttribute('data-step'), await desk.steps.last().getAttribute('data-step'));
});

test('no password, no digest and no private word is on the page or in a file', { skip }, async (t) => {
  const desk = await open(t);
  const seen: string[] = [];
  desk.page.on('response', async (response) => {
    if (response.url().includes('/traces')) seen.push(await response.text().catch(() => ''));
  });
  await desk.opens('REGISTER', alice.address);
  for (const step of await desk.steps.all()) {
    await step.click();
    await desk.panel.getByRole('code').waitFor();
  }
  await desk.page.getByRole('button', { name: 'All messages' }).click();
  await desk.opens('MESSAGE', alice.address);
  await desk.steps.filter({ hasText: 'MESSAGE' }).first().click();
  await desk.panel.getByText(/^What people write is private: 25 bytes are not shown\.$/).waitFor();
  for (const name of ['Text', 'Wireshark']) {
    const downloading = desk.page.waitForEvent('download');
    await desk.page.getByRole('link', { name, exact: true }).click();
    const download = await downloading;
    assert.match(download.suggestedFilename(), name === 'Text' ? /\.txt$/ : /\.pcap$/);
    const pieces: Buffer[] = [];
    for await (const piece of await download.createReadStream()) pieces.push(piece as Buffer);
    const file = Buffer.concat(pieces);
    assert.ok(file.includes('MESSAGE sip:'));
    seen.push(file.toString('latin1'));
  }
  seen.push(await desk.page.content());
  const all = seen.join('\n');
  assert.ok(all.includes('username='), 'credentials were among what was read');
  for (const secret of [SECRET_WORDS, alice.devicePassword, bob.devicePassword])
    assert.ok(!all.includes(secret), secret);
  assert.doesNotMatch(all, /response=\\?"[0-9a-f]{32}/);
});

test('who opened a message is written down and can be read', { skip }, async (t) => {
  const desk = await open(t);
  await desk.opens('REGISTER', bob.address);
  await desk.steps.first().click();
  await desk.panel.getByRole('code').waitFor();
  await desk.page.getByRole('button', { name: 'All messages' }).click();
  await desk.page.getByRole('button', { name: 'Who looked' }).click();
  const latest = desk.page.getByRole('dialog').getByRole('listitem').first();
  assert.match(await latest.innerText(), new RegExp(`^${ADMINISTRATOR.address}\\s*opened messages`));
});

test('the list goes on by itself, can be narrowed, and says so when nothing fits', { skip }, async (t) => {
  const desk = await open(t);
  await desk.searchBox.fill('nobody-at-all');
  await desk.page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await desk.searchBox.fill(bob.address);
  await desk.page.getByRole('combobox', { name: 'What' }).selectOption('PUBLISH');
  await desk.page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await hers.request('PUBLISH', `sip:${bob.address}`, bob.address, []);
  await desk.rows('Presence', bob.address).first().waitFor();
});
