// Moments of one person's day that take others to bring about, for screenshots.ts: somebody's card at two levels of access,
// a group, the presence menu in a meeting, being added, the settings of alerts, and the policies of the company.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Level } from '@parley/services/presence/contract';
import type { Locator } from 'playwright-core';
import type { CommunicatorPage } from '../cast/communicator-page.ts';
import { ContactPage } from '../cast/contact-page.ts';
import { GroupPage } from '../cast/group-page.ts';
import type { WebUser } from '../cast/web-user.ts';

const GROUP = 'Oslo launch';
const MINUTE_MS = 60_000;
/** A little more than a card. */
const CARD_WINDOW = { width: 370, height: 720 };

/** Takes the picture of the window, or of what stands in it. */
export type Take = (name: string, part?: Locator) => Promise<void>;
/** Signs somebody of the demo in, as a browser without a window. */
export type SignIn = (local: string) => Promise<WebUser>;

export async function groupScene(desk: CommunicatorPage, take: Take): Promise<void> {
  const { page } = desk;
  await desk.tab('Chats').click();
  await desk.chat(GROUP).click();
  await desk.composer(GROUP).waitFor();
  await desk.log.getByRole('article').last().waitFor();
  if ((page.viewportSize()?.width ?? 0) > 1000) await new GroupPage(desk).opensRoster();
  await take('group');
}

/** What alice has around her, and then around her on the console. */
export async function dayScenes(desk: CommunicatorPage, signIn: SignIn, take: Take): Promise<void> {
  const { page, say } = desk;
  await using calendar = await openCalendar();
  await using bob = await signIn('bob');
  await using alice = await signIn('alice');
  await usesCalendar(bob, calendar.address('Call with Oslo', 60, 105));
  const wide = page.viewportSize()!;
  await page.setViewportSize(CARD_WINDOW);
  for (const level of ['company', 'team'] as const) {
    await gives(bob, alice, level);
    const card = await desk.opensCard('Bob Baker');
    await card.getByText(level === 'team' ? '+447700900102' : '+442079460101').waitFor();
    await take(`card-${level}`, card);
    await page.keyboard.press('Escape');
  }
  await gives(bob, alice, null);
  await page.setViewportSize(wide);

  await using rajesh = await signIn('rajesh.iyer');
  await rajesh.command('contact.put', { contactIds: [alice.userId], change: {} });
  const question = new ContactPage(desk).question('Rajesh Iyer');
  await question.waitFor();
  await take('added-you');
  await question.getByRole('button', { name: say('OK') }).click();
  await question.waitFor({ state: 'detached' });

  await usesCalendar(alice, calendar.address('Price list review', -25, 35));
  await desk.showsOwnState('Busy: in a meeting');
  await desk.opens('Bob Baker');
  await desk.stateButton.click();
  await page.getByRole('menuitem', { name: say('Available'), exact: true }).waitFor();
  await take('presence-menu');
  await page.keyboard.press('Escape');

  await desk.opensSettings('Notifications');
  await page.getByText(say('Mail what I have not read')).waitFor();
  await take('notifications');
  await page.keyboard.press('Escape');
}

export async function policyScene(desk: CommunicatorPage, signIn: SignIn, take: Take): Promise<void> {
  const { page, say } = desk;
  await using alice = await signIn('alice');
  const { http } = alice;
  await http.session();
  for (const [scope, changes] of [
    [{ kind: 'global' }, { groupSize: 60 }],
    [{ kind: 'department', value: 'Sales' }, { linkFilter: 'warn' }],
  ])
    await http.request('PATCH', '/api/v1/admin/policies', { scope, changes });
  await page.goto('/console/policies');
  await page.getByRole('heading', { name: say('Policies'), level: 1 }).waitFor();
  await page.getByLabel(say('Whom it is for')).selectOption('Sales');
  await page.getByText(say('Set here')).first().waitFor();
  await take('policies');
}

async function gives(giver: WebUser, taker: WebUser, level: Level | null): Promise<void> {
  const { version } = giver.access;
  await giver.command('access.set', { member: { kind: 'user', value: taker.userId }, level, version });
  await giver.until('the new level', () => giver.access.version > version);
}

async function usesCalendar(person: WebUser, calendarUrl: string): Promise<void> {
  const { settings, settingsVersion: version } = await person.command('presence.readOwn', {});
  await person.command('presence.setSettings', { settings: { ...settings, calendarUrl }, version });
}

/** Feeds of one meeting each; begin and end are minutes from now. */
async function openCalendar() {
  const stamp = (minutes: string | null) =>
    new Date(Date.now() + Number(minutes) * MINUTE_MS).toISOString().replace(/[-:]|\.\d+/g, '');
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [start, end] = [stamp(searchParams.get('from')), stamp(searchParams.get('to'))];
    const event = [`UID:1`, `DTSTART:${start}`, `DTEND:${end}`, `SUMMARY:${searchParams.get('subject')}`];
    response.end(
      [
        'BEGIN:VCALENDAR',
        'BEGIN:VEVENT',
        ...event,
        'LOCATION:Canal room',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: (subject: string, from: number, to: number) =>
      `http://127.0.0.1:${port}/?${new URLSearchParams({ subject, from: `${from}`, to: `${to}` })}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
