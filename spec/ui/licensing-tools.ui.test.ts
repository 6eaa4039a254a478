// The calculating pages of licensing: a reseller without an account, a manager with the optimiser, servers and true-up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { ENTERPRISE, LicenceDesk, STANDARD } from '../cast/licence-desk.ts';
import { LicenceToolsPage } from '../cast/licence-tools-page.ts';
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
const today = () => new Date().toISOString().slice(0, 10);

test('a reseller makes a quote without an account, and nothing is asked of the server’s interface', {
  skip,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const desk = await LicenceToolsPage.asReseller(page);
  const line = await desk.sells('Windows Server 2012 Standard', 2, '700');
  await line.getByRole('checkbox', { name: 'Comes with Windows Server on it' }).check();
  await desk
    .card('The quote')
    .getByText(/must offer CALs with it\. Say how many/)
    .waitFor();
  await desk.card('Who uses it').getByLabel('People', { exact: true }).fill('48');
  await desk
    .card('The quote')
    .getByText(/They are on this quote\./)
    .waitFor();

  const prices = page.getByRole('region', { name: 'Windows Server 2012 User CAL' });
  for (const [size, price] of [
    ['1', '40'],
    ['5', '180'],
    ['10', '350'],
    ['50', '1500'],
  ] as const)
    await prices.getByLabel(`Pack of ${size}`, { exact: true }).fill(price);
  const cals = desk.item('Windows Server 2012 User CAL');
  await cals.getByText('In packs: 1 × 50. 2 are left over.').waitFor();
  assert.equal(await desk.total(), '€2,900.00');

  await page.reload();
  await cals.waitFor();
  assert.equal(await desk.total(), '€2,900.00', 'what was typed is still there');
  const csv = await desk.downloads('Download CSV');
  assert.match(csv, /ws2012-user-cal,Windows Server 2012 User CAL,48,1 × 50,2,1500\.00\r\n/);
  assert.match(csv, /Total,,,,2900\.00\r\n$/);

  await page.emulateMedia({ media: 'print' });
  await page.getByRole('table').getByRole('cell', { name: '€2,900.00' }).waitFor();
  assert.equal(await desk.button('Add a line').count(), 0, 'on paper there is only the quote');
  await page.emulateMedia({ media: 'screen' });

  assert.ok(asked.length > 0);
  assert.deepEqual(
    asked.filter((request) => !request.startsWith('GET /console/')),
    [],
  );
  assert.deepEqual(await page.context().cookies(), []);
});

test('what the customer owns is not sold again; a number that is none is named, and no sum is shown', {
  skip,
}, async (t) => {
  const desk = await LicenceToolsPage.asReseller(await chromium().window(t, stage.web.origin));
  await desk.sells('Parley Server', 1);
  const people = desk.card('Who uses it').getByLabel('People', { exact: true });
  await people.fill('20');
  await desk.card('Who uses it').getByLabel('of whom need Enterprise', { exact: true }).fill('5');
  await desk.card('What the customer owns already').getByRole('button', { name: 'Add licences' }).click();
  await desk.card('What the customer owns already').getByLabel('Number', { exact: true }).fill('8');
  await desk.item('Parley Standard CAL').getByRole('cell', { name: '12', exact: true }).waitFor();
  await desk.item('Parley Enterprise CAL').getByRole('cell', { name: '5', exact: true }).waitFor();

  await people.fill('2.5');
  await desk.card('Who uses it').getByText('Type a whole number.').waitFor();
  await desk
    .card('The quote')
    .getByText(/^A field holds what is no number/)
    .waitFor();
  assert.equal(await desk.card('The quote').getByRole('table').count(), 0);
  await people.fill('20');
  await desk.item('Parley Standard CAL').waitFor();

  await desk.button('Begin anew').click();
  await desk.card('The quote').getByText('Nothing is sold yet').waitFor();
  await desk.button('Undo').click();
  await desk.item('Parley Standard CAL').getByRole('cell', { name: '12', exact: true }).waitFor();
});

