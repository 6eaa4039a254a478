// Every page in every look and language: axe finds nothing, 320 px are enough, and no word is left untranslated.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULTS, type Settings } from '@parley/services/policy/contract';
import type { BrowserContext, Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { GroupPage } from '../cast/group-page.ts';
import { LicenceConsolePage, type LicencePage } from '../cast/licence-console-page.ts';
import { LicenceDesk, personOf, STANDARD } from '../cast/licence-desk.ts';
import { LicenceToolsPage, type ToolPage } from '../cast/licence-tools-page.ts';
import { axeFindings, sidewaysFindings, textsOf } from '../cast/looking.ts';
import { SipTracePage } from '../cast/sip-trace-page.ts';
import { ADMINISTRATOR, type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { WebUser } from '../cast/web-user.ts';
import { englishLeftIn, type Language, type Say, wordsOf } from '../cast/words.ts';

const LOOKS = ['light', 'dark', 'contrast'] as const;
const WIDE = { width: 1100, height: 760 };
const NARROW = { width: 320, height: 640 };
const BOB_SAYS = 'Die Zahlen sind da:';
const LINK = 'https://example.org/q3';
const CSV = 'address,name\nnobody@elsewhere.example,Nobody';
const NOTE = 'Zurück um 14:00';

const chromium = chromiumForFile();
let stage: Stage;
let bob: Person;
let conversationId: string;
/** What people wrote: the same in every language. */
const data = new Set([BOB_SAYS, LINK, NOTE, CSV, 'Phone', 'parley.test', 'localhost']);
for (const text of ['Baker & Sons', 'Hafenstraße 3', 'example.org', '+498912345678']) data.add(text);
/** What the licence manager wrote, what products and devices are called, how a file and an address begin. */
for (const text of ['order 1', 'EUR', 'Parley Standard CAL', 'Browser', 'Safari on Linux']) data.add(text);
for (const text of ['-----BEGIN LICENCE FILE-----', 'https://']) data.add(text);
/** Servers, roles and products of the calculating pages, where they stand in a sentence. */
for (const text of ['Parley Server', 'fe-1', 'rack', 'Front End', '/console/calculator']) data.add(text);
for (const text of ['Windows Server 2012 Standard', 'Windows Server 2012 User CAL']) data.add(text);
data.add('Office Communications Server 2007 Enterprise CAL');
/** Names of parts and the version, as the server gives them. */
const PARTS = /^(?:store|bus|identity|authentication|device passwords|presence|contacts|im|registrar|test)$/;
let richConversationId = '';
let groupId = '';
let state: Awaited<ReturnType<BrowserContext['storageState']>>;

before(async () => {
  if (chromiumMissing) return;
  stage = await standardEdition();
  bob = await stage.hire('Bob');
  const carol = await stage.hire('Carol');
  await stage.phone(bob);
  const friend = await stage.browser(bob);
  await friend.command('presence.setState', { state: 'doNotDisturb' });
  await friend.command('presence.setNote', { note: NOTE });
  const numbers = { mobile: '+498912345678', home: '', other: '' };
  const fields = {
    company: 'Baker & Sons',
    workAddress: 'Hafenstraße 3',
    site: 'https://example.org/',
    ...numbers,
  };
  await friend.command('card.set', { fields, version: 0 });
  const team = { member: { kind: 'user', value: ADMINISTRATOR.address }, level: 'team', version: 0 } as const;
  await friend.command('access.set', team);
  await using admin = await WebUser.signIn(stage.web.origin, ADMINISTRATOR.address, ADMINISTRATOR.password);
  for (const [person, favourite] of [
    [bob, true],
    [carol, false],
  ] as const) {
    await admin.command('contact.put', { contactIds: [person.userId], change: { favourite } });
  }
  conversationId = await admin.conversationWith(bob.userId);
  await admin.send(conversationId, '0123456789'.repeat(12));
  await friend.send(conversationId, `${BOB_SAYS} ${LINK}`);
  richConversationId = await admin.conversationWith(bob.userId, carol.userId);
  // As phones and the console name it.
  data.add(`conversation-${richConversationId}`);
  await sayRichly(admin, friend);
  groupId = await beginGroup(admin, [bob.userId, carol.userId]);
  await keepLicences(new LicenceDesk(stage.administrator));
  const people = [bob, carol, ADMINISTRATOR];
  for (const { address, name } of people) data.add(address).add(address.split('@')[0]!).add(name);
});
after(() => stage?.[Symbol.asyncDispose]());

const RICH = [`1 **2**, \`3\`, ${LINK}`, '> 42\n\n- 1\n- 2\n\n```\n4\n```'];
for (const text of ['UTC', '@']) data.add(text);

/** A conversation with all that a message may carry. */
async function sayRichly(admin: WebUser, friend: WebUser): Promise<void> {
  const conversationId = richConversationId;
  for (const text of RICH) await admin.send(conversationId, text);
  const mentions = [admin.userId];
  const text = `@${ADMINISTRATOR.name} 17`;
  const beside = { importance: 'high', subject: '2027', replyTo: 1, mentions } as const;
  await friend.command('im.send', { conversationId, text, clientId: 'rich', ...beside, mentions });
  await friend.command('im.react', { conversationId, seq: 1, emoji: '👍', on: true });
  await admin.command('im.react', { conversationId, seq: 3, emoji: '🎉', on: true });
  const gone = await friend.send(conversationId, 'gone');
  await friend.command('im.delete', { conversationId, seq: gone.seq });
  await admin.command('im.edit', { conversationId, seq: 2, text: RICH[1]! });
  const sendAt = Date.now() + 7 * 24 * 3_600_000;
  await admin.command('im.schedule', { conversationId, text: '18', clientId: 'later', sendAt });
}

/** A group that leads, locks and is read, and policies of every scope. */
async function beginGroup(admin: WebUser, participantIds: string[]): Promise<string> {
  const { conversationId } = await admin.command('im.startGroup', { participantIds, title: '2027' });
  await admin.send(conversationId, '42');
  for (const change of [
    { kind: 'leader', userId: bob.userId },
    { kind: 'lock', locked: true },
  ] as const)
    await admin.command('im.changeGroup', { conversationId, change });
  const set = (kind: 'global' | 'department' | 'user', value: string, changes: Partial<Settings>) =>
    stage.administrator.request('PATCH', '/api/v1/admin/policies', {
      scope: kind === 'global' ? { kind } : { kind, value },
      changes,
    });
  await set('global', '', { linkFilter: 'warn', linkDomains: ['example.org'], linkWarning: '!' });
  await set('department', '2027', { groupSize: 20 });
  await set('user', bob.userId, { startGroups: false });
  for (const prefix of DEFAULTS.linkPrefixes) data.add(prefix);
  // How the browser's own tables join names.
  data.add('Bob and Carol');
  return conversationId;
}

async function opensRichly(page: Page, say: Say, query: string): Promise<CommunicatorPage> {
  await page.goto(`/c/${richConversationId}${query}`);
  const desk = new CommunicatorPage(page, say);
  await desk.log.getByRole('heading', { name: '2027' }).waitFor();
  await page
    .getByRole('button', { name: say('{{count}} message waits for its time', { count: '1' }) })
    .click();
  return desk;
}

/** Something on every licence page; bob's browser leaves the evidence. */
async function keepLicences(books: LicenceDesk): Promise<void> {
  await books.buys(STANDARD, 'user', 2);
  await books.assigns(STANDARD, personOf(bob));
  const term = { sku: STANDARD, quantity: 2, from: '2026-01-01', to: '2028-12-31', agreementId: null };
  await books.ask('sa-add', term);
  const price = { sku: STANDARD, metric: 'user' as const, packSize: 1, price: 3600 };
  await books.ask('settings-change', { prices: [price] });
  await books.ask('role-set', { userId: bob.userId, roles: ['auditor'] });
  await books.ask('key-pin', { kid: '2026', publicKey: 'a1'.repeat(32), name: 'parley.test' });
  await books.finds(personOf(bob), (rows) => rows.length > 0);
  await books.ask('ose-put', { oseId: 'fe-1', host: 'rack', edition: 'standard', roles: ['front-end'] });
  const prices = { standard: 3600, enterprise: 9000 };
  const asked = {
    level: 'joint',
    prices: { user: prices, device: prices },
    useStock: true,
    packs: true,
  } as const;
  await books.ask('optimise-start', asked);
}

async function licencePage(
  page: Page,
  say: Say,
  query: string,
  path: string,
  title: LicencePage,
): Promise<LicenceConsolePage> {
  await page.goto(`/console/licensing${path}${query}`);
  const desk = LicenceConsolePage.at(page, say);
  await desk.isAtPage(title);
  return desk;
}

async function toolPage(
  page: Page,
  say: Say,
  query: string,
  path: string,
  title: ToolPage,
): Promise<LicenceToolsPage> {
  await page.goto(`${path}${query}`);
  const desk = new LicenceToolsPage(page, say);
  await desk.isOn(title);
  return desk;
}

/** How to come to each page; the last step waits for what makes it complete. */
const PAGES: Readonly<Record<string, (page: Page, say: Say, query: string) => Promise<void>>> = {
  'sign-in': async (page, say, query) => {
    await page.context().clearCookies();
    await page.goto(`/${query}`);
    await page.getByRole('button', { name: say('Sign in'), exact: true }).waitFor();
  },
  'contact list': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).sees('Bob', 'Do not disturb');
  },
  'list of chats': async (page, say, query) => {
    await page.goto(`/${query}`);
    const desk = new CommunicatorPage(page, say);
    await desk.tab('Chats').click();
    await desk.chat('Bob').waitFor();
  },
  search: async (page, say, query) => {
    await page.goto(`/${query}`);
    const desk = new CommunicatorPage(page, say);
    await desk.searchBox.fill(bob.address);
    await desk.found('Bob').waitFor();
  },
  conversation: async (page, say, query) => {
    await page.goto(`/c/${conversationId}${query}`);
    await new CommunicatorPage(page, say).log.getByRole('link').waitFor();
  },
  'people of a group': async (page, say, query) => {
    await page.goto(`/c/${groupId}${query}`);
    const group = new GroupPage(new CommunicatorPage(page, say));
    await group.opensRoster();
    await group.person('Bob').getByText(say('Leader')).waitFor();
  },
  'new group': async (page, say, query) => {
    await page.goto(`/${query}`);
    await page.getByRole('button', { name: say('New group'), exact: true }).click();
    await page.getByRole('dialog').getByRole('searchbox').fill(bob.address);
    await page
      .getByRole('list', { name: say('Found') })
      .getByText('Bob', { exact: true })
      .click();
    await page.getByRole('button', { name: say('Do not take {{name}}', { name: 'Bob' }) }).waitFor();
  },
  'rich messages': async (page, say, query) => {
    const desk = await opensRichly(page, say, query);
    await page.getByRole('button', { name: say('Formats') }).click();
    await desk.log.getByRole('article').first().focus();
  },
  'emoji picker': async (page, say, query) => {
    await opensRichly(page, say, query);
    await page.getByRole('button', { name: say('Emoji'), exact: true }).click();
    await page.getByRole('searchbox', { name: say('Search for an emoji') }).waitFor();
  },
  'time of a message': async (page, say, query) => {
    await opensRichly(page, say, query);
    await page.getByRole('button', { name: say('Edit text and time') }).click();
    await page.getByRole('dialog').waitFor();
  },
  settings: async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).opensSettings();
  },
  'settings: notifications': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).opensSettings('Notifications');
    await page.getByRole('switch', { name: say('Quiet hours') }).check();
    await page.getByRole('group', { name: say('Days on which they begin') }).waitFor();
  },
  'settings: phones': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).opensSettings('Phones');
    await page.getByRole('textbox', { name: say('New device') }).waitFor();
  },
  'settings: password': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).opensSettings('Password');
    await page.getByRole('textbox').last().waitFor();
  },
  'contact card': async (page, say, query) => {
    await page.goto(`/${query}`);
    const card = await new CommunicatorPage(page, say).opensCard('Bob');
    await card.getByText('+498912345678').waitFor();
  },
  'settings: my card': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).opensSettings('My card');
    await page.getByLabel(say('Web page')).waitFor();
  },
  'settings: who sees what': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).opensSettings('Who sees what');
    await page.getByRole('region', { name: say('Your card as they see it') }).waitFor();
  },
  'keyboard shortcuts': async (page, say, query) => {
    await page.goto(`/${query}`);
    await new CommunicatorPage(page, say).choosesFromMenu('Keyboard shortcuts');
    await page.getByRole('dialog', { name: say('Keyboard shortcuts') }).waitFor();
  },
  'console: users': async (page, say, query) => {
    await page.goto(`/console/${query}`);
    await new ConsolePage(page, say).row('Bob').waitFor();
  },
  'console: a user': async (page, say, query) => {
    await page.goto(`/console/users/${bob.userId}${query}`);
    await new ConsolePage(page, say).drawer.getByText(bob.address, { exact: true }).waitFor();
  },
  'console: devices of a user': async (page, say, query) => {
    await page.goto(`/console/users/${bob.userId}${query}`);
    const desk = new ConsolePage(page, say);
    await desk.opensTab('Devices');
    await desk.drawer.getByText('Phone', { exact: true }).waitFor();
  },
  'console: policies': async (page, say, query) => {
    await page.goto(`/console/policies${query}`);
    await page.getByRole('region', { name: say('Latest changes') }).waitFor();
  },
  'console: policy of a user': async (page, say, query) => {
    await page.goto(`/console/users/${bob.userId}${query}`);
    const desk = new ConsolePage(page, say);
    await desk.opensTab('Policy');
    await desk.drawer.getByText(say('Set here'), { exact: true }).waitFor();
  },
  'console: import': async (page, say, query) => {
    await page.goto(`/console/${query}`);
    const desk = new ConsolePage(page, say);
    await desk.button('Import').click();
    await desk.box('Content').fill(CSV);
    await desk.button('Check').click();
    await desk.drawer.getByRole('table').waitFor();
  },
  'console: sign-ins': async (page, say, query) => {
    await page.goto(`/console/sign-ins${query}`);
    await new ConsolePage(page, say).row('Bob').first().waitFor();
  },
  'console: SIP messages': async (page, say, query) => {
    await page.goto(`/console/sip-messages${query}`);
    await new SipTracePage(page, say).rows('REGISTER', bob.address).first().waitFor();
  },
  'console: who looked at SIP messages': async (page, say, query) => {
    await page.goto(`/console/sip-messages${query}`);
    await page.getByRole('button', { name: say('Who looked'), exact: true }).click();
    await page.getByRole('dialog').getByText(say('Who looked'), { exact: true }).waitFor();
  },
  'console: a SIP message': async (page, say, query) => {
    await page.goto(`/console/sip-messages${query}`);
    const desk = new SipTracePage(page, say);
    await desk.opens('REGISTER', bob.address);
    await desk.steps.first().click();
    await desk.panel.getByRole('code').waitFor();
  },
  'console: health': async (page, say, query) => {
    await page.goto(`/console/health${query}`);
    await page.getByText(say('Everything is running.')).waitFor();
    data.add(await page.locator(`dt:text-is("${say('Node')}") + dd`).innerText());
  },
  'licences: dashboard': async (page, say, query) => {
    await licencePage(page, say, query, '', 'Licence dashboard');
    await page.getByRole('table', { name: say('Licence position') }).waitFor();
  },
  'licences: purchases': async (page, say, query) => {
    await licencePage(page, say, query, '/stock', 'Stock and agreements');
    await page.getByText('order 1', { exact: true }).waitFor();
  },
  'licences: a purchase is recorded': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/stock', 'Stock and agreements');
    await desk.button('Record a purchase').click();
    await desk.box('Proof').waitFor();
  },
  'licences: Software Assurance': async (page, say, query) => {
    await licencePage(page, say, query, '/stock', 'Stock and agreements');
    await page.getByRole('tab', { name: say('Software Assurance'), exact: true }).click();
    await page.getByText(say('Runs'), { exact: true }).waitFor();
  },
  'licences: assignments': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/assignments', 'Assignments');
    await desk.subject('Bob').getByRole('checkbox').check();
    await page.getByRole('region', { name: say('With the selection') }).waitFor();
  },
  'licences: a person': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/assignments', 'Assignments');
    await desk.opensSubject('Bob');
    await desk.held('Parley Standard CAL').getByRole('button').first().click();
    await desk.drawer.getByRole('searchbox').fill('Carol');
    await desk.drawer.getByRole('radio', { name: /Carol/ }).waitFor();
  },
  'licences: why': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/assignments', 'Assignments');
    await desk.opensSubject('Bob');
    await desk.opensView('Why');
    await desk.drawer.getByText(say('Messages in a group'), { exact: true }).waitFor();
  },
  'licences: evidence': async (page, say, query) => {
    await licencePage(page, say, query, '/evidence', 'Evidence of use');
    await page.getByRole('row').filter({ hasText: 'Bob' }).first().waitFor();
  },
  'licences: settings': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/settings', 'Licence settings');
    await desk.page.getByRole('listitem').filter({ hasText: 'Bob' }).waitFor();
  },
  'licences: before anybody is refused': async (page, say, query) => {
    await licencePage(page, say, query, '/settings', 'Licence settings');
    await page.getByRole('radio', { name: say('Enforce') }).click();
    await page.getByRole('alertdialog').getByRole('listitem').first().waitFor();
  },
  'licences: audit': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/audit', 'Audit');
    await desk.button('Verify').click();
    await page.getByText(say('Details'), { exact: true }).first().waitFor();
  },
  'licences: files': async (page, say, query) => {
    const desk = await licencePage(page, say, query, '/files', 'Licence files');
    await desk.button('Install a file').click();
    await desk.box('Text of the file').waitFor();
  },
  'licences: quote': async (page, say, query) => {
    const desk = await toolPage(page, say, query, '/console/licensing/quote', 'Quote');
    await sellsServers(desk, say);
  },
  'licences: transition': async (page, say, query) => {
    const desk = await toolPage(page, say, query, '/console/licensing/transition', 'Transition');
    const held = desk.card('1. What you hold');
    if ((await held.getByRole('listitem').count()) === 0) await desk.button('Add a licence').click();
    const product = 'Office Communications Server 2007 Enterprise CAL';
    await held.getByLabel(say('Licence'), { exact: true }).selectOption({ label: product });
    await held.getByRole('textbox').first().fill('7');
    await held.getByLabel(say('Assurance from'), { exact: true }).fill('2008-01-01');
    await held.getByLabel(say('Assurance until'), { exact: true }).fill('2009-12-31');
    await page.getByText(say('other than printed'), { exact: true }).waitFor();
  },
  'licences: rules': async (page, say, query) => {
    await toolPage(page, say, query, '/console/licensing/rules', 'Rules');
    await page.getByRole('heading', { name: 'A10', exact: true }).waitFor();
  },
  'licences: optimiser': async (page, say, query) => {
    const desk = await toolPage(page, say, query, '/console/licensing/optimiser', 'Optimiser');
    await desk.card('What it costs').getByRole('listitem').first().waitFor();
    await page.getByRole('row').nth(1).waitFor();
  },
  'licences: servers': async (page, say, query) => {
    await toolPage(page, say, query, '/console/licensing/servers', 'Servers and roles');
    await page.getByRole('heading', { name: 'fe-1', exact: true }).waitFor();
  },
  'licences: a server is recorded': async (page, say, query) => {
    const desk = await toolPage(page, say, query, '/console/licensing/servers', 'Servers and roles');
    await desk.button('Record a server').click();
    await desk.box('Computer').waitFor();
  },
  'licences: true-up': async (page, say, query) => {
    await toolPage(page, say, query, '/console/licensing/true-up', 'True-up');
    await page.getByRole('table').waitFor();
  },
  calculator: async (page, say, query) => {
    const desk = await toolPage(page, say, query, '/console/calculator', 'Quote');
    await sellsServers(desk, say);
  },
};

