import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openServerSession } from './invite-server.ts';
import {
  answered,
  inDialog,
  OPTIONS,
  requestWith,
  SDP,
  sentRequest,
  sentResponse,
  spell,
  WITH_SDP,
} from './testing/call.ts';
import { called, ringing, schedule, talking } from './testing/ends.ts';

const OFFER = { 'Content-Type': 'application/sdp' };
const CAN_100REL = { Supported: '100rel' };
const EMPTY = new Uint8Array(0);

test('RFC 3261 §13.3.1.4: a 2xx is sent again from T1 up to T2 until 64*T1, then the call is ended with BYE', () => {
  const { bob, invite } = ringing();
  assert.equal(spell(bob.respond(invite, 200, WITH_SDP, 0)), 'respond 200 INVITE');
  const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
  assert.deepEqual(schedule(bob), [
    ...times.map((at) => `${at} respond 200 INVITE`),
    '32000 send BYE, ended failure no ACK',
  ]);
});

test('RFC 3261 §13.3.1.4: the ACK stops it, and only the ACK of that INVITE', () => {
  const { bob, invite } = ringing();
  bob.respond(invite, 200, WITH_SDP, 0);
  assert.equal(spell(bob.receiveRequest(inDialog('ACK', 9), 0)), '');
  assert.equal(spell(bob.receiveRequest(inDialog('ACK', 10), 0)), 'acknowledged');
  assert.equal(spell(bob.receiveRequest(inDialog('ACK', 10), 0)), '');
  assert.equal(bob.wakeAt, undefined);
});

test('RFC 3261 §12.1.1: 180 and 200 carry tag, Contact and Record-Route; the 200 Allow and Supported', () => {
  const { bob, invite } = ringing({ 'Record-Route': '<sip:p2;lr>, <sip:p1;lr>' });
  for (const status of [180, 200]) {
    const { headers } = sentResponse(bob.respond(invite, status, {}, 0));
    assert.deepEqual(headers.getAll('Record-Route'), ['<sip:p2;lr>', '<sip:p1;lr>']);
    assert.equal(headers.get('Contact'), '<sip:bob@192.0.2.2>');
    assert.equal(headers.get('To'), '<sip:bob@example.com>;tag=b1');
    assert.equal(headers.has('Allow'), status === 200);
  }
});

test('RFC 3261 §15.1.1: the callee hangs up before the ACK: the BYE waits for it', () => {
  const { bob, invite } = ringing();
  assert.equal(spell(bob.bye()), 'not now: invite pending');
  bob.respond(invite, 200, WITH_SDP, 0);
  assert.equal(spell(bob.bye()), '');
  assert.equal(spell(bob.receiveRequest(inDialog('ACK', 10), 0)), 'acknowledged, send BYE, ended us BYE');
  assert.equal(spell(bob.bye()), 'not now: over');
});

test('RFC 3261 §9.2: a CANCEL before the answer is a 487, one after it nothing', () => {
  const { bob, invite } = ringing();
  bob.respond(invite, 180, {}, 0);
  assert.equal(spell(bob.cancelled(0)), 'respond 487 INVITE, cancelled, ended them CANCEL');
  assert.equal(spell(bob.respond(invite, 200, {}, 0)), 'not now: over');
  assert.equal(spell(talking().cancelled(0)), '');
});

test('RFC 3261 §13.3.1.3: a refusal ends the early dialog', () => {
  const { bob, invite } = ringing();
  assert.equal(spell(bob.respond(invite, 486, {}, 0)), 'respond 486 INVITE, ended us 486');
  assert.equal(spell(bob.receiveRequest(inDialog('INFO', 11), 0)), 'respond 481 INFO');
});

