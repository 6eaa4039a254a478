import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRequest, createResponse } from '../build-message.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { createUacDialog, createUasDialog } from './dialog.ts';
import { dialogKeyOfRequest, dialogKeyOfResponse } from './dialog-key.ts';
import { referencedDialog } from './dialog-reference.ts';
import { InviteClient } from './invite-client.ts';
import { openServerSession } from './invite-server.ts';
import type { InviteSession } from './invite-session.ts';
import { readReferNotify, receiveRefer } from './referral.ts';
import { repairStrictRoute } from './strict-route.ts';
import { OPTIONS, requestWith, WITH_SDP } from './testing/call.ts';
import { type End, type Fate, Wire } from './testing/wire.ts';

const action = fc.record({
  who: fc.constantFrom('alice' as const, 'bob' as const),
  what: fc.constantFrom('invite', 'update', 'offer', 'info', 'bye'),
  thenMs: fc.constantFrom(0, 10, 30, 300, 3000),
});
interface Action {
  readonly who: 'alice' | 'bob';
  readonly what: string;
  readonly thenMs: number;
}
const DONE_MS = 200_000;

function act(session: InviteSession, what: string) {
  if (what === 'invite') return session.invite(WITH_SDP);
  if (what === 'update') return session.update();
  if (what === 'offer') return session.update(WITH_SDP);
  return what === 'info' ? session.request('INFO') : session.bye();
}

function play(fates: readonly Fate[], actions: readonly Action[]): Wire {
  const wire = new Wire(fates);
  wire.alice.call();
  wire.run(2000);
  for (const { who, what, thenMs } of actions) {
    const { session } = wire[who];
    if (session !== undefined) wire[who].carryOut(act(session, what));
    wire.run(wire.now + thenMs);
  }
  wire.run(wire.now + DONE_MS);
  return wire;
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
}

function assertMirrored(one: End, other: End): void {
  const a = one.session!.dialog;
  const b = other.session!.dialog;
  assert.equal(a.state, 'confirmed');
  assert.equal(a.callId, b.callId);
  assert.equal(a.localTag, b.remoteTag);
  assert.equal(a.localParty, b.remoteParty);
  assert.equal(a.localContact, b.remoteTarget);
  assert.equal(a.role === 'uac', b.role === 'uas');
  // The INVITE that made the dialog counts; before a first request there is no number on either side.
  assert.equal(a.localSequence, b.remoteSequence);
}

test('RFC 3261 §12: over any exchange, lost and doubled datagrams included, both ends stay mirror images', () => {
  const fate = fc.constantFrom<Fate>('deliver', 'deliver', 'deliver', 'lose', 'double');
  fc.assert(
    fc.property(
      fc.array(fate, { minLength: 1, maxLength: 40 }),
      fc.array(action, { maxLength: 12 }),
      (fates, actions) => {
        const { alice, bob } = play(fates, actions);
        for (const end of [alice, bob]) assert.ok(isRising(end.sequences), `${end.name}: ${end.sequences}`);
        if (alice.session === undefined || bob.session === undefined) return;
        if (alice.session.isOver || bob.session.isOver) return;
        assertMirrored(alice, bob);
        assertMirrored(bob, alice);
      },
    ),
    { numRuns: 150 },
  );
});

test('RFC 3261 §15: where no datagram is lost, both ends are in the call or neither is, and BYE alone ends it', () => {
  const fate = fc.constantFrom<Fate>('deliver', 'double');
  fc.assert(
    fc.property(
      fc.array(fate, { minLength: 1, maxLength: 10 }),
      fc.array(action, { maxLength: 12 }),
      (fates, actions) => {
        const { alice, bob } = play(fates, actions);
        const isEnded = actions.some(({ what }) => what === 'bye');
        assert.equal(alice.session?.isOver, isEnded);
        assert.equal(bob.session?.isOver, isEnded);
        for (const end of [alice, bob]) {
          if (isEnded) assert.equal(end.session?.wakeAt, undefined);
          assert.ok(isRising(end.sequences));
        }
        if (!isEnded) assertMirrored(alice, bob);
      },
    ),
    { numRuns: 150 },
  );
});

const NAMES = [
  ...['From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Record-Route', 'Route', 'Require', 'Supported', 'Allow'],
  ...[
    'RSeq',
    'RAck',
    'Session-Expires',
    'Min-SE',
    'Replaces',
    'Join',
    'Refer-To',
    'Event',
    'Subscription-State',
  ],
  ...['Content-Type', 'Content-Disposition', 'Retry-After'],
];
const value = fc.oneof(
  fc.string({ maxLength: 30 }).map((text) => text.replace(/[\r\n\0]/g, '')),
  fc.constantFrom(
    ...[
      '<sip:a@b>;tag=a1',
      '<sip:b@c>;tag=b1',
      '<sip:x;lr>',
      '<sip:x>',
      '10 INVITE',
      '11 UPDATE',
      '2147483647 BYE',
      '1',
    ],
    ...[
      '100rel',
      'timer',
      '90;refresher=uac',
      'c1;to-tag=b1;from-tag=a1',
      'application/sdp',
      '1 10 INVITE',
      '5',
      '0',
    ],
  ),
);
const headers = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 12 });
const body = fc.uint8Array({ maxLength: 20 });
const method = fc.constantFrom(
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'PRACK',
  'UPDATE',
  'REFER',
  'NOTIFY',
  'INFO',
  'X',
);
const anyRequest = fc.record({ method, uri: fc.constant('sip:b@c'), headers, body }).map(createRequest);
const anyResponse = fc
  .record({ status: fc.integer({ min: 100, max: 699 }), headers, body })
  .map(createResponse);

test('no request or response of any form makes a dialog or a session throw', () => {
  const options = {
    ...OPTIONS,
    sessionTimer: { intervalS: 90, minS: 90 },
    localTag: 'b1',
    localContact: 'sip:b@d',
  };
  const check = (request: SipRequest, messages: readonly (SipRequest | SipResponse)[]) => {
    createUasDialog(request, { ...options, state: 'early' });
    receiveRefer(request, { isFirst: false, expiresS: 60, now: 0 });
    readReferNotify(request);
    referencedDialog(request, () => undefined);
    dialogKeyOfRequest(request);
    repairStrictRoute(request, () => true);
    const client = new InviteClient(requestWith(), options);
    const sessions = [openServerSession(request, options), openServerSession(requestWith(), options)].flatMap(
      (opened) => (opened.ok ? [opened.session] : []),
    );
    sessions[0]?.respond(request, 183, WITH_SDP, 0);
    let now = 0;
    for (const message of messages) {
      now += 400;
      if (message.kind === 'response') {
        dialogKeyOfResponse(message);
        createUacDialog(request, message);
        client.receiveResponse(message, now);
      }
      for (const session of [...sessions, ...client.sessions.values()]) {
        if (message.kind === 'request') {
          session.receiveRequest(message, now);
          session.respond(message, 200, WITH_SDP, now);
        } else {
          session.receiveResponse(message, now);
          session.acknowledgeProvisional(message, WITH_SDP);
          session.acknowledge(WITH_SDP);
        }
        session.invite(WITH_SDP);
        session.update();
        session.advance(now);
      }
    }
  };
  const messages = fc.array(fc.oneof(anyRequest, anyResponse), { maxLength: 8 });
  fc.assert(fc.property(anyRequest, messages, check), { numRuns: 500 });
});