test('the transition shows the printed reading beside the corrected one, and why they differ', {
  skip,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await LicenceToolsPage.asReseller(page, '/transition');
  const held = desk.card('1. What you hold');
  async function holds(product: string, quantity: string, from = '', to = ''): Promise<void> {
    await held.getByRole('button', { name: 'Add a licence', exact: true }).click();
    const row = held.getByRole('listitem').last();
    await row.getByLabel('Licence', { exact: true }).selectOption({ label: product });
    await row.getByLabel('Number', { exact: true }).fill(quantity);
    await row.getByLabel('Assurance from', { exact: true }).fill(from);
    await row.getByLabel('Assurance until', { exact: true }).fill(to);
  }
  await holds('Office Communications Server 2007 Enterprise CAL', '40', '2008-01-01', '2009-12-31');
  await holds('Live Communications Server 2005 CAL', '10', '2006-01-01', '2009-02-01');
  await holds('Office Communications Server 2007 Standard Edition', '1', '2006-01-01', '2009-01-31');

  const entitled = desk.card('2. What you are entitled to');
  await entitled.getByText('The print is doubtful here (D4).').waitFor();
  const doubtful = entitled.getByRole('row').filter({ hasText: '40 × Office Communications Server 2007 E' });
  await doubtful.getByText('40 × Office Communications Server 2007 R2 Standard CAL').waitFor();
  await doubtful.getByText('40 × Office Communications Server 2007 R2 Enterprise CAL').waitFor();
  await doubtful.getByText('other than printed', { exact: true }).waitFor();
  const late = entitled.getByRole('row').filter({ hasText: 'Standard Edition' });
  assert.equal(await late.getByText('Nothing: no Software Assurance ran on that day.').count(), 2);
  const sums = desk.card('3. The sums');
  await sums
    .getByRole('region', { name: 'as printed' })
    .getByText(/50 × .*Standard CAL/)
    .waitFor();
  await sums
    .getByRole('region', { name: 'corrected' })
    .getByText(/50 × .*Enterprise CAL/)
    .waitFor();
  assert.equal(await sums.getByRole('button').count(), 0, 'a reseller has no stock to record it in');

  await held.getByLabel('Assurance from', { exact: true }).last().fill('2009-06-01');
  await page.getByRole('alert').waitFor();
  assert.equal(await sums.count(), 0, 'dates out of order are refused as a whole');
  await held.getByLabel('Assurance from', { exact: true }).last().fill('2006-01-01');
  await entitled.getByText(/^Rules A23\.2, D4/).click();
  await entitled.getByRole('link', { name: 'D4', exact: true }).click();
  await desk.isOn('Rules');
  await page.waitForFunction(`document.activeElement.id === 'D4'`);
});

test('a link leads to its rule, whatever the search; the reading that counts is marked', {
  skip,
}, async (t) => {
  const page = await chromium().window(t, stage.web.origin);
  const desk = await LicenceToolsPage.asReseller(page, '/rules');
  const rules = page.getByRole('region', { name: 'Rules', exact: true });
  await page.getByRole('searchbox', { name: 'Number or words' }).fill('A23');
  await page.getByText('6 rules', { exact: true }).waitFor();
  await rules.getByRole('link', { name: 'D4', exact: true }).first().click();
  const entry = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'D4', exact: true }) });
  await entry.getByText('as printed · counts now').waitFor();
  await page.waitForFunction(`document.activeElement.id === 'D4'`);
  assert.match(page.url(), /#D4$/);
  await page.getByLabel('Reading', { exact: true }).selectOption({ label: 'corrected' });
  await entry.getByText('corrected · counts now').waitFor();
  await page.getByRole('checkbox', { name: 'Only what a misprint changes' }).check();
  await entry.waitFor();
  assert.equal(await page.getByRole('heading', { name: 'M5', exact: true }).count(), 0);

  await desk.page.goto('/console/calculator/rules#A10');
  await page.reload();
  await page.getByRole('heading', { name: 'A10', exact: true }).waitFor();
  await page.waitForFunction(`document.activeElement.id === 'A10'`);
});

