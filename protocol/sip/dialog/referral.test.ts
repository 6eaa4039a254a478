import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Referral, readReferNotify, receiveRefer, referNotify } from './referral.ts';
import { inDialog } from './testing/call.ts';

const OPTIONS = { isFirst: true, expiresS: 60, now: 0 };

function referral(referTo: string, options = OPTIONS): Referral {
  const outcome = receiveRefer(inDialog('REFER', 11, { 'Refer-To': referTo }), options);
  assert.ok(outcome.ok);
  return outcome.referral;
}

for (const [referTo, status] of [
  ['<sip:carol@example.com>', 202],
  ['"Carol" <sips:carol@example.com;method=INVITE>', 202],
  ['', 400],
  ['<sip:carol', 400],
  ['<tel:+15550100>', 416],
] as const) {
  test(`RFC 3515 §2.4.2: Refer-To ${referTo || 'absent'} is answered ${status}`, () => {
    const outcome = receiveRefer(inDialog('REFER', 11, { 'Refer-To': referTo }), OPTIONS);
    assert.equal(outcome.ok ? 202 : outcome.status, status);
  });
}

test('RFC 3515 §2.4.2: more than one Refer-To is a 400', () => {
  const refer = inDialog('REFER', 11, { 'Refer-To': '<sip:carol@example.com>' });
  refer.headers.append('Refer-To', '<sip:dave@example.com>');
  const outcome = receiveRefer(refer, OPTIONS);
  assert.equal(outcome.ok ? 202 : outcome.status, 400);
});

test('RFC 3891 §7.1: the target without method and header fields, which are what the new request takes along', () => {
  const carol = referral(
    '<sip:carol@example.com;transport=tcp;method=INVITE?Replaces=c9%3Bto-tag%3Dx%3Bfrom-tag%3Dy&From=eve&Subject=a%0D%0AVia:b>',
  );
  assert.equal(carol.target, 'sip:carol@example.com;transport=tcp');
  assert.equal(carol.method, 'INVITE');
  assert.deepEqual(carol.headers, [['Replaces', 'c9;to-tag=x;from-tag=y']]);
});

test('RFC 3515 §2.4.4, §2.4.5, §2.4.7: NOTIFYs say how it goes; the last one ends the subscription', () => {
  const carol = referral('<sip:carol@example.com>');
  const trying = referNotify(carol, 100, 1000);
  assert.deepEqual(trying.headers, [
    ['Event', 'refer'],
    ['Subscription-State', 'active;expires=59'],
    ['Content-Type', 'message/sipfrag;version=2.0'],
  ]);
  assert.equal(new TextDecoder().decode(trying.body), 'SIP/2.0 100 Trying\r\n');
  const busy = referNotify(trying.referral, 486, 2000);
  assert.equal(new Map(busy.headers).get('Subscription-State'), 'terminated;reason=noresource');
  assert.equal(busy.referral.state, 'terminated');
  assert.equal(referNotify(carol, 180, 60_000).referral.state, 'terminated');
});

test('RFC 3515 §2.4.6: NOTIFYs of a second REFER in the dialog carry its CSeq number', () => {
  const carol = referral('<sip:carol@example.com>', { ...OPTIONS, isFirst: false });
  assert.equal(new Map(referNotify(carol, 100, 0).headers).get('Event'), 'refer;id=11');
});

for (const [name, fields, body, progress] of [
  [
    'progress',
    { Event: 'refer', 'Subscription-State': 'active;expires=30' },
    'SIP/2.0 180 Ringing',
    { status: 180, eventId: undefined, isOver: false },
  ],
  [
    'the end',
    { Event: 'refer;id=7', 'Subscription-State': 'terminated;reason=noresource' },
    'SIP/2.0 200 OK\r\nContact: <sip:carol@192.0.2.4>\r\n',
    { status: 200, eventId: '7', isOver: true },
  ],
  [
    'a body that says nothing',
    { Event: 'refer', 'Subscription-State': 'terminated' },
    'hello',
    { status: undefined, eventId: undefined, isOver: true },
  ],
  ['another package', { Event: 'presence', 'Subscription-State': 'active' }, '', undefined],
] as const) {
  test(`RFC 3515 §2.4.5: a NOTIFY with ${name}`, () => {
    const notify = inDialog(
      'NOTIFY',
      12,
      { ...fields, 'Content-Type': 'message/sipfrag' },
      new TextEncoder().encode(body),
    );
    assert.deepEqual(readReferNotify(notify), progress);
  });
}
