// Levels of access as people see them: five watchers in five browsers, one for each level, see of alice exactly the table of
// docs/levels.md: on her card, and in everything that their browsers were sent.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AccessMember, Level } from '@parley/services/presence/contract';
import { openCalendarFeed } from '../cast/calendar-feed.ts';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { NetworkRecord } from '../cast/network-record.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

const chromium = chromiumForFile();
const feed = await openCalendarFeed();
after(() => feed[Symbol.asyncDispose]());
const settings = { calendar: { allowPrivate: true } };
const HOUR_MS = 3_600_000;
const LEVELS: readonly Level[] = ['blocked', 'public', 'company', 'team', 'personal'];
/** Within which a change of level has to be seen. */
const LIVE_MS = 2_000;

/** Of the working hours, what nothing else says. */
const ZONE = 'Pacific/Chatham';

/** What is said of alice, under the name that the card gives it, and who sees it. */
interface Said {
  readonly label: string;
  readonly text: string;
  readonly seenBy: readonly Level[];
}
const from = (level: Level) => LEVELS.slice(LEVELS.indexOf(level));

function aliceSays(stamp: string): readonly Said[] {
  const said = (label: string, text: string, level: Level): Said => ({ label, text, seenBy: from(level) });
  return [
    said('Department', `Research ${stamp}`, 'public'),
    said('Company', `Example ${stamp}`, 'public'),
    said('Telephone', `+4989${stamp}1`, 'company'),
    said('Office', `B 12 ${stamp}`, 'company'),
    said('Work address', `High Street ${stamp}`, 'company'),
    said('Web page', `example.com/${stamp}`, 'company'),
    said('Mobile', `+49170${stamp}2`, 'team'),
    said('Home telephone', `+4989${stamp}3`, 'personal'),
    said('Other telephone', `+4989${stamp}4`, 'personal'),
    said('Working hours', ZONE, 'company'),
    said('Where they are', `Quay 7 ${stamp}`, 'team'),
    { label: 'Meeting', text: `Budget ${stamp}`, seenBy: ['team'] },
  ];
}

async function give(alice: WebUser, member: AccessMember, level: Level | null): Promise<void> {
  const held = alice.access;
  await alice.command('access.set', { member, level, version: held.version });
  await alice.until('the new level', () => alice.access.version > held.version);
}

/** Alice with all that can be said of her, and her own window. */
async function hireAlice(stage: Stage, stamp: string): Promise<{ person: Person; alice: WebUser }> {
  const person = await stage.hire('Alice');
  await stage.administrator.request('PATCH', `/api/v1/admin/users/${person.userId}`, {
    title: `Engineer ${stamp}`,
    department: `Research ${stamp}`,
    office: `B 12 ${stamp}`,
    phone: `+4989${stamp}1`,
  });
  const alice = await stage.browser(person);
  await alice.command('presence.setNote', { note: `at the harbour ${stamp}` });
  await alice.command('card.set', {
    fields: {
      company: `Example ${stamp}`,
      workAddress: `High Street ${stamp}`,
      site: `https://example.com/${stamp}`,
      mobile: `+49170${stamp}2`,
      home: `+4989${stamp}3`,
      other: `+4989${stamp}4`,
    },
    version: 0,
  });
  await alice.command('presence.setLocation', { location: `Quay 7 ${stamp}` });
  const now = Date.now();
  const meeting = { start: now - HOUR_MS, end: now + HOUR_MS, summary: `Budget ${stamp}`, place: 'Room 4' };
  feed.meetings.splice(0, Infinity, meeting);
  const { settings: own, settingsVersion: version } = await alice.command('presence.readOwn', {});
  const workingHours = { timeZone: ZONE, days: [1, 2, 3, 4], startMinute: 540, endMinute: 1020 };
  await alice.command('presence.setSettings', {
    settings: { ...own, workingHours, calendarUrl: feed.newAddress() },
    version,
  });
  // Available outweighs the calendar, which shows all the same.
  await alice.command('presence.setState', { state: 'available' });
  await alice.until('the meeting', () => alice.presence.get(person.userId)?.meeting !== undefined);
  return { person, alice };
}

interface Watcher {
  readonly level: Level;
  readonly person: Person;
  readonly desk: CommunicatorPage;
  readonly record: NetworkRecord;
}

const onEveryCalendarStage = (declare: (stage: () => Stage) => void) =>
  onEveryTopology(declare, { settings });