/** What is kept in this browser from the language before stays. */
async function sellsServers(desk: LicenceToolsPage, say: Say): Promise<void> {
  if ((await desk.card('What is sold').getByRole('listitem').count()) === 0) {
    await desk.sells('Windows Server 2012 Standard', 1, '700');
    await desk.sells('Parley Server', 1);
    await desk.card('Who uses it').getByLabel(say('People'), { exact: true }).fill('12');
  }
  await desk.card('The quote').getByRole('row').nth(3).waitFor();
}

async function signedIn(page: Page): Promise<void> {
  state ??= await CommunicatorPage.signIn(page, ADMINISTRATOR).then(() => page.context().storageState());
  await page.context().addCookies(state.cookies);
}

for (const [name, goTo] of Object.entries(PAGES)) {
  test(name, { skip: chromiumMissing }, async (t) => {
    const page = await chromium().window(t, stage.web.origin, { viewport: WIDE });
    await signedIn(page);
    const arrive = (language: Language) => goTo(page, wordsOf(language), `?lang=${language}`);

    await arrive('en');
    for (const look of LOOKS) {
      await t.test(`axe finds nothing, ${look}`, async () => {
        await choose(page, look);
        assert.deepEqual(await axeFindings(page), []);
      });
    }
    await t.test('at 320 px nothing scrolls sideways or stands outside', async () => {
      await page.setViewportSize(NARROW);
      assert.deepEqual(await sidewaysFindings(page), []);
      assert.deepEqual(await axeFindings(page), []);
      await page.setViewportSize(WIDE);
    });
    if (name === 'sign-in') await page.context().clearCookies();
    else await page.context().addCookies(state.cookies);

    await t.test('in German no English is left, and 320 px are enough', async () => {
      await arrive('de');
      assert.equal(await page.locator('html').getAttribute('lang'), 'de');
      assert.deepEqual(englishLeftIn('de', await textsOf(page)), []);
      await page.setViewportSize(NARROW);
      assert.deepEqual(await sidewaysFindings(page), []);
      await page.setViewportSize(WIDE);
    });

    await t.test('from right to left every word is translated, and axe finds nothing', async () => {
      await choose(page, 'light');
      await arrive('qps-plocm');
      assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
      assert.deepEqual((await textsOf(page)).filter(isPlain), []);
      // No list of languages has the pseudo-locale.
      assert.deepEqual(await axeFindings(page, { except: ['html-lang-valid'] }), []);
      await page.setViewportSize(NARROW);
      assert.deepEqual(await sidewaysFindings(page), []);
      await page.setViewportSize(WIDE);
    });
  });
}

