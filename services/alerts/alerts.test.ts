import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { defaultConfig } from '@parley/platform/host';
import { leapingClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import { signInEnded } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { markRead, openConversation, sendMessage } from '../im/contract.ts';
import { imService } from '../im/service.ts';
import { policyService } from '../policy/service.ts';
import { publish, setAccess, setState } from '../presence/contract.ts';
import { presenceService } from '../presence/service.ts';
import { registrarService } from '../registrar/service.ts';
import { testProcess } from '../testing.ts';
import { noPhones } from '../web-access/testing.ts';
import * as contract from './contract.ts';
import { alertsService } from './service.ts';
import { claimsOf, newReceiver, openPushService, type Pushed, type Receiver } from './testing.ts';

function granted<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.fault.code}: ${outcome.fault.sentence}`);
  return outcome.value;
}

const { alerts } = defaultConfig({ hostName: '', homeDirectory: '', isRoot: true, environment: {} });

async function office(delayS = alerts.delayS) {
  const service = await openPushService();
  const clock = leapingClock();
  const server = await testProcess({
    clock,
    sip: noPhones,
    log: silentLog,
    config: { alerts: { delayS, pushServices: [service.origin] } },
  });
  await server.start(
    identityService,
    authenticationService,
    registrarService,
    presenceService,
    policyService,
    imService,
    alertsService,
  );
  const { bus } = server;
  const hire = async (name: string) =>
    granted(await bus.call(createUser, { address: `${name}@parley.test`, name: `${name} Example` })).userId;
  const [alice, bob] = [await hire('alice'), await hire('bob')];
  const { conversationId } = granted(
    await bus.call(openConversation, { userId: alice, participantIds: [bob] }),
  );
  let sent = 0;
  return {
    bus,
    clock,
    service,
    alice,
    bob,
    hire,
    conversationId,
    async subscribes(signInId = 'browser', receiver: Receiver = newReceiver()) {
      const endpoint = `${service.origin}/${signInId}`;
      const subscription = { endpoint, ...receiver.keys, canClose: true };
      granted(await bus.call(contract.subscribe, { userId: bob, signInId, subscription }));
      return { receiver, endpoint };
    },
    async says(text: string) {
      const clientId = `c${++sent}`;
      return granted(await bus.call(sendMessage, { senderId: alice, conversationId, text, clientId }));
    },
    reads: async (seq: number) => granted(await bus.call(markRead, { userId: bob, conversationId, seq })),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

const opened = (receiver: Receiver, { body }: Pushed) => JSON.parse(receiver.decrypt(body));

test('bob is nowhere: his browser is pushed the last message of the burst, signed and sealed, and told when it is read', async () => {
  await using place = await office();
  const { receiver } = await place.subscribes();
  await place.says('are you');
  await place.says('there?');
  place.clock.leap(3_000);
  const first = await place.service.nth(1);
  assert.deepEqual(opened(receiver, first), {
    type: 'message',
    conversationId: place.conversationId,
    seq: 2,
    title: 'alice Example',
    body: 'there?',
    unread: 2,
  });
  const { aud, exp, sub } = claimsOf(first);
  assert.equal(aud, place.service.origin);
  assert.equal(sub, 'mailto:postmaster@parley.test');
  // RFC 8292 §2: not more than 24 hours ahead.
  assert.ok(exp * 1000 > place.clock.wallNow() && exp * 1000 <= place.clock.wallNow() + 86_400_000);

  await place.reads(2);
  const second = await place.service.nth(2);
  assert.deepEqual(opened(receiver, second), { type: 'read', conversationId: place.conversationId, seq: 2 });
  assert.equal(second.headers['topic'], first.headers['topic'], 'one takes the place of the other');
});

test('bob at a window has the delay to read it there; what he has read is not pushed', async () => {
  await using place = await office();
  await place.subscribes();
  const window = { userId: place.bob, endpointId: 'w', kind: 'browser', state: 'available' } as const;
  granted(await place.bus.call(publish, { ...window, expiresS: 86_400 }));
  await place.says('read in time');
  await place.reads(1);
  await place.says('not read');
  place.clock.leap(alerts.delayS * 1000 + 500);
  await place.service.nth(1);
  assert.equal(place.service.pushed.length, 1);
});

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

test('under Do not disturb only the team is heard; what waited from others is not pushed', async () => {
  await using place = await office();
  const { bus, bob } = place;
  const { receiver } = await place.subscribes();
  const window = { userId: bob, endpointId: 'w', kind: 'browser', state: 'available' } as const;
  granted(await bus.call(publish, { ...window, expiresS: 86_400 }));
  await place.says('from alice');
  granted(await bus.call(setState, { userId: bob, state: 'doNotDisturb' }));
  const carol = await place.hire('carol');
  const member = { kind: 'user', value: carol } as const;
  granted(await bus.call(setAccess, { userId: bob, member, level: 'team', version: 0 }));
  const { conversationId } = granted(
    await bus.call(openConversation, { userId: carol, participantIds: [bob] }),
  );
  const message = { senderId: carol, conversationId, clientId: 'c', text: 'from the team' };
  // The level that was given goes to all services in its own time.
  for (let isTaken = false; !isTaken; ) {
    const sent = await bus.call(sendMessage, message);
    isTaken = sent.ok;
    if (!sent.ok) assert.equal(sent.fault.code, 'IM_DO_NOT_DISTURB');
  }
  place.clock.leap(alerts.delayS * 1000 + 500);
  const push = opened(receiver, await place.service.nth(1));
  assert.deepEqual([push.title, push.body], ['carol Example', 'from the team']);
  assert.equal(place.service.pushed.length, 1);
});

test('in quiet hours nothing is pushed', async () => {
  await using place = await office(0);
  const { receiver } = await place.subscribes();
  const wants = async (quiet: contract.AlertSettings['quiet']) => {
    const settings = { ...contract.defaultSettings, quiet };
    granted(await place.bus.call(contract.putSettings, { userId: place.bob, settings }));
  };
  await wants({ fromMinute: 0, toMinute: 0, days: EVERY_DAY, timeZone: 'UTC' });
  await place.says('quiet hours');
  await wants(null);
  await place.says('now');
  const push = opened(receiver, await place.service.nth(1));
  assert.deepEqual([push.body, push.unread], ['now', 2]);
});

test('a push shows as little as its reader wants', async () => {
  await using place = await office(0);
  const { receiver } = await place.subscribes();
  for (const [index, [pushShows, shown]] of (
    [
      ['sender', ['alice Example', '']],
      ['nothing', ['', '']],
    ] as const
  ).entries()) {
    const settings = { ...contract.defaultSettings, pushShows };
    granted(await place.bus.call(contract.putSettings, { userId: place.bob, settings }));
    await place.says('secret');
    place.clock.leap(3_000);
    const push = await place.service.nth(index * 2 + 1);
    const { title, body } = opened(receiver, push);
    assert.deepEqual([title, body], shown);
    await place.reads(index + 1);
    await place.service.nth(index * 2 + 2);
  }
});

test('a browser that is gone is forgotten; a push service in trouble is asked again, and takes it once', async () => {
  await using place = await office(0);
  await place.subscribes('gone');
  const { receiver } = await place.subscribes('kept');
  place.service.answers(503);
  await place.says('hello');
  place.clock.leap(3_000);
  await place.service.nth(2);
  place.service.answers(201);
  for (let count = 3; place.service.pushed.length < 4; count++) {
    place.clock.leap(16_000);
    await place.service.nth(count);
  }
  assert.deepEqual(place.service.pushed.map(({ path }) => path).sort(), ['/gone', '/gone', '/kept', '/kept']);
  place.service.answers(410);
  await place.says('you are gone');
  place.clock.leap(3_000);
  await place.service.nth(6);
  const { receiver: other } = await place.subscribes('new');
  place.service.answers(201);
  await place.says('only to the new one');
  place.clock.leap(20_000);
  const last = await place.service.nth(7);
  assert.equal(last.path, '/new');
  assert.equal(opened(other, last).body, 'only to the new one');
  assert.throws(() => receiver.decrypt(last.body), 'each browser has a key of its own');
});

test('signing out ends the subscription; eleven browsers are ten', async () => {
  await using place = await office(0);
  for (let index = 0; index < 11; index++) {
    await place.subscribes(`b${index}`);
    place.clock.leap(1_000);
  }
  await place.bus.publish(signInEnded, { userId: place.bob, signInId: 'b10' });
  await place.says('hello');
  place.clock.leap(3_000);
  await place.service.nth(9);
  assert.deepEqual(
    new Set(place.service.pushed.map(({ path }) => path)),
    new Set([1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => `/b${index}`)),
  );
});

test('snoozed: the alert comes again at its time, unless it was read', async () => {
  await using place = await office(0);
  const raised: number[] = [];
  const again = Promise.withResolvers<void>();
  await using _listening = await place.bus.subscribe(contract.alertRaised, ({ seq }) => {
    raised.push(seq);
    again.resolve();
  });
  const other = granted(
    await place.bus.call(openConversation, { userId: place.bob, participantIds: [place.bob] }),
  );
  await place.says('later');
  const snooze = { userId: place.bob, seq: 1, snoozeS: 900 };
  granted(await place.bus.call(contract.dismiss, { ...snooze, conversationId: place.conversationId }));
  granted(await place.bus.call(contract.dismiss, { ...snooze, conversationId: other.conversationId }));
  place.clock.leap(901_000);
  await again.promise;
  assert.deepEqual(raised, [1]);
});

test('bad input: an inner address, a key that is none, a time zone that is none', async () => {
  await using place = await office();
  const { keys } = newReceiver();
  const ask = async (endpoint: string, p256dh = keys.p256dh) => {
    const subscription = { endpoint, ...keys, p256dh, canClose: true };
    const given = { userId: place.bob, signInId: 's', subscription };
    const outcome = await place.bus.call(contract.subscribe, given);
    return outcome.ok ? 'taken' : outcome.fault.code;
  };
  assert.equal(await ask('https://169.254.169.254/latest/meta-data'), 'ALERTS_PUSH_REFUSED');
  assert.equal(await ask(`${place.service.origin}/x`, 'A'.repeat(87)), 'ALERTS_BAD_SUBSCRIPTION');
  const quiet = { fromMinute: 0, toMinute: 1, days: [1], timeZone: 'Middle/Earth' };
  const settings = { ...contract.defaultSettings, quiet };
  const refused = await place.bus.call(contract.putSettings, { userId: place.bob, settings });
  assert.equal(refused.ok ? '' : refused.fault.code, 'ALERTS_UNKNOWN_TIME_ZONE');
});
