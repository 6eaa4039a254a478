import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { defaultConfig } from '@parley/platform/host';
import { leapingClock } from '@parley/platform/net/testing';
import { openStore } from '@parley/platform/store';
import { silentLog, type TestStore } from '@parley/platform/store/testing';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { deleteMessage, markRead, openConversation, sendMessage } from '../im/contract.ts';
import { imService } from '../im/service.ts';
import { changePolicy } from '../policy/contract.ts';
import { policyService } from '../policy/service.ts';
import { publish, unpublish } from '../presence/contract.ts';
import { presenceService } from '../presence/service.ts';
import { registrarService } from '../registrar/service.ts';
import { testProcess } from '../testing.ts';
import { noPhones } from '../web-access/testing.ts';
import * as contract from './contract.ts';
import { migrations } from './migrations/index.ts';
import { alertsService } from './service.ts';
import type { AlertTables } from './store.ts';
import type { Digest } from './store-mail.ts';
import { openMailServer, type Received } from './testing-mail.ts';

const HOUR_MS = 3_600_000;
const MACHINE = { hostName: '', homeDirectory: '', isRoot: true, environment: {} };
const { alerts } = defaultConfig(MACHINE);

function granted<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.fault.code}: ${outcome.fault.sentence}`);
  return outcome.value;
}

async function office() {
  const server = await openMailServer();
  const clock = leapingClock();
  const hosted = await testProcess({
    clock,
    sip: noPhones,
    log: silentLog,
    config: {
      alerts: { ...alerts },
      hostName: 'uc.parley.test',
      mail: { smtp: { host: '127.0.0.1', port: server.port, security: 'none' }, domain: 'mail.test' },
    },
  });
  await hosted.start(
    identityService,
    authenticationService,
    registrarService,
    presenceService,
    policyService,
    imService,
    alertsService,
  );
  const { bus } = hosted;
  const hire = async (name: string) =>
    granted(await bus.call(createUser, { address: `${name}@parley.test`, name: `${name} Example` })).userId;
  const [alice, bob] = [await hire('alice'), await hire('bob')];
  const open = async (userId: string) =>
    granted(await bus.call(openConversation, { userId, participantIds: [bob] })).conversationId;
  const conversationId = await open(alice);
  // Beside the process: what stands in its rows.
  const { connection } = hosted.store as TestStore;
  const store = await openStore({ connection, bus, clock, log: silentLog, relays: false });
  const looking = await store.service<AlertTables>('alerts', migrations);
  let sent = 0;
  return {
    bus,
    clock,
    server,
    hosted,
    alice,
    bob,
    hire,
    open,
    conversationId,
    async wants(mail: Partial<contract.MailSettings>, quiet: contract.AlertSettings['quiet'] = null) {
      const settings = {
        ...contract.defaultSettings,
        quiet,
        mail: { ...contract.defaultSettings.mail, shows: 'text' as const, ...mail },
      };
      granted(await bus.call(contract.putSettings, { userId: bob, settings }));
    },
    async says(text: string, senderId = alice, where = conversationId) {
      const clientId = `c${++sent}`;
      return granted(await bus.call(sendMessage, { senderId, conversationId: where, text, clientId }));
    },
    reads: async (seq: number) => granted(await bus.call(markRead, { userId: bob, conversationId, seq })),
    /** The row that says when somebody is looked at has been written: events are handled after their sender's answer. */
    async untilListed(isListed: boolean | ((row: Digest | undefined) => boolean) = true) {
      for (;;) {
        const row = await looking.db.selectFrom('digests').selectAll().executeTakeFirst();
        const isThere = typeof isListed === 'function' ? isListed(row) : (row !== undefined) === isListed;
        if (isThere) return;
      }
    },
    settings: async () => granted(await bus.call(contract.getSettings, { userId: bob })),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await hosted[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const sender = ({ mail }: Received) => mail.from?.address;

test('bob is nowhere: after four hours he gets one mail of both messages, with links, in plain text and HTML', async () => {
  await using place = await office();
  const { server, clock } = place;
  await place.wants({ afterMinutes: 240 });
  await place.says('are <b>you</b> there?');
  await place.says('second & last');
  await place.untilListed();
  clock.leap(4 * HOUR_MS + 1_000);
  const letter = await server.nth(1);
  assert.deepEqual(letter.envelope, { from: 'parley@parley.test', to: ['bob@mail.test'] });
  assert.equal(sender(letter), 'parley@parley.test');
  assert.equal(letter.mail.subject, '2 unread messages from alice Example');
  const link = `https://uc.parley.test:8443/c/${place.conversationId}`;
  for (const said of ['are <b>you</b> there?', 'second & last', link])
    assert.ok(letter.mail.text?.includes(said), said);
  for (const said of ['are &lt;b&gt;you&lt;/b&gt; there?', 'second &amp; last', link])
    assert.ok(letter.mail.html?.includes(said), said);
  assert.doesNotMatch(letter.mail.html ?? '', /\bsrc=|<script|url\(/);
  assert.match(letter.mail.messageId ?? '', /^<[0-9a-f-]{36}@parley\.test>$/);
  assert.equal(letter.header('auto-submitted'), 'auto-generated');
  assert.equal(letter.header('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  assert.match(
    letter.header('list-unsubscribe') ?? '',
    /^<https:\/\/uc\.parley\.test:8443\/api\/v1\/mail\/stop\?token=/,
  );

  await place.untilListed(false);
  await place.says('a third');
  await place.untilListed();
  clock.leap(4 * HOUR_MS + 1_000);
  const second = await server.nth(2);
  assert.equal(second.mail.subject, 'An unread message from alice Example');
  assert.doesNotMatch(second.mail.text ?? '', /second & last/);
});

