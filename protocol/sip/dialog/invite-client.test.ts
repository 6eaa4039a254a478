import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InviteClient } from './invite-client.ts';
import { DEFAULT_SESSION_TIMER } from './session-timer.ts';
import {
  answered,
  inDialog,
  OPTIONS,
  requestWith,
  SDP,
  sentRequest,
  spell,
  WITH_SDP,
} from './testing/call.ts';

const RELIABLE = { Require: '100rel', RSeq: '5' };

function calling(options = OPTIONS, invite = requestWith()): InviteClient {
  const client = new InviteClient(invite, options);
  client.start();
  return client;
}

/** `input → outputs → state`, from one start on. */
type Step = readonly [input: string, outputs: string, state: string];

const CELLS: readonly (readonly [name: string, ...steps: Step[]])[] = [
  ['RFC 3261 §13.2.2.1: a 100 makes no dialog', ['100', '', 'proceeding']],
  [
    'RFC 3261 §13.2.2.4: 2xx after 1xx is acknowledged, and its repetition too',
    ['180', 'progress', 'proceeding'],
    ['200', 'ack, accepted', 'accepted'],
    ['200', 'ack', 'accepted'],
    ['486', '', 'accepted'],
    ['64*T1', '', 'over'],
    ['200', '', 'over'],
  ],
  [
    'RFC 3261 §13.2.2.4: 2xx at once',
    ['200', 'ack, accepted', 'accepted'],
    ['cancel', 'not now: over', 'accepted'],
  ],
  [
    'RFC 3261 §13.2.2.3: a refusal ends every early dialog',
    ['180', 'progress', 'proceeding'],
    ['180 x', 'progress', 'proceeding'],
    ['486', 'response 486 INVITE, ended failure 486, ended failure 486', 'over'],
  ],
  ['RFC 3261 §13.2.2.2: a redirection is for the user', ['302', 'response 302 INVITE', 'over']],
  [
    'RFC 3261 §13.2.2.4: two forks that answer are two calls; the third, early one ends after 64*T1',
    ['180', 'progress', 'proceeding'],
    ['180 x', 'progress', 'proceeding'],
    ['180 y', 'progress', 'proceeding'],
    ['200', 'ack, accepted', 'accepted'],
    ['200 x', 'ack, accepted', 'accepted'],
    ['200', 'ack', 'accepted'],
    ['64*T1', 'ended failure another fork answered', 'over'],
  ],
  [
    'RFC 3261 §9.1: CANCEL waits for a provisional response',
    ['cancel', '', 'calling'],
    ['100', 'send CANCEL', 'proceeding'],
    ['cancel', '', 'proceeding'],
    ['180', 'progress', 'proceeding'],
    ['487', 'response 487 INVITE, ended failure 487', 'over'],
  ],
  [
    'RFC 3261 §9.1: CANCEL goes out at once where one has come',
    ['180', 'progress', 'proceeding'],
    ['cancel', 'send CANCEL', 'proceeding'],
  ],
  [
    'RFC 3261 §9.1: a call that is answered in spite of CANCEL is acknowledged and ended',
    ['180', 'progress', 'proceeding'],
    ['cancel', 'send CANCEL', 'proceeding'],
    ['200', 'ack, send BYE, ended us BYE', 'accepted'],
    ['200', 'ack', 'accepted'],
  ],
  [
    'RFC 3261 §8.1.3.1: a timeout reads as 408',
    ['100', '', 'proceeding'],
    ['timeout', 'response 408 INVITE', 'over'],
    ['cancel', 'not now: over', 'over'],
  ],
  ['RFC 3261 §8.1.3.1: a lost transport reads as 503', ['transport', 'response 503 INVITE', 'over']],
];

for (const [name, ...steps] of CELLS) {
  test(name, () => {
    const client = calling();
    for (const [input, outputs, state] of steps) {
      assert.equal(spell(apply(client, input)), outputs, `${input} in ${client.state}`);
      assert.equal(client.state, state);
    }
    if (client.isOver) assert.equal(client.wakeAt, undefined);
  });
}

function apply(client: InviteClient, input: string) {
  if (input === 'cancel') return client.cancel();
  if (input === '64*T1') return client.advance(32_000);
  if (input === 'timeout' || input === 'transport') return client.transactionFailed(input, 0);
  const [status, tag = 'b1'] = input.split(' ');
  return client.receiveResponse(answered(client.invite, Number(status), {}, { tag }), 0);
}

test('RFC 3261 §13.2.2.4: each fork has its own tag, target and place in the map', () => {
  const client = calling();
  for (const tag of ['x', 'y']) client.receiveResponse(answered(client.invite, 180, {}, { tag }), 0);
  assert.deepEqual(
    [...client.sessions].map(([tag, { dialog }]) => [tag, dialog.remoteTarget, dialog.state]),
    [
      ['x', 'sip:x@192.0.2.2', 'early'],
      ['y', 'sip:y@192.0.2.2', 'early'],
    ],
  );
});