async function reads(rows: readonly string[]): Promise<void> {
  const csv = ['user,device,feature,time', ...rows].join('\n');
  const report = await books.ask('import', { kind: 'access', csv, dryRun: false });
  assert.deepEqual(report.rejected, []);
}

/** Wards where three nurses share a computer, and clerks who have three of their own. */
function estate(wards: number, clerks: readonly string[]): Promise<void> {
  const pairs = (users: readonly string[], devices: readonly string[]) =>
    users.flatMap((user) => devices.map((device) => `${user},${device},im,${today()}`));
  const three = (name: string) => ['a', 'b', 'c'].map((letter) => `${name}-${letter}`);
  return reads([
    ...Array.from({ length: wards }, (_, ward) => pairs(three(`nurse-${ward}`), [`ward-${ward}`])).flat(),
    ...clerks.flatMap((clerk) => pairs([clerk], three(`pc-of-${clerk}`))),
  ]);
}

/** Everybody everywhere, now and then for calls: nothing that falls into parts. The same each time. */
function tangle(users: number, devices: number, edges: number): Promise<void> {
  let state = 7;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const row = () =>
    `visitor-${next(users)},desk-${next(devices)},${next(4) === 0 ? 'call-routing' : 'im'},${today()}`;
  return reads(Array.from({ length: edges }, row));
}

async function asksFor(desk: LicenceToolsPage, prices: Readonly<Record<string, string>>): Promise<void> {
  const options = desk.card('Look for the cheapest mix');
  for (const [label, price] of Object.entries(prices)) await options.getByLabel(label).fill(price);
}

test('the optimiser finds the cheapest mix of last month’s access; it is applied, and becomes a quote', {
  skip,
}, async (t) => {
  const clerks = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => stage.hire(`Clerk${number}`)));
  await estate(
    4,
    clerks.map(({ address }) => address),
  );
  await books.buys(STANDARD, 'user', 6);
  await books.ask('settings-change', {
    prices: [
      { sku: STANDARD, metric: 'user', packSize: 1, price: 2000 },
      { sku: STANDARD, metric: 'device', packSize: 1, price: 2500 },
    ],
  });
  const desk = await LicenceToolsPage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opens('Optimiser');
  await desk.page.getByText('No run yet', { exact: true }).waitFor();
  const options = desk.card('Look for the cheapest mix');
  assert.equal(await options.getByLabel('Standard for a person (EUR)').inputValue(), '20.00');
  const start = options.getByRole('button', { name: 'Start', exact: true });
  assert.equal(await start.getAttribute('aria-disabled'), 'true', 'Enterprise has no price yet');
  await asksFor(desk, { 'Enterprise for a person (EUR)': '60', 'Enterprise for a device (EUR)': '90' });
  await start.click();

  const result = desk.card('What it costs');
  await result.getByText('Proven: no mix that covers all this use costs less.').waitFor({ timeout: 30_000 });
  const best = result.getByRole('listitem').filter({ hasText: 'The cheapest mix' });
  await best.getByText('€100.00', { exact: true }).waitFor();
  await best.getByText('6 for people, 4 for devices').waitFor();
  const people = desk.page.getByRole('region', { name: 'People', exact: true });
  await people.getByText('18 in this time').waitFor();
  await people
    .getByText(/Standard only/)
    .last()
    .getByText('6', { exact: true })
    .waitFor();
  const steps = desk.page.getByRole('table', { name: /^What to do/ });
  await steps.getByRole('row').filter({ hasText: 'buy' }).getByText('4 ×').waitFor();
  await steps
    .getByText(/One licence for the person covers all devices/)
    .first()
    .waitFor();
  await desk
    .card('If prices were others')
    .getByRole('img', { name: /can be read as a table/ })
    .waitFor();
  await desk.button('Show as a table').click();
  await desk.page.getByRole('table', { name: 'If prices were others' }).waitFor();

  await desk.button('Apply').click();
  await desk.confirms('Apply');
  await desk.notices('6 assigned, 0 moved, 0 taken back; 4 wait.');
  await people
    .getByText(/Standard only/)
    .first()
    .getByText('6', { exact: true })
    .waitFor();
  const { lines } = await books.ask('position', {});
  const line = lines.find(({ sku, metric }) => sku === STANDARD && metric === 'user');
  assert.equal(line?.assigned, 6);

  await desk.button('Make a quote of it').click();
  await desk.isOn('Quote');
  await desk.item('Parley Standard CAL').getByRole('cell', { name: '4', exact: true }).waitFor();
  assert.equal(await desk.total(), '€100.00');
});

