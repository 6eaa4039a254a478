// The rules of one's calls in Chromium: chosen, drawn, explained, taken back; in narrow windows, from right to left, by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { axeFindings, sidewaysFindings, textsOf } from '../cast/looking.ts';
import { ADMINISTRATOR, type Stage, standardEdition } from '../cast/stage.ts';
import { englishLeftIn, wordsOf } from '../cast/words.ts';

const chromium = chromiumForFile();
const skip = chromiumMissing;
let stage: Stage;

before(async () => {
  if (!skip) stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());

const flowIn = (page: Page): Locator => page.getByRole('list', { name: 'What happens with a call' });
const select = (page: Page, name: string): Locator => page.getByRole('combobox', { name, exact: true });

async function shows(page: Page, words: RegExp): Promise<void> {
  await flowIn(page).getByRole('listitem').filter({ hasText: words }).first().waitFor();
}

test('alice sends unanswered calls to bob, lets her mobile ring, sees it drawn, and takes it back', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const page = await chromium().window(t, stage.web.origin);
  const hers = await CommunicatorPage.signIn(page, alice);
  await hers.opensSettings('Calls');
  await shows(page, /After 20 s without an answer.*Voicemail/);

  await select(page, 'If nobody answers').selectOption('Goes to a person …');
  await select(page, 'Person').fill('Bob');
  await page.getByRole('option', { name: bob.address }).click();
  await shows(page, /After 20 s without an answer.*Bob, by their own rules/);
  await page.getByText('Saved.', { exact: true }).waitFor();

  await hers.button('A number').click();
  const box = page.getByRole('textbox', { name: 'Number or address', exact: true });
  await box.fill('my mobile');
  await box.press('Enter');
  await page.getByText('This cannot be called.', { exact: false }).waitFor();
  await box.fill('+49 (151) 234 567-89');
  await box.press('Enter');
  await shows(page, /\+4915123456789\u2069, at once/);
  await select(page, 'When +4915123456789 rings').selectOption('after 10 s');
  await shows(page, /\+4915123456789\u2069, after 10 s/);

  await hers.button('Straight to voicemail').click();
  await shows(page, /At once.*Voicemail/);
  await hers.button('Undo the last change').click();
  await shows(page, /\+4915123456789\u2069, after 10 s/);

  assert.deepEqual(await axeFindings(page), []);

  // What the server keeps is what was drawn.
  const desk = await stage.browser(alice);
  const { rules } = await desk.command('callRules.get', {});
  assert.deepEqual(rules.unanswered, { afterS: 20, to: { kind: 'user', userId: bob.userId } });
  assert.deepEqual(rules.ringAlso, [{ target: { kind: 'number', number: '+4915123456789' }, delayS: 10 }]);
  assert.equal(rules.forwardAll, null);
});

test('what would happen is shown step by step, and the administrator’s word stands beside the choices', {
  skip,
}, async (t) => {
  const alice = await stage.hire('Alice');
  await stage.administrator.request('PATCH', '/api/v1/admin/policies', {
    scope: { kind: 'user', value: alice.userId },
    changes: { outsideNumbers: false },
  });
  const page = await chromium().window(t, stage.web.origin);
  const hers = await CommunicatorPage.signIn(page, alice);
  await hers.opensSettings('Calls');
  const option = select(page, 'Every call').getByRole('option', { name: 'Goes to a number …' });
  assert.equal(await option.isDisabled(), true);

  const blocked = page.getByRole('textbox', { name: 'Number or address to block' });
  await blocked.fill('030 1234567');
  await hers.button('Block').click();
  await page.getByRole('button', { name: '0301234567 may call again' }).waitFor();
  await shows(page, /From 1 blocked caller.*nobody is there/);

  await select(page, 'Who calls').selectOption('A number');
  await page.getByRole('textbox', { name: 'Number or address', exact: true }).fill('030/1234567');
  await hers.button('Show').click();
  const steps = page.getByRole('list', { name: 'Why, step by step' }).getByRole('listitem');
  await steps.filter({ hasText: /is on your list of blocked callers/ }).waitFor();
  assert.equal(await steps.count(), 1);
  await select(page, 'Who calls').selectOption('Somebody unknown');
  await hers.button('Show').click();
  await steps.filter({ hasText: /^Your devices ring for 20 s\./ }).waitFor();
});

test('an administrator sees what alice’s rules do with a call, and why', { skip }, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const hers = await stage.browser(alice);
  const { rules, version } = await hers.command('callRules.get', {});
  const forwardAll = { kind: 'user', userId: bob.userId } as const;
  await hers.command('callRules.put', {
    rules: { ...rules, forwardAll, blocked: ['eve@evil.test'] },
    version,
  });
  const page = await chromium().window(t, stage.web.origin);
  const desk = await ConsolePage.signIn(page, ADMINISTRATOR);
  await desk.opensUser(alice.address);
  await desk.opensTab('Calls');
  await shows(page, /At once.*Bob, by their own rules/);
  const steps = page.getByRole('list', { name: 'Why, step by step' }).getByRole('listitem');
  await steps.filter({ hasText: /You forward all calls to .*Bob/ }).waitFor();
  await desk.box('If this address or number calls').fill('eve@evil.test');
  await desk.drawer.getByRole('button', { name: 'Show', exact: true }).click();
  await steps.filter({ hasText: /is on your list of blocked callers/ }).waitFor();
});

test('a window of 320 px and one from right to left hold the page without scrolling sideways', {
  skip,
}, async (t) => {
  const alice = await stage.hire('Alice');
  for (const [language, width] of [
    ['de', 320],
    ['qps-plocm', 1024],
  ] as const) {
    const page = await chromium().window(t, stage.web.origin, { viewport: { width, height: 900 } });
    await page.addInitScript(`localStorage.setItem('parley.language', '${language}')`);
    const hers = new CommunicatorPage(page, wordsOf(language));
    await page.goto('/');
    await hers.fillSignIn(alice.address, alice.password);
    await hers.stateButton.waitFor();
    await hers.opensSettings('Calls');
    await hers.button('Show').click();
    await page.getByRole('list', { name: hers.say('Why, step by step') }).waitFor();
    assert.deepEqual(await sidewaysFindings(page), []);
    assert.deepEqual(englishLeftIn(language, await textsOf(page)), []);
  }
});
