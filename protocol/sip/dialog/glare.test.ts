import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InviteSession } from './invite-session.ts';
import { answered, inDialog, SDP, sentRequest, sentResponse, spell, WITH_SDP } from './testing/call.ts';
import { called, talking } from './testing/ends.ts';

const OFFER = { 'Content-Type': 'application/sdp' };

/** RFC 3261 §14.2, RFC 3311 §5.2: what is open on our side, what comes, what it gets. */
const GLARE: readonly (readonly [
  name: string,
  prepare: (bob: InviteSession) => unknown,
  method: string,
  outputs: string,
])[] = [
  ['nothing', () => undefined, 'INVITE', 'request INVITE'],
  ['nothing', () => undefined, 'UPDATE', 'request UPDATE'],
  ['our INVITE', (bob) => bob.invite(WITH_SDP), 'INVITE', 'respond 491 INVITE'],
  ['our INVITE', (bob) => bob.invite(WITH_SDP), 'UPDATE', 'respond 491 UPDATE'],
  ['our INVITE without offer', (bob) => bob.invite(), 'INVITE', 'respond 491 INVITE'],
  ['our UPDATE with offer', (bob) => bob.update(WITH_SDP), 'INVITE', 'respond 491 INVITE'],
  ['our UPDATE with offer', (bob) => bob.update(WITH_SDP), 'UPDATE', 'respond 491 UPDATE'],
  ['our UPDATE without offer', (bob) => bob.update(), 'UPDATE', 'request UPDATE'],
  [
    'their INVITE',
    (bob) => bob.receiveRequest(inDialog('INVITE', 11, OFFER, SDP), 0),
    'INVITE',
    'respond 500 INVITE',
  ],
  [
    'their INVITE',
    (bob) => bob.receiveRequest(inDialog('INVITE', 11, OFFER, SDP), 0),
    'UPDATE',
    'respond 500 UPDATE',
  ],
  [
    'their UPDATE',
    (bob) => bob.receiveRequest(inDialog('UPDATE', 11, OFFER, SDP), 0),
    'UPDATE',
    'respond 500 UPDATE',
  ],
  [
    'their UPDATE',
    (bob) => bob.receiveRequest(inDialog('UPDATE', 11, OFFER, SDP), 0),
    'INVITE',
    'respond 500 INVITE',
  ],
];

for (const [name, prepare, method, outputs] of GLARE) {
  test(`RFC 3261 §14.2, RFC 3311 §5.2: ${name} is open and ${method} comes: ${outputs}`, () => {
    const bob = talking();
    prepare(bob);
    const result = bob.receiveRequest(inDialog(method, 20, OFFER, SDP), 0);
    assert.equal(spell(result), outputs);
    if (outputs.includes('500')) assert.equal(sentResponse(result).headers.get('Retry-After'), '5');
  });
}

for (const [name, prepare, verb, outputs] of [
  ['our INVITE', (bob: InviteSession) => bob.invite(WITH_SDP), 'invite', 'not now: invite pending'],
  ['our INVITE', (bob: InviteSession) => bob.invite(WITH_SDP), 'update', 'not now: offer pending'],
  ['our UPDATE', (bob: InviteSession) => bob.update(WITH_SDP), 'update', 'not now: request pending'],
  ['our UPDATE', (bob: InviteSession) => bob.update(WITH_SDP), 'invite', 'not now: offer pending'],
  [
    'their INVITE',
    (bob: InviteSession) => bob.receiveRequest(inDialog('INVITE', 11, OFFER, SDP), 0),
    'invite',
    'not now: invite pending',
  ],
] as const) {
  test(`RFC 3261 §14.1, RFC 3311 §5.1: while ${name} is open, ${verb} is ${outputs}`, () => {
    const bob = talking();
    prepare(bob);
    assert.equal(spell(bob[verb](WITH_SDP)), outputs);
  });
}

for (const [side, session, at] of [
  ['the owner of the Call-ID after 2.1 to 4 s', called(), 3050],
  ['the other side after 0 to 2 s', talking(), 1000],
] as const) {
  test(`RFC 3261 §14.1: after a 491 ${side} may try again`, () => {
    const invite = sentRequest(session.invite(WITH_SDP), 'INVITE');
    assert.equal(spell(session.receiveResponse(answered(invite, 491), 0)), 'response 491 INVITE');
    assert.equal(session.wakeAt, at);
    assert.equal(spell(session.advance(at)), 'retry INVITE');
    assert.equal(spell(session.invite(WITH_SDP)), 'send INVITE');
  });
}

test('RFC 3261 §14.1: a refused re-INVITE leaves the call as it was, target included', () => {
  const bob = talking();
  const invite = inDialog('INVITE', 11, { ...OFFER, Contact: '<sip:alice@192.0.2.9>' }, SDP);
  bob.receiveRequest(invite, 0);
  assert.equal(spell(bob.respond(invite, 488, {}, 0)), 'respond 488 INVITE');
  assert.equal(bob.dialog.remoteTarget, 'sip:alice@192.0.2.1');
  assert.equal(bob.dialog.state, 'confirmed');
  const next = inDialog('INVITE', 12, { ...OFFER, Contact: '<sip:alice@192.0.2.9>' }, SDP);
  bob.receiveRequest(next, 0);
  bob.respond(next, 200, WITH_SDP, 0);
  assert.equal(bob.dialog.remoteTarget, 'sip:alice@192.0.2.9');
});

test('RFC 3311 §5.2: an UPDATE without offer is answered at once and moves the target', () => {
  const bob = talking();
  const update = inDialog('UPDATE', 11, { Contact: '<sip:alice@192.0.2.9>' });
  const ok = sentResponse(bob.receiveRequest(update, 0));
  assert.equal(ok.status, 200);
  assert.equal(ok.headers.get('Contact'), '<sip:bob@192.0.2.2>');
  assert.equal(bob.dialog.remoteTarget, 'sip:alice@192.0.2.9');
});
