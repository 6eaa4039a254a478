import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest } from '../build-message.ts';
import type { SipRequest } from '../message.ts';
import { cancelOf } from './cancel.ts';
import {
  acknowledgeInDialog,
  confirmUacDialog,
  createUacDialog,
  createUasDialog,
  type Dialog,
  receiveSequence,
  refreshTarget,
  requestInDialog,
} from './dialog.ts';
import { dialogKeyOfRequest, dialogKeyOfResponse, keyOfDialog } from './dialog-key.ts';
import { repairStrictRoute } from './strict-route.ts';
import { answered, inDialog, requestWith } from './testing/call.ts';

const UAS = { localTag: 'b1', localContact: 'sip:bob@192.0.2.2', state: 'confirmed' } as const;
const ROUTES = '<sip:p1.example.com;lr>, <sip:p2.example.com;lr;x=1>';

function uas(changes: Readonly<Record<string, string>> = {}): Dialog {
  const made = createUasDialog(requestWith(changes), UAS);
  assert.ok(made.ok);
  return made.dialog;
}

function uac(status: number, changes: Readonly<Record<string, string>> = {}): Dialog {
  const made = createUacDialog(requestWith(), answered(requestWith(), status, changes));
  assert.ok(made.ok);
  return made.dialog;
}

test('RFC 3261 §12.1.1: the dialog of a UAS takes every part from the request', () => {
  assert.deepEqual(uas({ 'Record-Route': ROUTES }), {
    state: 'confirmed',
    role: 'uas',
    callId: 'c1',
    localTag: 'b1',
    remoteTag: 'a1',
    localParty: '<sip:bob@example.com>;tag=b1',
    remoteParty: '<sip:alice@example.com>;tag=a1',
    localContact: 'sip:bob@192.0.2.2',
    remoteTarget: 'sip:alice@192.0.2.1',
    routeSet: ['<sip:p1.example.com;lr>', '<sip:p2.example.com;lr;x=1>'],
    secure: false,
    localSequence: undefined,
    remoteSequence: 10,
  });
});

test('RFC 3261 §12.1.2: the dialog of a UAC takes its parts from the response, the route set in reverse order', () => {
  assert.deepEqual(uac(180, { 'Record-Route': ROUTES }), {
    state: 'early',
    role: 'uac',
    callId: 'c1',
    localTag: 'a1',
    remoteTag: 'b1',
    localParty: '<sip:alice@example.com>;tag=a1',
    remoteParty: '<sip:bob@example.com>;tag=b1',
    localContact: 'sip:alice@192.0.2.1',
    remoteTarget: 'sip:b1@192.0.2.2',
    routeSet: ['<sip:p2.example.com;lr;x=1>', '<sip:p1.example.com;lr>'],
    secure: false,
    localSequence: 10,
    remoteSequence: undefined,
  });
});

test('RFC 3261 §12.1.1: secure where the request came over TLS to a sips URI', () => {
  const invite = requestWith({}, { uri: 'sips:bob@example.com' });
  for (const [request, overTls, secure] of [
    [invite, true, true],
    [invite, false, false],
    [requestWith(), true, false],
  ] as const) {
    const made = createUasDialog(request, { ...UAS, overTls });
    assert.equal(made.ok && made.dialog.secure, secure);
  }
});

test('RFC 3261 §12.1.1: a missing From tag is the empty tag of a peer from before tags', () => {
  assert.equal(uas({ From: '<sip:alice@example.com>' }).remoteTag, '');
});

for (const [name, changes, status] of [
  ['without Contact', { Contact: '' }, 400],
  ['with two Contacts', { Contact: '<sip:a@192.0.2.1>, <sip:a@192.0.2.2>' }, 400],
  ['with a Contact that is no SIP URI', { Contact: '<mailto:a@example.com>' }, 400],
  ['without Call-ID', { 'Call-ID': '' }, 400],
  ['without CSeq', { CSeq: '' }, 400],
  ['with From that cannot be read', { From: '<sip:alice' }, 400],
  ['with Record-Route that cannot be read', { 'Record-Route': 'sip:p1' }, 400],
] as const) {
  test(`RFC 3261 §12.1.1: an INVITE ${name} makes no dialog and is refused with ${status}`, () => {
    const made = createUasDialog(requestWith(changes), UAS);
    assert.equal(made.ok ? 200 : made.status, status);
  });
}

