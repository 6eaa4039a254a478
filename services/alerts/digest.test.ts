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
import { publish, setState } from '../presence/contract.ts';
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