test('what bob has read, what was taken back and what he wrote himself is not mailed', async () => {
  await using place = await office();
  const { server, clock, bus, alice, bob, conversationId } = place;
  await place.wants({ afterMinutes: 60 });
  await place.says('read in time');
  await place.reads(1);
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  await place.untilListed(false);
  await place.says('taken back');
  granted(await bus.call(deleteMessage, { userId: alice, conversationId, seq: 2 }));
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  await place.untilListed(false);
  await place.says('his own', bob);
  await place.says('the one');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  const { mail } = await server.nth(1);
  assert.equal(mail.subject, 'An unread message from alice Example');
  for (const unsaid of ['read in time', 'taken back', 'his own'])
    assert.ok(!mail.text?.includes(unsaid), unsaid);
  assert.ok(mail.text?.includes('the one'));
});

test('the less of what bob and the policies let a mail show; where they forbid it, none is sent', async () => {
  await using place = await office();
  const { server, clock, bus } = place;
  const global = { kind: 'global' } as const;
  const rule = async (mailDigest: 'nothing' | 'sender' | 'text' | 'forbidden') => {
    granted(await bus.call(changePolicy, { scope: global, changes: { mailDigest }, by: 'cli' }));
    // It holds as soon as the service has heard of it.
    const most = mailDigest === 'forbidden' ? null : mailDigest;
    while ((await place.settings()).mail?.most !== most);
  };
  const subjects: (string | undefined)[] = [];
  for (const [most, shows] of [
    ['text', 'sender'],
    ['sender', 'text'],
    ['text', 'nothing'],
    ['nothing', 'text'],
  ] as const) {
    await rule(most);
    await place.wants({ afterMinutes: 60, shows });
    await place.says('secret');
    await place.untilListed();
    clock.leap(HOUR_MS + 1_000);
    const { mail } = await server.nth(subjects.length + 1);
    assert.doesNotMatch(`${mail.text} ${mail.html}`, /secret/);
    subjects.push(mail.subject);
    await place.untilListed(false);
  }
  const [named, nameless] = ['An unread message from alice Example', 'An unread message'];
  assert.deepEqual(subjects, [named, named, nameless, nameless]);
  assert.doesNotMatch(server.received[2]?.mail.html ?? '', /alice/);

  await rule('text');
  await place.says('forbidden by then');
  await place.untilListed();
  await rule('forbidden');
  clock.leap(HOUR_MS + 1_000);
  await place.untilListed(false);
  assert.equal(server.received.length, 4);
});

test('bob at a window is not mailed; he leaves, and the hour runs from there', async () => {
  await using place = await office();
  const { server, clock, bus, bob } = place;
  await place.wants({ afterMinutes: 60 });
  const window = { userId: bob, endpointId: 'w', kind: 'browser', state: 'available' } as const;
  granted(await bus.call(publish, { ...window, expiresS: 86_400 }));
  await place.says('he will see it');
  await place.untilListed();
  const before = clock.wallNow();
  clock.leap(HOUR_MS + 1_000);
  await place.untilListed((row) => (row?.due_at ?? 0) > before + 2 * HOUR_MS);
  assert.equal(server.received.length, 0);
  granted(await bus.call(unpublish, { userId: bob, endpointId: 'w' }));
  clock.leap(2 * HOUR_MS);
  assert.match((await server.nth(1)).mail.text ?? '', /he will see it/);
});

test('in quiet hours a mail waits until they are over', async () => {
  await using place = await office();
  const { server, clock } = place;
  const now = new Date(clock.wallNow());
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const quiet = {
    fromMinute: minute,
    toMinute: (minute + 180) % 1440,
    days: [0, 1, 2, 3, 4, 5, 6],
    timeZone: 'UTC',
  };
  await place.wants({ afterMinutes: 60 }, quiet);
  await place.says('late');
  await place.untilListed();
  const at = clock.wallNow();
  clock.leap(HOUR_MS + 1_000);
  await place.untilListed((row) => (row?.due_at ?? 0) > at + HOUR_MS + 60_000 && row?.letter === null);
  assert.equal(server.received.length, 0);
  clock.leap(3 * HOUR_MS);
  await server.nth(1);
});

