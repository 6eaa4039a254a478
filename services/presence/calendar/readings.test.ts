// Calendar feeds over real HTTP: good ones, and those that lie, hang, wander and grow. Real PostgreSQL; the clock leaps.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { leapingClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import { identityService } from '../../identity/service.ts';
import { registrarService } from '../../registrar/service.ts';
import { type TestProcess, testProcess } from '../../testing.ts';
import {
  type OwnPresence,
  type PresenceState,
  publish,
  readOwn,
  setSettings,
  stateChanged,
} from '../contract.ts';
import { presenceService } from '../service.ts';
import { readFeed } from './feed.ts';

const MINUTE = 60_000;
const clock = leapingClock();
let sip: OpenedSipServer;
let running: TestProcess;
let origin: string;
const asked: IncomingMessage[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end();
const server = createServer((request, response) => {
  asked.push(request);
  answer(request, response);
});

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip, clock, config: { calendar: { allowPrivate: true } } });
  await running.start(identityService, registrarService, presenceService);
});

after(async () => {
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

const stamp = (atMs: number) => new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');

function feed(...events: readonly (readonly string[])[]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function meeting(startMs: number, endMs: number, ...more: string[]): string[] {
  return ['UID:m', `DTSTART:${stamp(startMs)}`, `DTEND:${stamp(endMs)}`, ...more];
}

async function withCalendar(calendarUrl: string): Promise<string> {
  const userId = randomUUID();
  const browser = { userId, endpointId: 'b', kind: 'browser', machine: 'active', expiresS: 86_400 } as const;
  assert.ok((await running.bus.call(publish, browser)).ok);
  const settings = { inactiveAfterMin: 5, awayAfterMin: 15, calendarUrl, workingHours: null };
  assert.ok((await running.bus.call(setSettings, { userId, settings, version: 0 })).ok);
  return userId;
}

/** Resolves with the first state that fits, from now on. */
async function until(userId: string, fits: (state: PresenceState) => boolean): Promise<PresenceState> {
  const { promise, resolve } = Promise.withResolvers<PresenceState>();
  await using _listening = await running.bus.subscribe(stateChanged, ({ userId: whose, general }) => {
    if (whose === userId && fits(general)) resolve(general);
  });
  return await promise;
}

/** How the feed is doing, once it was tried after that moment. */
async function calendarOf(userId: string, fits: (own: OwnPresence) => boolean): Promise<OwnPresence> {
  for (;;) {
    const own = await running.bus.call(readOwn, { userId });
    assert.ok(own.ok);
    if (fits(own.value)) return own.value;
    await new Promise<void>((resolve) => void systemClock.after(20, resolve));
  }
}

test('a meeting of the calendar begins, and ends, with its subject beside the state', async () => {
  const now = clock.wallNow();
  const [start, end] = [now + 10 * MINUTE, now + 40 * MINUTE];
  answer = (_, response) =>
    response.end(
      feed(
        meeting(start, end, 'SUMMARY:Budget', 'LOCATION:Room 1'),
        meeting(now - 60 * MINUTE, now - MINUTE),
      ),
    );
  const userId = await withCalendar(`${origin}/calendar.ics`);
  await calendarOf(userId, ({ calendar }) => (calendar?.readAt ?? 0) > 0);
  const begun = until(userId, ({ activity }) => activity === 'inMeeting');
  clock.leap(10 * MINUTE);
  const state = await begun;
  assert.deepEqual(
    [state.state, state.reason, state.meeting],
    ['busy', 'calendar', { subject: 'Budget', place: 'Room 1' }],
  );
  assert.ok(Math.abs((state.until ?? 0) - end) < 1000);
  assert.equal(state.freeBusy?.length, 2);
  const over = until(userId, ({ activity }) => activity === undefined);
  clock.leap(30 * MINUTE);
  assert.equal((await over).state, 'available');
});

test('out of the office, and a private subject that never leaves', async () => {
  const now = clock.wallNow();
  answer = (_, response) =>
    response.end(
      feed(
        meeting(now - MINUTE, now + 60 * MINUTE, 'SUMMARY:Dentist', 'LOCATION:Main Street', 'CLASS:PRIVATE'),
        meeting(now - MINUTE, now + 90 * MINUTE, 'SUMMARY:Trip', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF'),
      ),
    );
  const userId = randomUUID();
  const told: string[] = [];
  await using _listening = await running.bus.subscribe(stateChanged, (presentity) => {
    if (presentity.userId === userId) told.push(JSON.stringify(presentity));
  });
  const browser = { userId, endpointId: 'b', kind: 'browser', machine: 'active', expiresS: 86_400 } as const;
  assert.ok((await running.bus.call(publish, browser)).ok);
  const settings = {
    inactiveAfterMin: 5,
    awayAfterMin: 15,
    calendarUrl: `${origin}/private`,
    workingHours: null,
  };
  const inMeeting = until(userId, ({ activity }) => activity === 'inMeeting');
  assert.ok((await running.bus.call(setSettings, { userId, settings, version: 0 })).ok);
  await inMeeting;
  const away = until(userId, ({ activity }) => activity === 'outOfOffice');
  clock.leap(60 * MINUTE);
  assert.equal((await away).state, 'available');
  assert.ok(told.length > 0);
  for (const text of told) assert.doesNotMatch(text, /Dentist|Main Street|private/);
});

test('a feed that goes wrong leaves what was read last, and says in words what is wrong', async () => {
  const now = clock.wallNow();
  let isBroken = false;
  answer = ({ headers }, response) => {
    if (isBroken) return response.end('<html>Sign in</html>');
    if (headers['if-none-match'] === '"1"') return response.writeHead(304).end();
    return response
      .setHeader('etag', '"1"')
      .end(feed(meeting(now - MINUTE, now + 120 * MINUTE, 'SUMMARY:Long')));
  };
  const userId = await withCalendar(`${origin}/breaks`);
  const first = await calendarOf(userId, ({ calendar }) => (calendar?.readAt ?? 0) > 0);
  const before = asked.length;
  clock.leap(10 * MINUTE);
  await calendarOf(userId, ({ calendar }) => (calendar?.readAt ?? 0) > (first.calendar?.readAt ?? 0));
  assert.equal(asked.at(-1)?.headers['if-none-match'], '"1"');
  assert.ok(asked.length > before);
  isBroken = true;
  clock.leap(10 * MINUTE);
  const broken = await calendarOf(userId, ({ calendar }) => calendar?.problem !== undefined);
  assert.equal(broken.calendar?.problem?.code, 'PRESENCE_CALENDAR_UNREADABLE');
  assert.deepEqual([broken.calendar?.events, (broken.calendar?.readAt ?? 0) > 0], [1, true]);
});

test('what is no address of a feed is refused before it is kept', async () => {
  const userId = randomUUID();
  for (const calendarUrl of ['file:///etc/passwd', 'calendar', 'javascript:alert(1)']) {
    const settings = { inactiveAfterMin: 5, awayAfterMin: 15, calendarUrl, workingHours: null };
    const saved = await running.bus.call(setSettings, { userId, settings, version: 0 });
    assert.equal(!saved.ok && saved.fault.code, 'PRESENCE_CALENDAR_ADDRESS', calendarUrl);
  }
});

const faults: [string, string, (request: IncomingMessage, response: ServerResponse) => void][] = [
  ['a feed that is refused', 'PRESENCE_CALENDAR_REFUSED', (_, response) => response.writeHead(404).end()],
  [
    'a feed that leads on and on',
    'PRESENCE_CALENDAR_REDIRECTS',
    (_, response) => response.writeHead(302, { location: '/again' }).end(),
  ],
  [
    'a feed that leads to a file',
    'PRESENCE_CALENDAR_ADDRESS',
    (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  ],
  [
    'a feed that never ends',
    'PRESENCE_CALENDAR_TOO_LARGE',
    (_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(256 * 1024, 'x')));
        response.once('drain', more);
      };
      more();
    },
  ],
  ['a feed that breaks off', 'PRESENCE_CALENDAR_UNREACHABLE', ({ socket }) => socket.destroy()],
];
for (const [name, problem, does] of faults) {
  test(`${name} is told as that`, async () => {
    answer = does;
    const signal = new AbortController().signal;
    const limits = { clock: systemClock, allowPrivate: true, signal };
    const result = await readFeed({ url: `${origin}/fault`, etag: '' }, limits);
    assert.deepEqual(result, { kind: 'failed', problem });
  });
}

test('a feed that hangs is given up after ten seconds', async () => {
  const hanging = Promise.withResolvers<void>();
  answer = (_, response) => {
    response.write('BEGIN:VCALENDAR\r\n');
    hanging.resolve();
  };
  const own = leapingClock();
  const limits = { clock: own, allowPrivate: true, signal: new AbortController().signal };
  const reading = readFeed({ url: `${origin}/hangs`, etag: '' }, limits);
  await hanging.promise;
  own.leap(10_000);
  assert.deepEqual(await reading, { kind: 'failed', problem: 'PRESENCE_CALENDAR_SLOW' });
});

test('addresses of the internal network are not asked, by number or by name', async () => {
  const limits = { clock: systemClock, allowPrivate: false, signal: new AbortController().signal };
  const before = asked.length;
  const { port } = new URL(origin);
  for (const host of [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    '10.0.0.1',
    '169.254.169.254',
  ])
    assert.deepEqual(
      await readFeed({ url: `http://${host}:${port}/`, etag: '' }, limits),
      { kind: 'failed', problem: 'PRESENCE_CALENDAR_PRIVATE' },
      host,
    );
  assert.equal(asked.length, before);
});