/** As when the look is chosen in another tab. */
async function choose(page: Page, look: (typeof LOOKS)[number]): Promise<void> {
  await page.evaluate(`{
    localStorage.setItem('parley.preferences', JSON.stringify({ theme: '${look}' }));
    dispatchEvent(new StorageEvent('storage', { key: 'parley.preferences' }));
  }`);
  await page.locator(`html[data-look=${look}]`).waitFor();
}

/** Words that are the same in every language: names of products, formats, units, and what stands on keys. */
const SAME_EVERYWHERE =
  /:[a-z_]+:|\b(?:Parley|Safari|Linux|node|CSV|MB|ms|SIP|TLS|TCP|UDP|Ctrl K)\b|Mozilla\/.*|^address(?:,[\s\S]*)?$|\b(?:conversation-)?[\da-f]{8}-[\da-f-]{27}(?:@[\w.]+)?/g;
/** The part of a text that the browser's own tables of dates make. */
const DATES =
  /\b(?:\w+day|January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|at|AM|PM|am|pm|ago|this|now|minutes?|hours?)\b/gi;

/** True if words are left that did not go through the pseudo-translation and that nobody wrote as data. */
function isPlain(text: string): boolean {
  if (PARTS.test(text)) return false;
  const rest = [...data].reduce((left, written) => left.replaceAll(written, ''), text);
  return /[A-Za-z]{2,}/.test(rest.replace(SAME_EVERYWHERE, '').replace(DATES, ''));
}