test('the mail server knows no bob: the mail is off, Settings say why, and a new wish clears it', async () => {
  await using place = await office();
  const { server, clock } = place;
  await place.wants({ afterMinutes: 60 });
  server.is({ rcpt: '550 5.1.1 no such user' });
  await place.says('hello?');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  await place.untilListed(false);
  const { settings, mail } = await place.settings();
  assert.equal(settings.mail.afterMinutes, null);
  assert.deepEqual(
    [mail?.refused?.address, mail?.refused?.reply],
    ['bob@mail.test', '550 5.1.1 no such user'],
  );
  server.is('takes');
  await place.wants({ afterMinutes: 60 });
  assert.equal((await place.settings()).mail?.refused, undefined);
  await place.says('once more');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  assert.match((await server.nth(1)).mail.subject ?? '', /^2 unread/);
});

test('refused for now, it is tried again, and what is read until then is not in it', async () => {
  await using place = await office();
  const { server, clock } = place;
  await place.wants({ afterMinutes: 60 });
  for (const mood of [
    { rcpt: '451 4.7.1 greylisted' },
    { rcpt: '554 5.7.1 relaying denied' },
    { data: '452 4.3.1 full' },
  ]) {
    server.is(mood);
    if (server.received.length === 0) await place.says(`first`);
    await place.untilListed();
    const tried = Object.values(mood)[0];
    const before = clock.wallNow();
    clock.leap(13 * HOUR_MS);
    await place.untilListed(
      (row) => (row?.due_at ?? 0) > before + 13 * HOUR_MS && row?.tries === 1 && row.letter === null,
    );
    server.is('takes');
    clock.leap(2 * 60_000);
    const count: number = server.received.length + 1;
    assert.match((await server.nth(count)).mail.text ?? '', /first|next/, tried ?? '');
    await place.untilListed(false);
    await place.says('next');
  }
});

test('the server breaks off after the last byte: the letter goes again under the same Message-ID, unless it was read', async () => {
  await using place = await office();
  const { server, clock } = place;
  await place.wants({ afterMinutes: 60 });
  server.is('forgets');
  await place.says('once or twice');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  const first = await server.nth(1);
  await place.untilListed((row) => row?.tries === 1 && row.letter !== null);
  server.is('takes');
  clock.leap(2 * 60_000);
  const second = await server.nth(2);
  assert.equal(second.mail.messageId, first.mail.messageId);
  assert.equal(second.mail.html, first.mail.html);
  await place.untilListed(false);

  server.is('forgets');
  await place.says('read meanwhile');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  await server.nth(3);
  await place.untilListed((row) => row?.tries === 1 && row.letter !== null);
  await place.reads(2);
  clock.leap(2 * 60_000);
  await place.untilListed(false);
  assert.equal(server.received.length, 3);
});

test('a server that is silent holds nobody up: stopping ends the waiting, and the letter is written anew later', async () => {
  const place = await office();
  const { server, clock } = place;
  await place.wants({ afterMinutes: 60 });
  server.is('silent');
  await place.says('hello');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  await server.refusals(1);
  const startedAt = performance.now();
  await place[Symbol.asyncDispose]();
  assert.ok(performance.now() - startedAt < 8_000, 'less than the first step may take');
});

test('the link at the end of a mail asks first, then ends the mail; a forged one does nothing', async () => {
  await using place = await office();
  const { server, clock, bus } = place;
  await place.wants({ afterMinutes: 60, language: 'de' });
  await place.says('hello');
  await place.untilListed();
  clock.leap(HOUR_MS + 1_000);
  const letter = await server.nth(1);
  assert.equal(letter.mail.subject, 'Eine ungelesene Nachricht von alice Example');
  const [, token = ''] = /token=([^>]+)>/.exec(letter.header('list-unsubscribe') ?? '') ?? [];
  const asked = granted(await bus.call(contract.stopMail, { token, stop: false }));
  assert.match(asked.page, /Keine Mail mehr senden/);
  assert.equal((await place.settings()).settings.mail.afterMinutes, 60);
  const forged = await bus.call(contract.stopMail, { token: `${token.slice(0, -4)}AAAA`, stop: true });
  assert.equal(forged.ok ? '' : forged.fault.code, 'ALERTS_NO_SUCH_LINK');
  granted(await bus.call(contract.stopMail, { token, stop: true }));
  assert.equal((await place.settings()).settings.mail.afterMinutes, null);
});
