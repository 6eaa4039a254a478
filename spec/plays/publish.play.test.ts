// A phone says how its person is (RFC 3903 §4): what it publishes is seen, renewed, and gone when it is taken back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Activity, buildPidf } from '@parley/protocol/presence';
import type { Phone } from '../cast/phone.ts';
import { onEveryTopology } from '../cast/stage.ts';

function publish(
  phone: Phone,
  address: string,
  fields: { body?: Activity | 'closed'; ifMatch?: string; expiresS?: number },
) {
  const { body, ifMatch, expiresS = 600 } = fields;
  const document = buildPidf({
    entity: `sip:${address}`,
    tuples: [{ id: 'phone', basic: body === 'closed' ? 'closed' : 'open' }],
    activities: body === undefined || body === 'closed' ? [] : [body],
  });
  return phone.request(
    'PUBLISH',
    `sip:${address}`,
    address,
    [
      ['Event', 'presence'],
      ['Expires', String(expiresS)],
      ...(ifMatch === undefined ? [] : [['SIP-If-Match', ifMatch] as const]),
      ...(body === undefined ? [] : [['Content-Type', 'application/pidf+xml'] as const]),
    ],
    body === undefined ? undefined : new TextEncoder().encode(document),
  );
}

onEveryTopology((stage) => {
  test('bob talks on his phone: alice sees him Busy, and Available when the phone takes it back', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    await browser.command('contact.put', { contactIds: [bob.userId], change: {} });
    const phone = await stage().phone(bob, { frontEnd: 1 });
    await browser.sees(bob.userId, 'available');

    const first = await publish(phone, bob.address, { body: 'on-the-phone' });
    assert.equal(first.status, 200);
    await browser.sees(bob.userId, 'busy');

    const renewed = await publish(phone, bob.address, { ifMatch: first.headers.get('SIP-ETag') ?? '' });
    assert.equal(renewed.status, 200);
    assert.notEqual(renewed.headers.get('SIP-ETag'), first.headers.get('SIP-ETag'));
    const stale = await publish(phone, bob.address, {
      ifMatch: first.headers.get('SIP-ETag') ?? '',
      body: 'away',
    });
    assert.equal(stale.status, 412);

    const removed = await publish(phone, bob.address, {
      ifMatch: renewed.headers.get('SIP-ETag') ?? '',
      expiresS: 0,
    });
    assert.equal(removed.status, 200);
    await browser.sees(bob.userId, 'available');
  });

  test('a phone publishes only its own person, in a document that can be read, for longer than a minute', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const phone = await stage().phone(bob);
    assert.equal((await publish(phone, alice.address, { body: 'away' })).status, 403);
    assert.equal((await publish(phone, bob.address, {})).status, 400);
    const brief = await publish(phone, bob.address, { body: 'away', expiresS: 5 });
    assert.deepEqual([brief.status, brief.headers.get('Min-Expires')], [423, '60']);
    const other = await phone.request('PUBLISH', `sip:${bob.address}`, bob.address, [['Event', 'dialog']]);
    assert.deepEqual([other.status, other.headers.get('Allow-Events')], [489, 'presence']);
  });
});
