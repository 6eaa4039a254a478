// A meeting begins, a call is made in it, and each level of access sees of both what is for it. When the calendar says so is
// the affair of services/presence/time.test.ts and calendar/; here it is told to people.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { buildPidf } from '@parley/protocol/presence';
import type { Activity, Level, PresenceSettings } from '@parley/services/presence/contract';
import { openCalendarFeed } from '../cast/calendar-feed.ts';
import type { Phone } from '../cast/phone.ts';
import { onEveryTopology, type Person } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

const feed = await openCalendarFeed();
after(() => feed[Symbol.asyncDispose]());
const settings = { calendar: { allowPrivate: true } };
const LEVELS = ['blocked', 'public', 'company', 'team', 'personal'] as const;

/** Alice's phone says that she talks, or takes it back. */
async function talks(phone: Phone, { address }: Person, ifMatch?: string): Promise<string> {
  const document = buildPidf({
    entity: `sip:${address}`,
    tuples: [{ id: 'phone', basic: 'open' }],
    activities: ['on-the-phone'],
  });
  const ends = ifMatch !== undefined;
  const { status, headers } = await phone.request(
    'PUBLISH',
    `sip:${address}`,
    address,
    [
      ['Event', 'presence'],
      ['Expires', ends ? '0' : '600'],
      ends ? ['SIP-If-Match', ifMatch] : ['Content-Type', 'application/pidf+xml'],
    ],
    ends ? undefined : new TextEncoder().encode(document),
  );
  assert.equal(status, 200);
  return headers.get('SIP-ETag') ?? '';
}

function does(user: WebUser, userId: string, activity: Activity | undefined, state = 'busy') {
  return user.until(`${userId} to be ${state}, ${activity}`, () => {
    const seen = user.presence.get(userId);
    return seen?.state === state && seen.activity === activity && seen;
  });
}

onEveryTopology(
  (stage) => {
    test('alice’s meeting begins, she takes a call in it and comes back: each level sees what is for it', async () => {
      const alice = await stage().hire('Alice');
      const her = await stage().browser(alice);
      const phone = await stage().phone(alice, { frontEnd: 1 });
      const watchers = new Map<Level, WebUser>();
      for (const level of LEVELS) {
        const person = await stage().hire(`Watcher-${level}`);
        const { version } = her.access;
        await her.command('access.set', { member: { kind: 'user', value: person.userId }, level, version });
        await her.until('the level', () => her.access.version > version);
        const watcher = await stage().browser(person);
        await watcher.command('contact.put', { contactIds: [alice.userId], change: {} });
        if (level !== 'blocked') await watcher.sees(alice.userId, 'available');
        watchers.set(level, watcher);
      }
      const witnesses = LEVELS.filter((level) => level !== 'blocked').map((level) => watchers.get(level)!);
      const everybody = (activity: Activity | undefined, state?: string) =>
        Promise.all(witnesses.map((watcher) => does(watcher, alice.userId, activity, state)));

      // It begins when it was read.
      const start = Math.ceil(Date.now() / 1000) * 1000 + 3_000;
      feed.meetings.splice(0, Infinity, {
        start,
        end: start + 1_800_000,
        summary: 'Budget',
        place: 'Room 4',
      });
      const readCalendar = async (calendarUrl: string) => {
        const own = await her.command('presence.readOwn', {});
        const changed: PresenceSettings = { ...own.settings, calendarUrl };
        await her.command('presence.setSettings', { settings: changed, version: own.settingsVersion });
      };
      await readCalendar(feed.newAddress());
      const [seenByPublic, seenByCompany, seenByTeam, seenByPersonal] = await everybody('inMeeting');
      const busy = [{ start, end: start + 1_800_000, kind: 'busy' }];
      assert.deepEqual(
        [seenByPublic, seenByCompany, seenByTeam, seenByPersonal].map((seen) => [
          seen?.reason,
          seen?.until,
          seen?.freeBusy,
          seen?.meeting?.subject,
        ]),
        [
          ['none', undefined, undefined, undefined],
          ['calendar', start + 1_800_000, busy, undefined],
          ['calendar', start + 1_800_000, busy, 'Budget'],
          ['calendar', start + 1_800_000, busy, undefined],
        ],
      );

      const call = await talks(phone, alice);
      const [, inCall] = await everybody('inCall');
      assert.equal(inCall?.reason, 'call');
      await talks(phone, alice, call);
      await everybody('inMeeting');

      await readCalendar('');
      await everybody(undefined, 'available');
      const sentTo = (level: Level) => JSON.stringify(watchers.get(level)?.frames.entries);
      assert.deepEqual(
        LEVELS.filter((level) => /Budget|Room 4/.test(sentTo(level))),
        ['team'],
        'the subject and the place went to one level',
      );
      assert.ok(!/inMeeting|inCall|"busy"/.test(sentTo('blocked')), 'who is blocked heard of nothing');
    });
  },
  { settings },
);