test('a run that takes long shows how far it is, and can be stopped', { skip }, async (t) => {
  await tangle(600, 400, 3000);
  await books.buys(STANDARD, 'device', 37);
  await books.buys(ENTERPRISE, 'user', 11);
  const prices = [
    [STANDARD, 'user', 2000],
    [STANDARD, 'device', 2300],
    [ENTERPRISE, 'user', 6100],
    [ENTERPRISE, 'device', 8900],
  ] as const;
  const packs = prices.flatMap(([sku, metric, price]) =>
    [1, 10, 50].map((packSize) => ({ sku, metric, packSize, price: packSize * (price - packSize * 7) })),
  );
  await books.ask('settings-change', { prices: packs });
  const desk = await LicenceToolsPage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opens('Optimiser');
  await desk.button('Start').click();
  await desk.page.getByRole('progressbar', { name: 'Progress' }).waitFor();
  await desk.button('Stop').click();
  await desk.page.getByText('This run was stopped before it was done.').waitFor();
  const { optimisations } = await books.ask('optimisations', {});
  assert.equal(optimisations[0]?.state, 'cancelled');
});

test('servers stand on a map with the licence each needs and why; what the edition forbids is said in words', {
  skip,
}, async (t) => {
  const desk = await LicenceToolsPage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opens('Servers and roles');
  async function records(name: string, host: string, ...roles: string[]): Promise<void> {
    await desk.button('Record a server').click();
    await desk.box('Name').fill(name);
    await desk.box('Computer').fill(host);
    await desk.drawer.getByRole('checkbox', { name: 'Front End' }).uncheck();
    for (const role of roles) await desk.drawer.getByRole('checkbox', { name: role, exact: true }).check();
    await desk.drawer.getByRole('button', { name: 'Save', exact: true }).click();
    await desk.drawer.waitFor({ state: 'detached' });
  }
  await records('fe-1', 'rack', 'Front End', 'Archiving');
  const card = (name: string) =>
    desk.page.getByRole('listitem').filter({ has: desk.page.getByRole('heading', { name, exact: true }) });
  await card('fe-1')
    .getByText(/^Needs one server licence, because of: Front End\./)
    .waitFor();
  await records('director-1', 'rack', 'Director');
  await card('director-1')
    .getByText(/^Needs no server licence/)
    .waitFor();
  await records('db-1', 'elsewhere', 'SQL Server back end');
  await desk.page.getByText(/^Standard Edition keeps its database on the same computer/).waitFor();

  await card('db-1').getByRole('button', { name: 'Remove: db-1' }).click();
  await desk.page.getByRole('alertdialog').getByRole('textbox').fill('moved');
  await desk.confirms('Remove');
  await card('db-1').waitFor({ state: 'detached' });
  await desk.page.getByText(/^Standard Edition keeps its database/).waitFor({ state: 'detached' });

  await card('director-1').getByRole('button', { name: 'Change: director-1' }).click();
  await desk.drawer.getByRole('checkbox', { name: 'Edge', exact: true }).check();
  await desk.drawer.getByRole('status').getByText('Needs one server licence, because of: Edge.').waitFor();
  await desk.drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await card('director-1')
    .getByText(/because of: Edge\./)
    .waitFor();
  const { needed } = await books.ask('servers', {});
  assert.equal(needed, 2);
});