onEveryCalendarStage((stage) => {
  async function hireWatcher(
    t: Parameters<ReturnType<typeof chromium>['window']>[0],
    level: Level,
    alice: WebUser,
    subject: Person,
  ): Promise<Watcher> {
    const person = await stage().hire(`Watcher-${level}`);
    await give(alice, { kind: 'user', value: person.userId }, level);
    const page = await chromium().window(t, stage().web.origin, { serviceWorkers: 'block' });
    const record = NetworkRecord.of(page);
    const desk = await CommunicatorPage.signIn(page, person);
    await desk.adds(subject);
    return { level, person, desk, record };
  }

  test('five watchers, one for each level, see exactly what their level sees, on the card and in the network', {
    skip: chromiumMissing,
  }, async (t) => {
    const stamp = '551027';
    const { person, alice } = await hireAlice(stage(), stamp);
    const watchers: Watcher[] = [];
    for (const level of LEVELS) watchers.push(await hireWatcher(t, level, alice, person));
    const facts = aliceSays(stamp);

    for (const { level, desk, record } of watchers) {
      const isBlocked = level === 'blocked';
      await desk.sees('Alice', isBlocked ? 'Offline' : 'Available');
      const card = await desk.opensCard('Alice');
      await card.getByText(isBlocked ? 'Offline' : 'Available').waitFor();
      const received = await record.text();
      for (const { label, text, seenBy } of facts) {
        const isSeen = seenBy.includes(level);
        const named = desk.page.getByText(desk.say(label), { exact: true });
        const shown = card.getByRole('term').filter({ has: named });
        assert.equal(await shown.count(), isSeen ? 1 : 0, `${level}: ${label} on the card`);
        assert.equal(await card.getByText(text).count(), isSeen ? 1 : 0, `${level}: ${text} on the card`);
        assert.equal(received.includes(text), isSeen, `${level}: ${text} in the network`);
      }
      const beside: [string, Level][] = [
        [`Engineer ${stamp}`, 'public'],
        [`at the harbour ${stamp}`, 'company'],
      ];
      for (const [text, least] of beside) {
        const isSeen = from(least).includes(level);
        assert.equal(await card.getByText(text).count(), isSeen ? 1 : 0, `${level}: ${text} on the card`);
        assert.equal(received.includes(text), isSeen, `${level}: ${text} in the network`);
      }
      assert.equal(await card.getByText(person.address).count(), 1, `${level}: the address`);
      const isCompany = from('company').includes(level);
      const strip = card.getByRole('img', { name: desk.say('Calendar of the next hours') });
      assert.equal(await strip.count(), isCompany ? 1 : 0, `${level}: free and busy times`);
      assert.equal(received.includes('"kind":"busy"'), isCompany, `${level}: busy times in the network`);
      const canTake = card.getByText(desk.say('Can take: {{list}}', { list: '' }).trim());
      assert.equal(await canTake.count(), isCompany ? 1 : 0, `${level}: what the devices can do`);
      const tellsWhy = await card.getByText(desk.say('Signed in on: {{list}}', { list: 'browser' })).count();
      assert.equal(tellsWhy, isCompany ? 1 : 0, `${level}: the devices`);
      assert.deepEqual(await axeFindings(desk.page), []);
      await desk.page.keyboard.press('Escape');
    }

    await t.test('a search by a number finds only whose number one may see', async () => {
      for (const { level, desk } of watchers) {
        await desk.searchBox.fill(`+4989${stamp}1`);
        const isSeen = from('company').includes(level);
        if (isSeen) await desk.found('Alice').waitFor();
        else
          await desk.page
            .getByText(desk.say('Nothing fits “{{query}}”', { query: `+4989${stamp}1` }))
            .waitFor();
        await desk.button('Clear the search').click();
      }
    });

    await t.test('from Team to Company live: the mobile number is gone and never sent again', async () => {
      const { desk, record, person: watcher } = watchers.find(({ level }) => level === 'team')!;
      const card = await desk.opensCard('Alice');
      const mobile = card.getByText(`+49170${stamp}2`);
      await mobile.waitFor();
      const began = performance.now();
      await give(alice, { kind: 'user', value: watcher.userId }, 'company');
      await mobile.waitFor({ state: 'detached', timeout: LIVE_MS });
      assert.ok(performance.now() - began <= LIVE_MS, 'within two seconds');
      await card.getByText(`+4989${stamp}1`).waitFor();
      const sent = record.length;
      // Whatever happens then: a change of her card, of her presence, a search, and everything loaded again.
      await alice.command('card.set', {
        fields: {
          company: `Moved ${stamp}`,
          workAddress: '',
          site: '',
          mobile: `+49170${stamp}5`,
          home: '',
          other: '',
        },
        version: alice.ownCard.version,
      });
      await card.getByText(`Moved ${stamp}`).waitFor();
      await desk.page.reload();
      await desk.sees('Alice', 'Available');
      await desk.opensCard('Alice');
      const received = await record.text(sent);
      assert.ok(!received.includes('+49170'), 'no mobile number in any frame');
      assert.ok(!received.includes(`Budget ${stamp}`), 'nor what her meeting is about');
    });

    await t.test('blocking live: offline at once, and nothing that follows reaches the watcher', async () => {
      const { desk, record, person: watcher } = watchers.find(({ level }) => level === 'personal')!;
      await give(alice, { kind: 'user', value: watcher.userId }, 'blocked');
      await desk.sees('Alice', 'Offline', LIVE_MS);
      const sent = record.length;
      await alice.command('presence.setNote', { note: `unseen ${stamp}` });
      await alice.command('presence.setState', { state: 'busy' });
      const witness = watchers.find(({ level }) => level === 'company')!;
      await witness.desk.sees('Alice', 'Busy');
      await desk.sees('Alice', 'Offline');
      const received = await record.text(sent);
      assert.ok(!received.includes(person.userId), `nothing of alice: ${received}`);
    });
  });

  test('a level is given by the menu of a contact, listed in the settings, and taken back there', {
    skip: chromiumMissing,
  }, async (t) => {
    const [carol, dave] = [await stage().hire('Carol'), await stage().hire('Dave')];
    const page = await chromium().window(t, stage().web.origin);
    const desk = await CommunicatorPage.signIn(page, carol);
    await desk.adds(dave);
    await desk.contact('Dave').click({ button: 'right' });
    await page.getByRole('menuitem', { name: desk.say('Level of access') }).click();
    await page.getByRole('menuitemradio', { name: desk.say('Team') }).click();
    await desk.isTold(desk.say('{{name}} has the level {{level}} now.', { name: 'Dave', level: 'Team' }));

    await desk.opensSettings('Who sees what');
    const dialog = page.getByRole('dialog', { name: desk.say('Settings'), exact: true });
    const row = dialog.getByRole('listitem', { name: 'Dave' });
    const level = row.getByRole('combobox', {
      name: desk.say('Level of access of {{name}}', { name: 'Dave' }),
    });
    assert.equal(await level.inputValue(), 'team');
    assert.deepEqual(await axeFindings(page), []);
    await level.selectOption('blocked');

    const him = await stage().browser(dave);
    const offline = () => him.presence.get(carol.userId)?.state !== 'available';
    await him.command('contact.put', { contactIds: [carol.userId], change: {} });
    assert.ok(offline(), 'carol is offline for dave');
    await row
      .getByRole('button', { name: desk.say('Give {{name}} the usual level', { name: 'Dave' }) })
      .click();
    await him.sees(carol.userId, 'available');
    await row.waitFor({ state: 'detached' });

    await t.test('a domain has a level, too; what is no domain is refused in words', async () => {
      await dialog.getByLabel(desk.say('Address or domain')).fill('not a domain');
      await dialog.getByRole('button', { name: desk.say('Add'), exact: true }).click();
      await dialog.getByText('A level of access cannot be given to this.').waitFor();
      await dialog.getByLabel(desk.say('Address or domain')).fill('partner.example');
      await dialog.getByRole('button', { name: desk.say('Add'), exact: true }).click();
      await dialog.getByRole('listitem', { name: 'partner.example' }).waitFor();
    });

    await t.test(
      'one’s own card is written once, and the preview shows it to each level as the server would',
      async () => {
        await dialog.getByRole('tab', { name: desk.say('My card'), exact: true }).click();
        await dialog.getByLabel(desk.say('Mobile')).fill('0049 170 555 7788');
        await dialog.getByRole('button', { name: desk.say('Save'), exact: true }).click();
        await desk.isTold(desk.say('Your card was saved.'));
        assert.equal(await dialog.getByLabel(desk.say('Mobile')).inputValue(), '+491705557788');
        await dialog.getByRole('tab', { name: desk.say('Who sees what'), exact: true }).click();
        const preview = dialog.getByRole('region', { name: desk.say('Your card as they see it') });
        await preview.getByText(carol.address).waitFor();
        assert.equal(await preview.getByText('+491705557788').count(), 0, 'Company does not see it');
        await dialog.getByLabel(desk.say('Somebody with the level')).selectOption('team');
        await preview.getByText('+491705557788').waitFor();
      },
    );
  });

  test('on a phone’s screen the settings and the table fit', { skip: chromiumMissing }, async (t) => {
    const erin = await stage().hire('Erin');
    const page = await chromium().window(t, stage().web.origin, { viewport: { width: 320, height: 640 } });
    const desk = await CommunicatorPage.signIn(page, erin);
    for (const tab of ['Who sees what', 'My card'] as const) {
      await desk.opensSettings(tab);
      assert.deepEqual(await sidewaysFindings(page), [], tab);
      assert.deepEqual(await axeFindings(page), [], tab);
      await page.keyboard.press('Escape');
    }
  });
});
