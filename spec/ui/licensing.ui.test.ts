// A licence manager's days in the console: buying, assigning, moving, evidence, the mode, the audit, files, roles.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { issueLicenceFile, issuerKey, newIssuerKey } from '@parley/services/licensing/licence-file';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { LicenceConsolePage } from '../cast/licence-console-page.ts';
import { deviceOf, ENTERPRISE, LicenceDesk, personOf, STANDARD } from '../cast/licence-desk.ts';
import { ADMINISTRATOR, type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
let stage: Stage;
let books: LicenceDesk;
before(async () => {
  if (chromiumMissing) return;
  stage = await standardEdition();
  books = new LicenceDesk(stage.administrator);
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;
const STANDARD_NAME = 'Parley Standard CAL';
const ENTERPRISE_NAME = 'Parley Enterprise CAL';

test('a newcomer is led from an empty dashboard to the first purchase and the first assignment', {
  skip,
}, async (t) => {
  const bob = await stage.hire('Bob');
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.page.getByText('Record what you own', { exact: true }).waitFor();
  await desk.button('Record purchases').click();
  await desk.isAtPage('Stock and agreements');

  await desk.button('Record a purchase').click();
  await desk.drawer.getByLabel('Number', { exact: false }).fill('25');
  await desk.drawer.getByLabel('Price each (EUR)', { exact: true }).fill('36,5');
  await desk.box('Proof').fill('invoice 7');
  await desk.drawer.getByRole('button', { name: 'Record a purchase', exact: true }).click();
  await desk.drawer.waitFor({ state: 'detached' });
  const purchase = desk.page.getByRole('row').filter({ hasText: 'invoice 7' });
  await purchase.getByText(STANDARD_NAME).waitFor();
  await purchase.getByText('€36.50').waitFor();

  await desk.opensPage('Assignments');
  await desk.searches(bob.address);
  await desk.opensSubject(bob.name);
  await desk.assigns(STANDARD_NAME);
  await desk.held(STANDARD_NAME).waitFor();
  await desk.opensView('Why');
  await desk.drawer.getByRole('listitem').filter({ hasText: 'Messages in a group' }).waitFor();
  await desk.drawer.getByText('Opened by a licence of the person.').first().waitFor();
  await desk.closesDrawer();

  await desk.opensDashboard();
  const line = desk.page.getByRole('row').filter({ hasText: STANDARD_NAME });
  await line.getByRole('cell', { name: '25', exact: true }).waitFor();
  await line.getByText('+24').waitFor();
  assert.equal(await desk.page.getByText('Begin here', { exact: true }).count(), 0);

  await desk.button('Print or download').click();
  const opened = desk.page.context().waitForEvent('page');
  await desk.page.getByRole('menuitem', { name: 'Position to print' }).click();
  const printed = await opened;
  await printed.getByText(STANDARD_NAME).first().waitFor();
});

test('an Enterprise licence without the Standard one is refused with the sentence, and nobody got anything', {
  skip,
}, async (t) => {
  await books.buys(STANDARD, 'user', 10);
  await books.buys(ENTERPRISE, 'user', 10);
  const [carol, dave] = [await stage.hire('Karla'), await stage.hire('Karlo')];
  await books.assigns(STANDARD, personOf(carol));
  const page = await chromium().window(t, stage.web.origin, { expected: [/status of 409/] });
  const desk = await LicenceConsolePage.signIn(page, ADMINISTRATOR);
  await desk.opensPage('Assignments');
  await desk.searches('Karl');
  for (const { name } of [carol, dave])
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  const bar = page.getByRole('region', { name: 'With the selection' });
  await bar.getByText('2 selected').waitFor();
  await bar.getByLabel('Licence', { exact: true }).selectOption({ label: ENTERPRISE_NAME });
  await bar.getByRole('button', { name: 'Assign', exact: true }).click();
  await bar.getByRole('alert').waitFor();
  assert.equal(await desk.subject(carol.name).getByText(ENTERPRISE_NAME).count(), 0);

  await page.getByRole('checkbox', { name: `Select ${carol.name}`, exact: true }).uncheck();
  await bar.getByLabel('Licence', { exact: true }).selectOption({ label: STANDARD_NAME });
  await bar.getByRole('button', { name: 'Assign', exact: true }).click();
  await desk.subject(dave.name).getByText(STANDARD_NAME).waitFor();
  await bar.waitFor({ state: 'detached' });
});

test('a licence that was taken away by mistake is given back with one press', { skip }, async (t) => {
  const uwe = await stage.hire('Uwe');
  await books.buys(STANDARD, 'user', 1);
  await books.assigns(STANDARD, personOf(uwe));
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Assignments');
  await desk.searches(uwe.address);
  await desk.opensSubject(uwe.name);
  await desk
    .held(STANDARD_NAME)
    .getByRole('button', { name: /^Take away/ })
    .click();
  await desk.drawer.getByText('Holds no licence.', { exact: true }).waitFor();
  await desk.page.getByRole('button', { name: 'Undo', exact: true, includeHidden: true }).click();
  await desk.held(STANDARD_NAME).waitFor();
  await desk.opensView('History');
  await desk.drawer.getByRole('listitem').nth(1).waitFor();
  assert.equal(await desk.drawer.getByRole('listitem').count(), 2);
});

test('a move that comes too early names the day; when somebody has left, the licence moves at once', {
  skip,
}, async (t) => {
  const [leaver, heir] = [await stage.hire('Lena'), await stage.hire('Henry')];
  await books.buys(STANDARD, 'user', 1);
  await books.assigns(STANDARD, personOf(leaver));
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Assignments');
  await desk.searches(leaver.address);
  await desk.opensSubject(leaver.name);
  await desk
    .held(STANDARD_NAME)
    .getByRole('button', { name: /^Move: / })
    .click();
  await desk.drawer.getByText(/^For good it can move from/).waitFor();
  await desk.drawer.getByRole('searchbox').fill(heir.address);
  await desk.drawer.getByRole('radio', { name: new RegExp(heir.name) }).check();
  const move = desk.drawer.getByRole('button', { name: 'Move', exact: true });
  assert.equal(await move.getAttribute('aria-disabled'), 'true');
  await desk.drawer.getByRole('radio', { name: 'The person has left', exact: true }).check();
  await move.click();
  await desk.drawer.getByText('Holds no licence.', { exact: true }).waitFor();
  await desk.closesDrawer();
  await desk.searches(heir.address);
  await desk.subject(heir.name).getByText(STANDARD_NAME).waitFor();
});

test('devices are imported after a check that names bad rows; one stands in a common area from then on', {
  skip,
}, async (t) => {
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Assignments');
  await desk.button('Import').click();
  await desk.drawer.getByLabel('What the file is', { exact: true }).selectOption({ label: 'Devices' });
  await desk.box('Content').fill('device,name,commonArea\nlobby-1,Lobby phone,no\n,Nameless,no\n');
  await desk.button('Check').click();
  await desk.drawer.getByText('1 row is good. Nothing has been changed yet.').waitFor();
  await desk.drawer.getByRole('cell', { name: '3', exact: true }).waitFor();
  await desk.button('Import the good row').click();
  await desk.drawer.getByText('1 row was imported.').waitFor();
  await desk.closesDrawer();

  await desk.searches('Lobby phone');
  await desk.opensSubject('Lobby phone');
  await desk.drawer.getByRole('switch', { name: 'Stands in a common area' }).check();
  await desk.drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await desk.notices('Saved.');
  await desk.closesDrawer();
  await desk.subject('Lobby phone').getByText('Common area', { exact: true }).waitFor();
});

test('a log is imported after a check; what no licence covers is found by one switch', {
  skip,
}, async (t) => {
  const day = new Date().toISOString().slice(0, 10);
  await books.buys(STANDARD, 'device', 1);
  await books.ask('device-put', { deviceId: 'kiosk', name: 'Kiosk', commonArea: true, licensable: true });
  await books.assigns(STANDARD, deviceOf('kiosk'));
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Evidence of use');
  await desk.button('Import a log').click();
  const rows = [`,kiosk,im,${day}`, `stranger@parley.test,pc-9,im,${day}`, `,kiosk,flying,${day}`];
  await desk.box('Content').fill(['user,device,feature,time', ...rows].join('\n'));
  await desk.button('Check').click();
  await desk.drawer.getByText('2 rows are good. Nothing has been changed yet.').waitFor();
  await desk.drawer.getByRole('row').filter({ hasText: 'no such feature' }).getByText('4').waitFor();
  await desk.page.getByRole('button', { name: 'Import the 2 good rows' }).click();
  await desk.drawer.getByText('2 rows were imported.').waitFor();
  await desk.closesDrawer();
  const kiosk = desk.page.getByRole('row').filter({ hasText: 'Kiosk' });
  await kiosk.waitFor();
  await desk.page.getByRole('switch', { name: 'Only what no licence covers' }).check();
  await kiosk.waitFor({ state: 'detached' });
  await desk.page.getByRole('row').filter({ hasText: 'stranger@parley.test' }).waitFor();
});

test('before it refuses anybody the page says whom; cancelling changes nothing, and every change can be undone', {
  skip,
}, async (t) => {
  await books.ask('settings-change', { graceDays: 30 });
  const carol = await stage.hire('Carol');
  const window = await stage.browser(carol);
  await window.command('presence.setState', { state: 'busy' });
  await books.finds(personOf(carol), (rows) => rows.length > 0);
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Licence settings');
  const modes = desk.page.getByRole('radiogroup', { name: 'What happens without a licence' });
  await modes.getByRole('radio', { name: /^Enforce/ }).click();
  const question = desk.page.getByRole('alertdialog');
  await question.getByText(carol.name).waitFor();
  await question.getByText(/30 days of grace/).waitFor();
  await question.getByRole('button', { name: 'Cancel', exact: true }).click();
  await question.waitFor({ state: 'detached' });
  assert.equal(await modes.getByRole('radio', { name: /^Trust/ }).isChecked(), true);

  await modes.getByRole('radio', { name: /^Enforce/ }).click();
  await desk.confirms('Enforce');
  await desk.notices('The mode is now: Enforce.');
  assert.equal((await books.ask('settings', {})).mode, 'enforce');
  await desk.button('Undo').click();
  await modes.getByRole('radio', { name: /^Trust/, checked: true }).waitFor();
  assert.equal((await books.ask('settings', {})).mode, 'honor');
});

test('tolerance, window and contact are changed together; a number out of bounds is named and not sent', {
  skip,
}, async (t) => {
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Licence settings');
  const save = desk.button('Save');
  await desk.field('Days of grace').fill('999');
  await desk.page.getByText('A whole number from 0 to 365.').waitFor();
  assert.equal(await save.getAttribute('aria-disabled'), 'true');
  await desk.field('Days of grace').fill('14');
  await desk.field('Contact for licences').fill('Carol, extension 12');
  await save.click();
  await desk.notices('Saved.');
  const { graceDays, contact } = await books.ask('settings', {});
  assert.deepEqual({ graceDays, contact }, { graceDays: 14, contact: 'Carol, extension 12' });
});

test('what was done is in the audit, and the chain is found whole', { skip }, async (t) => {
  await books.buys(ENTERPRISE, 'device', 3);
  const desk = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opensPage('Audit');
  await desk.page.getByRole('row').filter({ hasText: 'grant.put' }).first().waitFor();
  await desk.button('Verify').click();
  await desk.page.getByText(/^The chain is whole: /).waitFor();
});

test('a forged licence file is refused; a genuine one is checked first, installed, and goes with its licences', {
  skip,
}, async (t) => {
  const made = newIssuerKey('charge-back');
  const key = issuerKey(made.kid, made.privateKeyPem);
  assert.ok(key.ok);
  const file = issueLicenceFile(
    {
      v: 1,
      id: 'project-north',
      issuer: 'Example Group',
      customer: 'parley.test',
      issuedAt: '2026-01-01T00:00:00Z',
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: null,
      graceDays: 0,
      grants: [{ sku: STANDARD, metric: 'user', quantity: 7 }],
      seq: 1,
    },
    key.value,
  );
  assert.ok(file.ok);
  const page = await chromium().window(t, stage.web.origin, { expected: [/status of 40[03]/] });
  const desk = await LicenceConsolePage.signIn(page, ADMINISTRATOR);
  await desk.opensPage('Licence files');
  await desk.button('Install a file').click();
  await desk.box('Text of the file').fill(file.value);
  await desk.button('Check').click();
  await desk.drawer
    .getByRole('alert')
    .getByText(/a key that is not pinned here/)
    .waitFor();
  await desk.closesDrawer();

  await desk.field('Name of the key in files').fill(made.kid);
  await desk.field('Public key').fill(made.publicKey.toUpperCase());
  await desk.button('Trust this key').click();
  await desk.notices('The key is trusted now.');
  await desk.button('Install a file').click();
  await desk.box('Text of the file').fill(file.value);
  await desk.button('Check').click();
  await desk.drawer.getByText('The file is genuine. Nothing has been changed yet.').waitFor();
  await desk.drawer.getByRole('button', { name: 'Install a file', exact: true }).click();
  await desk.drawer.waitFor({ state: 'detached' });
  const item = page.getByRole('listitem').filter({ hasText: 'project-north' });
  await item.getByText('Valid', { exact: true }).waitFor();

  await item.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('alertdialog').getByRole('textbox').fill('the project is over');
  await desk.confirms('Remove');
  await item.waitFor({ state: 'detached' });
  const { grants } = await books.ask('stock', {});
  assert.equal(grants.filter(({ source }) => source === 'licence-file').length, 0);
});

test('the help desk sees the licences and nothing else, and assigns; an auditor changes nothing', {
  skip,
}, async (t) => {
  const [helper, auditor] = [await stage.hire('Hanna'), await stage.hire('Ada')];
  const admin = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await admin.opensPage('Licence settings');
  for (const { address, name } of [helper, auditor]) {
    await admin.field('Give somebody a role').fill(address);
    await admin.page.getByRole('button', { name: `Add ${name}`, exact: true }).click();
    await admin.page.getByRole('listitem').filter({ hasText: name }).getByRole('checkbox').first().waitFor();
  }
  const roles = admin.page.getByRole('listitem').filter({ hasText: helper.name });
  await roles.getByRole('checkbox', { name: 'Help desk' }).check();
  await roles.getByRole('checkbox', { name: 'Auditor', checked: true }).click();
  await roles.getByRole('checkbox', { name: 'Auditor', checked: false }).waitFor();

  const hers = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), helper);
  for (const name of ['Users', 'Sign-ins', 'Health', 'Audit', 'Stock and agreements'])
    assert.equal(await hers.page.getByRole('link', { name, exact: true }).count(), 0, name);
  await hers.opensPage('Assignments');
  await hers.searches(helper.address);
  await books.buys(STANDARD, 'user', 1);
  await hers.opensSubject(helper.name);
  await hers.assigns(STANDARD_NAME);
  await hers.held(STANDARD_NAME).waitFor();

  await hers.page.goto('/');
  await hers.button('Settings and more').click();
  await hers.page.getByRole('menuitem', { name: 'Licences', exact: true }).click();
  await hers.isAtPage('Licence dashboard');

  const theirs = await LicenceConsolePage.signIn(await chromium().window(t, stage.web.origin), auditor);
  await theirs.opensPage('Stock and agreements');
  await theirs.page.getByRole('row').filter({ hasText: STANDARD_NAME }).first().waitFor();
  for (const name of ['Record a purchase', 'Import purchases'])
    assert.equal(await theirs.button(name).count(), 0, name);
  assert.equal(await theirs.page.getByRole('button', { name: /^Remove/ }).count(), 0);
  await theirs.opensPage('Assignments');
  assert.equal(await theirs.page.getByRole('checkbox').count(), 0);
});

test('who has no role is told that the page is for administrators', { skip }, async (t) => {
  const dave = await stage.hire('Dave');
  const page = await chromium().window(t, stage.web.origin);
  await page.goto('/console/licensing');
  await new CommunicatorPage(page).fillSignIn(dave.address, dave.password);
  await page.getByRole('heading', { name: 'This page is for administrators' }).waitFor();
});
