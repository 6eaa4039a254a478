import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, responseTo } from '../build-message.ts';
import { createHeaderFields } from '../header-list.ts';
import type { SipRequest } from '../message.ts';
import { grantedExpires } from './expires.ts';
import {
  acceptHeaders,
  activate,
  createSubscription,
  isExpired,
  notifyAnswered,
  notifyRequest,
  refreshSubscription,
  type Subscription,
  subscriptionKey,
  terminate,
} from './subscription.ts';

const BASE: Readonly<Record<string, string>> = {
  From: '"Alice" <sip:alice@example.com>;tag=a1',
  To: '<sip:bob@example.com>',
  'Call-ID': 'c1',
  CSeq: '17 SUBSCRIBE',
  Contact: '<sip:alice@192.0.2.7:5070>',
  Event: 'presence',
};

/** An empty text takes a field away. */
function subscribe(
  changes: Readonly<Record<string, string>> = {},
  routes: readonly string[] = [],
): SipRequest {
  const headers = Object.entries({ ...BASE, ...changes }).filter(([, value]) => value !== '');
  const recorded = routes.map((route): [string, string] => ['Record-Route', route]);
  return createRequest({
    method: 'SUBSCRIBE',
    uri: 'sip:bob@example.com',
    headers: [...headers, ...recorded],
  });
}

const OPTIONS = { localContact: 'sip:198.51.100.1:5060', toTag: 'b1', expiresS: 600, now: 1000 };

function created(
  request = subscribe(),
  options: Partial<Parameters<typeof createSubscription>[1]> = {},
): Subscription {
  const outcome = createSubscription(request, { ...OPTIONS, ...options });
  assert.ok(outcome.ok);
  return outcome.subscription;
}

test('RFC 6665 §4.2.2: NOTIFY goes to the remote target in the dialog of the SUBSCRIBE, CSeq counting from 1', () => {
  const body = new TextEncoder().encode('<presence/>');
  const first = notifyRequest(created(), { contentType: 'application/pidf+xml', body, now: 2000 });
  const { request } = first;
  assert.equal(request.method, 'NOTIFY');
  assert.equal(request.uri, 'sip:alice@192.0.2.7:5070');
  assert.equal(request.headers.get('From'), '<sip:bob@example.com>;tag=b1');
  assert.equal(request.headers.get('To'), '"Alice" <sip:alice@example.com>;tag=a1');
  assert.equal(request.headers.get('Call-ID'), 'c1');
  assert.equal(request.headers.get('CSeq'), '1 NOTIFY');
  assert.equal(request.headers.get('Event'), 'presence');
  assert.equal(request.headers.get('Contact'), '<sip:198.51.100.1:5060>');
  assert.equal(request.headers.get('Subscription-State'), 'active;expires=599');
  assert.equal(request.headers.get('Content-Type'), 'application/pidf+xml');
  assert.deepEqual(request.body, body);
  const second = notifyRequest(first.subscription, { now: 2000 });
  assert.equal(second.request.headers.get('CSeq'), '2 NOTIFY');
  assert.equal(second.request.headers.has('Content-Type'), false);
});

test('RFC 3261 §12.1.1: Record-Route becomes the route set and is copied into the 200', () => {
  const routes = ['<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>'];
  const subscription = created(subscribe({}, routes));
  const { request } = notifyRequest(subscription, { now: 1000 });
  assert.deepEqual(request.headers.getAll('Route'), routes);
  assert.equal(request.uri, 'sip:alice@192.0.2.7:5070');
  assert.deepEqual(acceptHeaders(subscription, 1000), [
    ['Record-Route', '<sip:p2.example.com;lr>'],
    ['Record-Route', '<sip:p1.example.com;lr>'],
    ['Contact', '<sip:198.51.100.1:5060>'],
    ['Expires', '600'],
  ]);
});

test('RFC 3261 §12.2.1.1: a strict router becomes the Request-URI and the target the last Route', () => {
  const subscription = created(subscribe({}, ['<sip:strict.example.com>', '<sip:p1.example.com;lr>']));
  const { request } = notifyRequest(subscription, { now: 1000 });
  assert.equal(request.uri, 'sip:strict.example.com');
  assert.deepEqual(request.headers.getAll('Route'), [
    '<sip:p1.example.com;lr>',
    '<sip:alice@192.0.2.7:5070>',
  ]);
});

test('RFC 6665 §4.4.3: a fetch gets one NOTIFY that says terminated', () => {
  const subscription = created(subscribe({ Expires: '0' }), { expiresS: 0 });
  assert.equal(isExpired(subscription, 1000), true);
  const { request } = notifyRequest(subscription, { now: 1000 });
  assert.equal(request.headers.get('Subscription-State'), 'terminated;reason=timeout');
});

test('RFC 6665 §4.2.1.4: a refresh prolongs, moves the target and is found by its dialog and event', () => {
  const subscription = created();
  const request = subscribe({
    To: '<sip:bob@example.com>;tag=b1',
    CSeq: '18 SUBSCRIBE',
    Contact: '<sip:alice@192.0.2.9>',
  });
  assert.equal(subscriptionKey(request), subscription.key);
  const outcome = refreshSubscription(subscription, request, { expiresS: 300, now: 500_000 });
  assert.ok(outcome.ok);
  assert.equal(outcome.subscription.remoteTarget, 'sip:alice@192.0.2.9');
  assert.equal(isExpired(outcome.subscription, 799_999), false);
  assert.equal(isExpired(outcome.subscription, 800_000), true);
});

