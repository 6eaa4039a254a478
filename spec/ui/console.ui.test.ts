// An administrator's day in the console: people, their telephones and passwords, a list from another system, the health.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { Phone } from '../cast/phone.ts';
import { ADMINISTRATOR, DOMAIN, type Stage, standardEdition } from '../cast/stage.ts';
import { WebUser } from '../cast/web-user.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;

async function canSignIn(address: string, password: string): Promise<string> {
  try {
    await using user = await WebUser.signIn(stage.web.origin, address, password);
    return user.snapshot === undefined ? 'no snapshot' : 'yes';
  } catch (error) {
    return String(error);
  }
}

test('a user is added with a first password that is shown once and works', { skip }, async (t) => {
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.button('Add user').click();
  await desk.box('Name').fill('Zoë Öztürk');
  await desk.box('Address').fill('zoe');
  await desk.box('Department').fill('Research');
  await desk.box('Telephone').fill('+49 89 123456');
  await desk.drawer.getByRole('button', { name: 'Add user', exact: true }).click();
  await desk.drawer.getByRole('heading', { name: 'Zoë Öztürk was added' }).waitFor();
  const password = await desk.shown('First password');
  assert.equal(await desk.shown('Address'), `zoe@${DOMAIN}`);
  assert.equal(await canSignIn(`zoe@${DOMAIN}`, password), 'yes');

  await desk.closesDrawer();
  await desk.searchBox.fill('ozturk');
  await desk.row(`zoe@${DOMAIN}`).getByText('Research').waitFor();
  assert.equal(await desk.page.getByText(password).count(), 0);
});

test('an address that is taken is refused with a sentence, and nothing that was typed is lost', {
  skip,
}, async (t) => {
  const bob = await stage.hire('Bob');
  const page = await chromium().window(t, stage.web.origin, { expected: [/status of 409/] });
  const desk = await ConsolePage.signIn(page, ADMINISTRATOR);
  await desk.button('Add user').click();
  await desk.box('Name').fill('Another Bob');
  await desk.box('Address').fill(bob.address);
  await desk.drawer.getByRole('button', { name: 'Add user', exact: true }).click();
  await desk.drawer.getByRole('alert').getByText('This address belongs to another user.').waitFor();
  assert.equal(await desk.box('Name').inputValue(), 'Another Bob');
});

test('a device is added; its password is shown once, registers a phone, and ends with the device', {
  skip,
}, async (t) => {
  const bob = await stage.hire('Bob');
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensUser(bob.address);
  await desk.opensTab('Devices');
  await desk.box('New device').fill('Desk phone');
  await desk.drawer.getByRole('button', { name: 'Add', exact: true }).click();
  await desk.drawer.getByRole('heading', { name: 'Settings for “Desk phone”' }).waitFor();
  const password = await desk.shown('Password');
  assert.equal(await desk.shown('User name'), bob.address.split('@')[0]);
  assert.equal(await desk.shown('Domain'), DOMAIN);
  await desk.button('Done').click();
  assert.equal(await desk.page.getByText(password).count(), 0);

  const settings = { address: bob.address, password, server: stage.frontEnds[0]!.sip() };
  await using phone = await Phone.on(settings);
  assert.equal((await phone.register()).status, 200);
  await desk.page.getByRole('button', { name: 'Remove Desk phone' }).click();
  await desk.confirms('Remove');
  await desk.drawer.getByText('Desk phone', { exact: true }).waitFor({ state: 'detached' });
  await using again = await Phone.on(settings);
  assert.notEqual((await again.register()).status, 200);
});

test('a password is reset: the new one works, the old one does not, and the person is signed out', {
  skip,
}, async (t) => {
  const alice = await stage.hire('Alice');
  const her = await CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), alice);
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensUser(alice.address);
  await desk.button('Reset password').click();
  await desk.confirms('Reset password');
  const password = await desk.shown('New password');
  await her.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await her.fillSignIn(alice.address, password);
  await her.showsOwnState('Available');
  assert.match(await canSignIn(alice.address, alice.password), /AUTHENTICATION_FAILED/);
});

test('a user is disabled and enabled again', { skip }, async (t) => {
  const alice = await stage.hire('Alice');
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensUser(alice.address);
  await desk.button('Disable').click();
  await desk.notices('Alice is disabled.');
  await desk.drawer.getByText('Disabled', { exact: true }).waitFor();
  assert.match(await canSignIn(alice.address, alice.password), /AUTHENTICATION_(DISABLED|FAILED)/);
  await desk.button('Enable').click();
  await desk.notices('Alice is enabled.');
  assert.equal(await canSignIn(alice.address, alice.password), 'yes');
  await desk.closesDrawer();
  assert.equal(await desk.searchBox.inputValue(), alice.address, 'the search is as it was left');
});

test('a list with problems changes nothing and names each line; the mended list is imported', {
  skip,
}, async (t) => {
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.button('Import').click();
  const rows = ['address,name,department,phone', `ida@${DOMAIN},Ida Import,Sales,+4989111`];
  await desk.box('Content').fill([...rows, `,Nobody,Sales,`, `ida@${DOMAIN},Ida Twice,,nonsense`].join('\n'));
  await desk.button('Check').click();
  const problems = desk.drawer.getByRole('table');
  for (const [line, column] of [
    ['3', 'address'],
    ['4', 'phone'],
  ] as const) {
    const row = problems
      .getByRole('row')
      .filter({ has: desk.page.getByRole('cell', { name: line, exact: true }) });
    await row.getByRole('cell', { name: column, exact: true }).waitFor();
  }
  await desk.drawer.getByRole('heading', { name: /problems?; nothing was imported$/ }).waitFor();

  await desk.box('Content').fill([...rows, `otto@${DOMAIN},Otto Import,Sales,`].join('\n'));
  await desk.button('Check').click();
  await desk.drawer.getByText('All rows are good. Nothing has been changed yet.').waitFor();
  await desk.button('Import all').click();
  await desk.drawer.getByText('2 people were imported.').waitFor();
  await desk.closesDrawer();
  await desk.searchBox.fill('Import');
  for (const name of ['Ida Import', 'Otto Import']) await desk.row(name).waitFor();
});

test('a sign-in is ended from the list of sign-ins, and that browser says so', { skip }, async (t) => {
  const carol = await stage.hire('Carol');
  const her = await CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), carol);
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.goesTo('Sign-ins');
  await desk.row('Carol').getByRole('button').click();
  await desk.confirms('Sign out');
  await her.page.getByRole('alert').getByText('You are signed out.').waitFor();
  await desk.row('Carol').waitFor({ state: 'detached' });
});

test('the health page shows every part running', { skip }, async (t) => {
  const desk = await ConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.goesTo('Health');
  await desk.page.getByText('Everything is running.').waitFor();
  for (const part of [
    'store',
    'bus',
    'identity',
    'authentication',
    'presence',
    'contacts',
    'im',
    'registrar',
  ]) {
    await desk.page
      .getByRole('listitem')
      .filter({ hasText: new RegExp(`^${part}`) })
      .waitFor();
  }
});

test('who is no administrator is told so and led back', { skip }, async (t) => {
  const dave = await stage.hire('Dave');
  const page = await chromium().window(t, stage.web.origin);
  await page.goto('/console/');
  const visitor = new CommunicatorPage(page);
  await visitor.fillSignIn(dave.address, dave.password);
  await page.getByRole('heading', { name: 'This page is for administrators' }).waitFor();
  await page.getByRole('link', { name: 'To the communicator' }).click();
  await visitor.showsOwnState('Available');
});
