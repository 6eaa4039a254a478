// A new server from its first page: the administrator is made in the browser; refusals say what to do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { ADMINISTRATOR, type Stage, standardEdition } from '../cast/stage.ts';
import { wordsOf } from '../cast/words.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition({ isNew: true });
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;

test('the first visitor makes the administrator, who is signed in, signs out and signs in again', {
  skip,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const visitor = new CommunicatorPage(page);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Set up Parley', level: 1 }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await page.setViewportSize({ width: 320, height: 640 });
  assert.deepEqual(await sidewaysFindings(page), []);
  await page.getByRole('textbox', { name: 'Your name' }).fill(ADMINISTRATOR.name);
  await visitor.addressBox.fill('admin');
  await visitor.passwordBox.fill(ADMINISTRATOR.password);
  await visitor.button('Create and sign in').click();
  await visitor.showsOwnState('Available');

  await visitor.signsOut();
  await page.getByRole('heading', { name: 'Welcome back', level: 1 }).waitFor();
  await visitor.fillSignIn(ADMINISTRATOR.address, ADMINISTRATOR.password);
  await visitor.showsOwnState('Available');
});

test('a wrong password is refused with a sentence and a remedy, and the right one goes on from there', {
  skip,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin, { expected: [/status of 401/] });
  const visitor = new CommunicatorPage(page);
  await page.goto('/');
  await visitor.fillSignIn(ADMINISTRATOR.address, 'not the password');
  const refusal = page.getByRole('alert');
  await refusal.getByText('The address or the password is wrong.', { exact: true }).waitFor();
  await refusal
    .getByText('Try again, or ask your administrator for a new password.', { exact: true })
    .waitFor();
  await visitor.fillSignIn(ADMINISTRATOR.address, ADMINISTRATOR.password);
  await visitor.showsOwnState('Available');
});

test('in German the refusal is German too', { skip }, async (t) => {
  const page = await chromium().window(t, stage.web.origin, { locale: 'de-DE', expected: [/status of 401/] });
  const visitor = new CommunicatorPage(page, wordsOf('de'));
  await page.goto('/');
  await visitor.fillSignIn(ADMINISTRATOR.address, 'nicht das Kennwort');
  const refusal = await page.getByRole('alert').innerText();
  assert.doesNotMatch(refusal, /password|Try again/);
});

test('signing in needs no mouse: the address has the focus, Tab and Enter do the rest', {
  skip,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const visitor = new CommunicatorPage(page);
  await page.goto('/');
  await visitor.hasFocus(visitor.addressBox);
  // The name before the @ is enough.
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await visitor.hasFocus(visitor.passwordBox);
  await page.keyboard.type(ADMINISTRATOR.password);
  await page.keyboard.press('Enter');
  await visitor.showsOwnState('Available');
});

test('a password can be looked at while it is typed', { skip }, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const visitor = new CommunicatorPage(page);
  await page.goto('/');
  await visitor.passwordBox.fill('secret words');
  assert.equal(await visitor.passwordBox.getAttribute('type'), 'password');
  await page.getByRole('button', { name: 'Show the password' }).click();
  assert.equal(await visitor.passwordBox.getAttribute('type'), 'text');
  assert.equal(await visitor.passwordBox.inputValue(), 'secret words');
});

test('who is signed out everywhere is back at the sign-in page and told why', { skip }, async (t) => {
  const one = await CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  const other = await CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await one.opensSettings();
  await one.button('Sign out everywhere').click();
  for (const { page } of [one, other]) await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await other.page.getByRole('alert').getByText('You are signed out.').waitFor();
});