test('forks are bounded while they ring; one that answers is followed all the same', () => {
  const client = calling();
  for (let i = 0; i < 100; i++) client.receiveResponse(answered(client.invite, 180, {}, { tag: `t${i}` }), 0);
  assert.equal(client.sessions.size, 32);
  assert.equal(
    spell(client.receiveResponse(answered(client.invite, 200, {}, { tag: 't99' }), 0)),
    'ack, accepted',
  );
});

test('RFC 3261 §13.2.1: an INVITE without offer is answered in the ACK, which the user gives', () => {
  const client = calling(OPTIONS, requestWith({ 'Content-Type': '' }, { body: new Uint8Array(0) }));
  const ok = answered(client.invite, 200, {}, { body: SDP });
  assert.equal(spell(client.receiveResponse(ok, 0)), 'accepted needs answer');
  assert.equal(spell(client.receiveResponse(ok, 0)), '');
  const session = client.sessions.get('b1')!;
  const ack = sentRequest(session.acknowledge(WITH_SDP), 'ACK');
  assert.equal(ack.headers.get('CSeq'), '10 ACK');
  assert.deepEqual(ack.body, SDP);
  assert.equal(spell(session.acknowledge(WITH_SDP)), 'not now: request pending');
  assert.equal(sentRequest(client.receiveResponse(ok, 500), 'ACK'), ack);
});

test('RFC 3262 §4: a reliable provisional is acknowledged once, in order, with RAck', () => {
  const client = calling();
  const ring = (rseq: string) =>
    client.receiveResponse(answered(client.invite, 183, { ...RELIABLE, RSeq: rseq }), 0);
  const first = ring('5');
  assert.equal(spell(first), 'send PRACK, progress');
  const prack = sentRequest(first, 'PRACK');
  assert.equal(prack.headers.get('RAck'), '5 10 INVITE');
  assert.equal(prack.headers.get('CSeq'), '11 PRACK');
  assert.equal(prack.uri, 'sip:b1@192.0.2.2');
  for (const [rseq, outputs] of [
    ['5', ''],
    ['7', ''],
    ['4', ''],
    ['x', ''],
    ['6', 'send PRACK, progress'],
    ['7', 'send PRACK, progress'],
  ] as const) {
    assert.equal(spell(ring(rseq)), outputs, rseq);
  }
});

test('RFC 3262 §5: an offer in a reliable provisional is answered in PRACK; the 2xx needs nothing more', () => {
  const client = calling(OPTIONS, requestWith({ 'Content-Type': '' }, { body: new Uint8Array(0) }));
  const progress = answered(client.invite, 183, RELIABLE, { body: SDP });
  assert.equal(spell(client.receiveResponse(progress, 0)), 'progress needs answer');
  const session = client.sessions.get('b1')!;
  const prack = sentRequest(session.acknowledgeProvisional(progress, WITH_SDP), 'PRACK');
  assert.deepEqual(prack.body, SDP);
  assert.equal(spell(client.receiveResponse(answered(client.invite, 200), 0)), 'ack, accepted');
});

test('RFC 3261 §13.2.1: a description in an unreliable provisional settles nothing, one after the answer is ignored', () => {
  const client = calling();
  client.receiveResponse(answered(client.invite, 183, {}, { body: SDP }), 0);
  const session = client.sessions.get('b1')!;
  assert.equal(spell(session.update(WITH_SDP)), 'not now: offer pending');
  client.receiveResponse(answered(client.invite, 183, RELIABLE, { body: SDP }), 0);
  assert.equal(spell(session.update(WITH_SDP)), 'send UPDATE');
  const early = session.receiveRequest(inDialog('UPDATE', 1, { 'Content-Type': 'application/sdp' }, SDP), 0);
  assert.equal(spell(early), 'respond 491 UPDATE');
});

test('RFC 4028 §7.3: a 422 brings the INVITE back with a larger interval and the next CSeq', () => {
  const client = calling({ ...OPTIONS, sessionTimer: { ...DEFAULT_SESSION_TIMER, intervalS: 120 } });
  assert.equal(client.invite.headers.get('Session-Expires'), '120');
  const again = client.receiveResponse(answered(client.invite, 422, { 'Min-SE': '600' }), 0);
  const invite = sentRequest(again, 'INVITE');
  assert.equal(invite.headers.get('Session-Expires'), '600');
  assert.equal(invite.headers.get('Min-SE'), '600');
  assert.equal(invite.headers.get('CSeq'), '11 INVITE');
  assert.equal(invite.headers.get('Call-ID'), 'c1');
  const same = client.receiveResponse(answered(client.invite, 422, { 'Min-SE': '600' }), 0);
  assert.equal(spell(same), 'response 422 INVITE');
});

test('RFC 3261 §15: a caller may end one early dialog with BYE; a 2xx that crosses it is acknowledged', () => {
  const client = calling();
  client.receiveResponse(answered(client.invite, 180), 0);
  const session = client.sessions.get('b1')!;
  assert.equal(spell(session.bye()), 'send BYE, ended us BYE');
  assert.equal(spell(client.receiveResponse(answered(client.invite, 200), 0)), 'ack');
});