for (const [name, changes, status, field, value] of [
  ['RFC 3261 §8.2.2.3: an unknown extension', { Require: 'x-magic, 100rel' }, 420, 'Unsupported', 'x-magic'],
  [
    'RFC 4028 §9: a session interval too small',
    { Supported: 'timer', 'Session-Expires': '60' },
    422,
    'Min-SE',
    '90',
  ],
  ['RFC 3261 §8.1.1.8: no Contact', { Contact: '' }, 400, 'To', '<sip:bob@example.com>;tag=b1'],
] as const) {
  test(`${name} refuses an INVITE with ${status}`, () => {
    const sessionTimer = { intervalS: 1800, minS: 90 };
    const options = { ...OPTIONS, sessionTimer, localTag: 'b1', localContact: 'sip:bob@192.0.2.2' };
    const opened = openServerSession(requestWith(changes), options);
    assert.ok(!opened.ok);
    assert.equal(opened.response.status, status);
    assert.equal(opened.response.headers.get(field), value);
  });
}

test('RFC 3262 §3: a reliable provisional is sent at T1, 2*T1, … and the INVITE refused after 64*T1 without PRACK', () => {
  const { bob, invite } = ringing({ Require: '100rel' });
  const { headers } = sentResponse(bob.respond(invite, 180, { reliable: false }, 0));
  assert.equal(headers.get('Require'), '100rel');
  assert.ok(Number(headers.get('RSeq')) >= 1);
  assert.deepEqual(schedule(bob), [
    ...[500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `${at} respond 180 INVITE`),
    '32000 respond 504 INVITE, ended us 504',
  ]);
});

test('RFC 3262 §3: the next reliable one waits for the PRACK of the one before and counts one up', () => {
  const { bob, invite } = ringing(CAN_100REL);
  const first = Number(sentResponse(bob.respond(invite, 180, {}, 0)).headers.get('RSeq'));
  assert.equal(spell(bob.respond(invite, 183, {}, 0)), '');
  for (const rack of [`${first + 1} 10 INVITE`, `${first} 11 INVITE`, `${first} 10 UPDATE`, 'x', '']) {
    const sequence = (bob.dialog.remoteSequence ?? 0) + 1;
    assert.equal(
      spell(bob.receiveRequest(inDialog('PRACK', sequence, { RAck: rack }), 0)),
      'respond 481 PRACK',
    );
  }
  const prack = inDialog('PRACK', 30, { RAck: `${first} 10 INVITE` });
  const outputs = bob.receiveRequest(prack, 0);
  assert.equal(spell(outputs), 'respond 200 PRACK, respond 183 INVITE');
  assert.equal(sentResponse(outputs.slice(1)).headers.get('RSeq'), String(first + 1));
  const again = inDialog('PRACK', 31, { RAck: `${first} 10 INVITE` });
  assert.equal(spell(bob.receiveRequest(again, 0)), 'respond 481 PRACK');
});

for (const [name, changes, wanted, isSentReliably] of [
  ['neither field', {}, true, false],
  ['Supported, and it is wanted', CAN_100REL, true, true],
  ['Supported, and it is not wanted', CAN_100REL, false, false],
  ['Require, and it is not wanted', { Require: '100rel' }, false, true],
] as const) {
  test(`RFC 3262 §3: 100rel in ${name}`, () => {
    const { bob, invite } = ringing(changes);
    const response = sentResponse(bob.respond(invite, 180, { reliable: wanted }, 0));
    assert.equal(response.headers.has('RSeq'), isSentReliably);
  });
}

test('RFC 3262 §3: a 2xx waits while a reliable provisional with a description is unacknowledged', () => {
  const { bob, invite } = ringing(CAN_100REL);
  const rseq = sentResponse(bob.respond(invite, 183, WITH_SDP, 0)).headers.get('RSeq');
  assert.equal(spell(bob.respond(invite, 200, {}, 0)), '');
  assert.equal(bob.dialog.state, 'early');
  const prack = inDialog('PRACK', 11, { RAck: `${rseq} 10 INVITE` });
  assert.equal(spell(bob.receiveRequest(prack, 0)), 'respond 200 PRACK, respond 200 INVITE');
  assert.equal(bob.dialog.state, 'confirmed');
});