test('RFC 6665 §8.2.1: the id of Event tells two subscriptions of one dialog apart and is in the NOTIFY', () => {
  const subscription = created(subscribe({ Event: 'presence;id=7' }));
  const inDialog = { To: '<sip:bob@example.com>;tag=b1' };
  assert.equal(subscriptionKey(subscribe({ ...inDialog, Event: 'presence;id=7' })), subscription.key);
  assert.notEqual(subscriptionKey(subscribe({ ...inDialog, Event: 'presence' })), subscription.key);
  assert.equal(notifyRequest(subscription, { now: 0 }).request.headers.get('Event'), 'presence;id=7');
});

test('a SUBSCRIBE without a To tag starts a subscription and is in none', () => {
  assert.equal(subscriptionKey(subscribe()), undefined);
});

test('RFC 6665 §4.4.1: unsubscribing leaves one NOTIFY that says terminated', () => {
  const request = subscribe({ To: '<sip:bob@example.com>;tag=b1', CSeq: '18 SUBSCRIBE', Expires: '0' });
  const outcome = refreshSubscription(created(), request, { expiresS: 0, now: 5000 });
  assert.ok(outcome.ok);
  const { request: notify } = notifyRequest(outcome.subscription, { now: 5000 });
  assert.equal(notify.headers.get('Subscription-State'), 'terminated;reason=timeout');
});

for (const [name, changes, status] of [
  ['RFC 3261 §12.2.2: a refresh with the same CSeq is refused', { CSeq: '17 SUBSCRIBE' }, 500],
  ['RFC 3261 §12.2.2: a refresh with a lower CSeq is refused', { CSeq: '3 SUBSCRIBE' }, 500],
  [
    'a refresh with a Contact that is no SIP URI is refused',
    { CSeq: '18 SUBSCRIBE', Contact: '<mailto:a@b>' },
    400,
  ],
] as const) {
  test(name, () => {
    const outcome = refreshSubscription(created(), subscribe(changes), { expiresS: 300, now: 2000 });
    assert.equal(outcome.ok ? 200 : outcome.status, status);
  });
}

test('RFC 6665 §4.2.1.4: a refresh after the end is answered 481', () => {
  const request = subscribe({ CSeq: '18 SUBSCRIBE' });
  const late = refreshSubscription(created(), request, { expiresS: 300, now: 601_000 });
  assert.equal(late.ok ? 200 : late.status, 481);
  const ended = refreshSubscription(terminate(created(), 'noresource'), request, {
    expiresS: 300,
    now: 2000,
  });
  assert.equal(ended.ok ? 200 : ended.status, 481);
});

for (const [name, changes, status] of [
  ['without Event', { Event: '' }, 489],
  ['with an Event that cannot be read', { Event: ';id=1' }, 489],
  ['without Contact', { Contact: '' }, 400],
  ['with two Contacts', { Contact: '<sip:a@192.0.2.1>, <sip:a@192.0.2.2>' }, 400],
  ['without a From tag', { From: '<sip:alice@example.com>' }, 400],
  ['without CSeq', { CSeq: '' }, 400],
] as const) {
  test(`a SUBSCRIBE ${name} is refused with ${status}`, () => {
    const outcome = createSubscription(subscribe(changes), OPTIONS);
    assert.equal(outcome.ok ? 200 : outcome.status, status);
  });
}

test('RFC 6665 §4.1.3: pending until activated, then active; termination carries its reason and retry-after', () => {
  const pending = created(undefined, { state: 'pending' });
  const state = (subscription: Subscription) =>
    notifyRequest(subscription, { now: 1000 }).request.headers.get('Subscription-State');
  assert.equal(state(pending), 'pending;expires=600');
  assert.equal(state(activate(pending)), 'active;expires=600');
  assert.equal(state(terminate(pending, 'rejected')), 'terminated;reason=rejected');
  assert.equal(state(terminate(pending, 'probation', 30)), 'terminated;reason=probation;retry-after=30');
});

test('RFC 6665 §4.2.2: a failed NOTIFY removes the subscription, unless the answer says when to try again', () => {
  const { subscription, request } = notifyRequest(created(), { now: 1000 });
  const answered = (status: number, headers: [string, string][] = []) =>
    notifyAnswered(subscription, { kind: 'response', response: responseTo(request, status, { headers }) });
  assert.equal(answered(200), subscription);
  assert.equal(answered(481), undefined);
  assert.equal(answered(481, [['Retry-After', '5']]), undefined);
  assert.equal(answered(405), undefined);
  assert.equal(answered(503), undefined);
  assert.equal(answered(503, [['Retry-After', '5']]), subscription);
  assert.equal(notifyAnswered(subscription, { kind: 'failed' }), undefined);
});

const BOUNDS = { minS: 60, maxS: 3600, defaultS: 1800 };
for (const [asked, granted] of [
  [undefined, 1800],
  ['600', 600],
  ['0', 0],
  ['60', 60],
  ['59', 'Min-Expires 60'],
  ['86400', 3600],
  ['99999999999999', 3600],
  ['soon', 1800],
] as const) {
  test(`RFC 6665 §4.2.1.1: Expires ${asked ?? 'absent'} is granted ${granted}`, () => {
    const headers = createHeaderFields(asked === undefined ? [] : [['Expires', asked]]);
    const outcome = grantedExpires(headers, BOUNDS);
    assert.equal(outcome.ok ? outcome.expiresS : `Min-Expires ${outcome.minExpiresS}`, granted);
  });
}