for (const [status, makes] of [
  [100, false],
  [180, true],
  [200, true],
  [302, false],
  [486, false],
] as const) {
  test(`RFC 3261 §12.1: ${status} makes ${makes ? 'a' : 'no'} dialog`, () => {
    assert.equal(createUacDialog(requestWith(), answered(requestWith(), status)).ok, makes);
  });
}

test('RFC 3261 §12: both ends find the dialog by the tags of any message in it', () => {
  const invite = requestWith();
  const response = answered(invite, 200);
  assert.equal(dialogKeyOfRequest(invite), undefined);
  assert.equal(dialogKeyOfResponse(answered(invite, 100)), undefined);
  assert.equal(dialogKeyOfResponse(response), keyOfDialog(uac(200)));
  assert.equal(dialogKeyOfRequest(inDialog('BYE', 11)), keyOfDialog(uas()));
  assert.notEqual(dialogKeyOfRequest(inDialog('BYE', 11, { 'Call-ID': 'c2' })), keyOfDialog(uas()));
});

test('RFC 3261 §12.2.1.1: a request in the dialog', () => {
  const { dialog, request } = requestInDialog(uac(200, { 'Record-Route': ROUTES }), 'UPDATE');
  assert.equal(request.uri, 'sip:b1@192.0.2.2');
  assert.deepEqual(
    [...request.headers.entries()],
    [
      ['Max-Forwards', '70'],
      ['Route', '<sip:p2.example.com;lr;x=1>'],
      ['Route', '<sip:p1.example.com;lr>'],
      ['From', '<sip:alice@example.com>;tag=a1'],
      ['To', '<sip:bob@example.com>;tag=b1'],
      ['Call-ID', 'c1'],
      ['CSeq', '11 UPDATE'],
      ['Contact', '<sip:alice@192.0.2.1>'],
    ],
  );
  assert.equal(requestInDialog(dialog, 'BYE').request.headers.get('CSeq'), '12 BYE');
  assert.equal(requestInDialog(dialog, 'BYE').request.headers.has('Contact'), false);
});

test('RFC 3261 §12.2.1.1: a UAS chooses the number of its first request', () => {
  assert.equal(requestInDialog(uas(), 'BYE').request.headers.get('CSeq'), '1 BYE');
  const chosen = requestInDialog(uas(), 'BYE', { firstSequence: 700 });
  assert.equal(chosen.request.headers.get('CSeq'), '700 BYE');
});

test('RFC 3261 §12.2.1.1: a strict first router becomes the Request-URI without what may not stand there', () => {
  const dialog = uas({
    'Record-Route': '<sip:s.example.com;method=INVITE;x=1?Subject=hi>, <sip:p2.example.com;lr>',
  });
  const { request } = requestInDialog(dialog, 'BYE');
  assert.equal(request.uri, 'sip:s.example.com;x=1');
  assert.deepEqual(request.headers.getAll('Route'), ['<sip:p2.example.com;lr>', '<sip:alice@192.0.2.1>']);
});

test('RFC 3261 §16.4, §16.12.1.2: what a strict router did is undone', () => {
  const ours = (uri: string) => uri === 'sip:b2bua.example.com;lr';
  const strict = createRequest({
    method: 'BYE',
    uri: 'sip:b2bua.example.com;lr',
    headers: [
      ['Route', '<sip:p2.example.com;lr>'],
      ['Route', '<sip:alice@192.0.2.1>'],
    ],
  });
  const repaired = repairStrictRoute(strict, ours);
  assert.equal(repaired.uri, 'sip:alice@192.0.2.1');
  assert.deepEqual(repaired.headers.getAll('Route'), ['<sip:p2.example.com;lr>']);
  assert.equal(strict.uri, 'sip:b2bua.example.com;lr');
  assert.equal(repairStrictRoute(requestWith(), ours).uri, 'sip:bob@example.com');
  const bare = createRequest({ method: 'BYE', uri: 'sip:b2bua.example.com;lr' });
  assert.equal(repairStrictRoute(bare, ours), bare);
});