test('RFC 3262 §3: that 2xx never goes out where the PRACK never comes', () => {
  const { bob, invite } = ringing(CAN_100REL);
  bob.respond(invite, 183, WITH_SDP, 0);
  bob.respond(invite, 200, {}, 0);
  assert.equal(schedule(bob).at(-1), '32000 respond 504 INVITE, ended us 504');
});

test('RFC 3262 §5: an offer in the provisional is answered by the PRACK, an offer in the PRACK by its 200', () => {
  const { bob, invite } = ringing(CAN_100REL, EMPTY);
  const rseq = Number(sentResponse(bob.respond(invite, 183, WITH_SDP, 0)).headers.get('RSeq'));
  const answer = inDialog('PRACK', 11, { RAck: `${rseq} 10 INVITE`, ...OFFER }, SDP);
  assert.equal(spell(bob.receiveRequest(answer, 0)), 'respond 200 PRACK');
  bob.respond(invite, 180, {}, 0);
  const offer = inDialog('PRACK', 12, { RAck: `${rseq + 1} 10 INVITE`, ...OFFER }, SDP);
  assert.equal(spell(bob.receiveRequest(offer, 0)), 'request PRACK');
  assert.equal(spell(bob.receiveRequest(inDialog('UPDATE', 13, OFFER, SDP), 0)), 'respond 500 UPDATE');
  assert.equal(spell(bob.respond(offer, 200, WITH_SDP, 0)), 'respond 200 PRACK');
  assert.equal(spell(bob.receiveRequest(inDialog('UPDATE', 14, OFFER, SDP), 0)), 'request UPDATE');
});

for (const [method, status, ends] of [
  ['INFO', 481, true],
  ['INFO', 408, true],
  ['INFO', 500, false],
  ['INVITE', 481, true],
  ['INVITE', 488, false],
  ['UPDATE', 408, true],
  ['NOTIFY', 481, false],
  ['REFER', 481, false],
] as const) {
  test(`RFC 3261 §12.2.1.2: ${status} to ${method} ${ends ? 'ends' : 'does not end'} the call`, () => {
    const alice = called();
    const outputs =
      method === 'INVITE' ? alice.invite() : method === 'UPDATE' ? alice.update() : alice.request(method);
    const result = spell(alice.receiveResponse(answered(sentRequest(outputs, method), status), 0));
    assert.equal(result, `response ${status} ${method}${ends ? `, send BYE, ended failure ${status}` : ''}`);
    assert.equal(alice.isOver, ends);
  });
}

test('RFC 3261 §15.1.2: BYE is answered, and what is open gets 487', () => {
  const bob = talking();
  bob.receiveRequest(inDialog('INVITE', 11, OFFER, SDP), 0);
  bob.receiveRequest(inDialog('INFO', 12), 0);
  assert.equal(
    spell(bob.receiveRequest(inDialog('BYE', 13), 0)),
    'respond 200 BYE, respond 487 INVITE, respond 487 INFO, ended them BYE',
  );
  assert.equal(spell(bob.receiveRequest(inDialog('BYE', 14), 0)), 'respond 481 BYE');
  assert.equal(bob.wakeAt, undefined);
});

test('requests that nobody answers are bounded', () => {
  const bob = talking();
  for (let i = 0; i < 32; i++)
    assert.equal(spell(bob.receiveRequest(inDialog('INFO', 20 + i), 0)), 'request INFO');
  assert.equal(spell(bob.receiveRequest(inDialog('INFO', 90), 0)), 'respond 503 INFO');
  assert.equal(spell(bob.receiveRequest(inDialog('BYE', 91), 0)).startsWith('respond 200 BYE'), true);
});

test('a method with a verb of its own is our own fault', () => {
  assert.throws(() => called().request('BYE'), TypeError);
});