test('the true-up names what to order by the highest use; a period is closed once', { skip }, async (t) => {
  await estate(2, []);
  const page = await chromium().window(t, stage.web.origin, { expected: [/status of 40\d/] });
  const desk = await LicenceToolsPage.signIn(page, ADMINISTRATOR);
  await desk.opens('True-up');
  const line = page.getByRole('row').filter({ hasText: 'Parley Standard CAL' });
  await line.waitFor();
  await page.getByLabel('Form', { exact: true }).selectOption({ label: 'By quarters' });
  await page.getByRole('heading', { name: 'By quarters' }).waitFor();
  await page.getByText('What a quarter adds is charged for the quarters that remain.').waitFor();
  await page.getByLabel('From', { exact: true }).fill(today());
  await page.getByLabel('Last day', { exact: true }).fill('2020-01-01');
  await page.getByText('The last day is before the first.').waitFor();
  await page.getByLabel('Last day', { exact: true }).fill(today());
  await line.waitFor();
  const csv = await desk.downloads('Download CSV');
  assert.match(csv, /^Number of the product,Licence,Owned,Highest use,To order,Price \(EUR\)\r\n/);
  assert.match(csv, /parley-standard-cal,Parley Standard CAL,/);

  await desk.button('Close the period').click();
  await desk.confirms('Close the period');
  await desk.notices('The period is closed.');
  await desk.button('Close the period').click();
  await desk.confirms('Close the period');
  await page
    .getByText(/is closed already/)
    .first()
    .waitFor();
});

test('a seller has quotes, transitions and rules, and nothing that changes what is assigned', {
  skip,
}, async (t) => {
  const seller = await stage.hire('Sela');
  await books.ask('role-set', { userId: seller.userId, roles: ['seller'] });
  const desk = await LicenceToolsPage.signIn(await chromium().window(t, stage.web.origin), seller);
  assert.equal(await desk.page.getByRole('link', { name: 'Optimiser', exact: true }).count(), 0);
  await desk.opens('Quote');
  await desk.opens('Rules');
  await desk.opens('Transition');
  await desk.button('Take over from the stock').click();
  await desk.notices('The stock has no licences of the older products.');
  await desk.opens('Servers and roles');
  assert.equal(await desk.button('Record a server').count(), 0);
  await desk.opens('True-up');
  assert.equal(await desk.button('Close the period').count(), 0);
});

test('the older licences of the stock are taken over, and what they give is recorded as owned', {
  skip,
}, async (t) => {
  const sku = 'ocs2007-standard-cal';
  await books.buys(sku, 'user', 30);
  await books.ask('sa-add', { sku, quantity: 20, from: '2008-01-01', to: '2009-12-31', agreementId: null });
  const desk = await LicenceToolsPage.signIn(await chromium().window(t, stage.web.origin), ADMINISTRATOR);
  await desk.opens('Transition');
  await desk.button('Take over from the stock').click();
  const printed = desk.card('3. The sums').getByRole('region', { name: 'as printed' });
  await printed.getByText(/^20 × Office Communications Server 2007 R2 Standard CAL$/).waitFor();
  await printed.getByRole('button', { name: 'Record in the stock: as printed' }).click();
  await desk.confirms('Record in the stock');
  await desk.notices('The licences were recorded.');
  const { grants } = await books.ask('stock', {});
  const given = grants.find(({ source }) => source === 'transition');
  assert.equal(given?.sku, 'ocs2007r2-standard-cal');
  assert.equal(given?.quantity, 20);
  assert.equal(given?.proof, 'A23, printed');
});