test('RFC 3261 §13.2.2.4: the 2xx confirms an early dialog and computes route set and target anew', () => {
  const ok = answered(requestWith(), 200, {
    'Record-Route': '<sip:p9.example.com;lr>, <sip:p8.example.com;lr>',
    Contact: '<sip:new@192.0.2.3>',
  });
  const confirmed = confirmUacDialog(uac(180, { 'Record-Route': ROUTES }), ok);
  assert.equal(confirmed.state, 'confirmed');
  assert.equal(confirmed.remoteTarget, 'sip:new@192.0.2.3');
  assert.deepEqual(confirmed.routeSet, ['<sip:p8.example.com;lr>', '<sip:p9.example.com;lr>']);
  assert.deepEqual(confirmUacDialog(confirmed, answered(requestWith(), 200)), confirmed);
});

test('RFC 3261 §13.2.2.4: the ACK of a 2xx has the number of its INVITE and the route of the dialog', () => {
  const ack = acknowledgeInDialog(uac(200, { 'Record-Route': '<sip:p1.example.com;lr>' }), 10);
  assert.equal(ack.uri, 'sip:b1@192.0.2.2');
  assert.equal(ack.headers.get('CSeq'), '10 ACK');
  assert.equal(ack.headers.get('Route'), '<sip:p1.example.com;lr>');
  assert.equal(ack.headers.has('Contact'), false);
});

for (const [sequence, status] of [
  ['9 INFO', 500],
  ['10 INFO', 500],
  ['11 INFO', 200],
  ['4000 INFO', 200],
  ['x INFO', 400],
] as const) {
  test(`RFC 3261 §12.2.2: CSeq ${sequence} after 10 is answered ${status}`, () => {
    const outcome = receiveSequence(uas(), inDialog('INFO', 1, { CSeq: sequence }));
    assert.equal(outcome.ok ? 200 : outcome.status, status);
    if (outcome.ok) assert.equal(outcome.dialog.remoteSequence, Number.parseInt(sequence, 10));
  });
}

test('RFC 3261 §12.2.2: gaps in the numbers are no fault, and any number may be the first', () => {
  const outcome = receiveSequence(uac(200), inDialog('INFO', 2 ** 31 - 1));
  assert.ok(outcome.ok);
  assert.equal(outcome.dialog.remoteSequence, 2 ** 31 - 1);
});

for (const [contact, target] of [
  ['<sip:alice@192.0.2.9;transport=tcp>', 'sip:alice@192.0.2.9;transport=tcp'],
  ['', 'sip:alice@192.0.2.1'],
  ['<tel:+1555>', 'sip:alice@192.0.2.1'],
] as const) {
  test(`RFC 3261 §12.2.2: Contact ${contact || 'absent'} makes the target ${target}`, () => {
    const request: SipRequest = inDialog('INVITE', 11, { Contact: contact });
    assert.equal(refreshTarget(uas(), request.headers).remoteTarget, target);
  });
}

test('RFC 3261 §9.1: CANCEL is the INVITE by URI, Call-ID, From, To, CSeq number, Via and Route', () => {
  const invite = requestWith({
    Via: 'SIP/2.0/UDP a.example.com;branch=z9hG4bK1',
    Route: '<sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
  });
  const cancel = cancelOf(invite);
  assert.equal(cancel.uri, invite.uri);
  for (const name of ['Call-ID', 'From', 'To']) {
    assert.equal(cancel.headers.get(name), invite.headers.get(name));
  }
  for (const name of ['Via', 'Route']) {
    assert.deepEqual(cancel.headers.getAll(name), invite.headers.getAll(name));
  }
  assert.equal(cancel.headers.get('CSeq'), '10 CANCEL');
  assert.equal(cancel.headers.has('Require'), false);
});
