// A user agent from end to end, with virtual time: calls, challenges, what it refuses, what it forgets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest } from '../build-message.ts';
import { referenceTo } from '../dialog/dialog-reference.ts';
import { DEFAULT_SESSION_TIMER } from '../dialog/session-timer.ts';
import type { SipMessage, SipRequest } from '../message.ts';
import { DigestClient } from './digest-client.ts';
import { Room } from './testing/pair.ts';

const SDP = {
  headers: [['Content-Type', 'application/sdp']] as const,
  body: new TextEncoder().encode('v=0\r\n'),
};
const BOB = { uri: 'sip:bob@192.0.2.1', ...SDP };

function talking(room = new Room()) {
  const { alice, bob } = room;
  const client = alice.agent.invite(BOB, room.now);
  room.settle();
  const { session, request } = bob.last('invited');
  bob.agent.respond(request, 200, SDP, room.now);
  room.settle();
  return { room, alice, bob, client, called: session, calling: [...client.sessions.values()].at(-1)! };
}

const requests = (sent: readonly SipMessage[], method: string) =>
  sent.filter((message): message is SipRequest => message.kind === 'request' && message.method === method);

/** Bob asks for credentials with what is in this header field. */
function challenged(fields: readonly (readonly [number, string, string])[], password = 'secret') {
  const digest = new DigestClient({
    hash: (algorithm, text) =>
      `${algorithm}(${text})`
        .replace(/[^a-f0-9]/g, '')
        .padEnd(32, '0')
        .slice(0, 32),
    token: () => 'cnonce',
    accountFor: (realm) => (realm === 'unknown' ? undefined : { username: 'alice', password }),
  });
  const room = new Room({ alice: { answerChallenge: digest.answerChallenge } });
  const { alice, bob } = room;
  const client = alice.agent.invite(BOB, 0);
  for (const [status, name, value] of fields) {
    room.settle();
    bob.agent.respond(bob.last('invited').request, status, { headers: [[name, value]] }, room.now);
  }
  room.settle();
  return { room, alice, bob, client };
}

test('a call is made, accepted, hung up and forgotten', () => {
  const { room, alice, bob, calling } = talking();
  assert.equal(calling.dialog.state, 'confirmed');
  alice.agent.perform(calling.bye(), room.now);
  room.settle();
  assert.deepEqual(alice.spoken, ['INVITE', 'ACK', 'BYE']);
  assert.deepEqual(bob.spoken, [200, 200]);
  assert.equal(bob.last('event').event.kind, 'ended');
  room.wait();
  assert.deepEqual([alice.agent.size, bob.agent.size], [0, 0]);
  assert.deepEqual([alice.agent.wakeAt, bob.agent.wakeAt], [undefined, undefined]);
});

test('RFC 3261 §22.2, §22.3: each challenge on the way is answered, the earlier ones with it', () => {
  const { room, alice, bob, client } = challenged([
    [407, 'Proxy-Authenticate', 'Digest realm="one", nonce="n1", qop="auth"'],
    [407, 'Proxy-Authenticate', 'Digest realm="two", nonce="n2", qop="auth"'],
    [401, 'WWW-Authenticate', 'Digest realm="three", nonce="n3"'],
  ]);
  const { request } = bob.last('invited');
  assert.equal(request.headers.get('CSeq'), '4 INVITE');
  assert.deepEqual(
    ['Proxy-Authorization', 'Authorization'].map((name) =>
      request.headers.getAll(name).map((value) => /realm="(\w+)".*?(?:nc=(\w+)|$)/.exec(value)?.slice(1)),
    ),
    [
      [
        ['one', '00000003'],
        ['two', '00000002'],
      ],
      [['three', undefined]],
    ],
  );
  assert.equal(new Set(requests(alice.sent, 'INVITE').map(({ headers }) => headers.get('Call-ID'))).size, 1);
  bob.agent.respond(request, 200, SDP, room.now);
  room.settle();
  const ack = requests(alice.sent, 'ACK').at(-1);
  for (const name of ['Proxy-Authorization', 'Authorization']) {
    assert.deepEqual(ack?.headers.getAll(name), client.invite.headers.getAll(name), 'RFC 3261 §13.2.2.4');
  }
});

test('RFC 3261 §22.2: credentials that were refused are not tried again', () => {
  const field = [401, 'WWW-Authenticate', 'Digest realm="one", nonce="n1", qop="auth"'] as const;
  const { alice } = challenged([field, field]);
  const { event } = alice.last('event');
  assert.equal(event.kind === 'response' && event.response.status, 401);
  assert.equal(requests(alice.sent, 'INVITE').length, 2);
});

test('RFC 7616 §3.3: a stale nonce is replaced, but not for ever', () => {
  const stale = [401, 'WWW-Authenticate', 'Digest realm="one", nonce="n", qop="auth", stale=true'] as const;
  const { alice } = challenged([stale, stale, stale]);
  assert.equal(requests(alice.sent, 'INVITE').length, 4);
  const endless = challenged(Array(8).fill(stale).slice(0, 5));
  assert.equal(requests(endless.alice.sent, 'INVITE').length, 5);
  const { event } = endless.alice.last('event');
  assert.equal(event.kind === 'response' && event.response.status, 401);
});

for (const [value, because] of [
  ['Digest realm="unknown", nonce="n"', 'nobody in that realm'],
  ['Basic realm="one"', 'another scheme'],
  ['Digest realm="one", nonce="n", algorithm=SHA-512-256', 'another algorithm'],
]) {
  test(`a challenge that cannot be answered is the answer: ${because}`, () => {
    const { alice } = challenged([[401, 'WWW-Authenticate', value!]]);
    assert.equal(requests(alice.sent, 'INVITE').length, 1);
  });
}

test('RFC 8760 §2.4: of two challenges of a realm the first that is known is answered', () => {
  const digest = new DigestClient({
    hash: () => '0'.repeat(32),
    token: () => 'c',
    accountFor: () => ({ username: 'alice', password: 'p' }),
  });
  const room = new Room({ alice: { answerChallenge: digest.answerChallenge } });
  const { alice, bob } = room;
  const asked = alice.agent.request('OPTIONS', { uri: BOB.uri }, 0);
  room.settle();
  const headers = ['SHA-256', 'MD5'].map(
    (algorithm) =>
      ['WWW-Authenticate', `Digest realm="r", nonce="${algorithm}", algorithm=${algorithm}`] as const,
  );
  bob.agent.respond(bob.last('request').request, 401, { headers }, 0);
  room.settle();
  assert.match(bob.last('request').request.headers.get('Authorization') ?? '', /algorithm=SHA-256/);
  bob.agent.respond(bob.last('request').request, 200, {}, 0);
  room.settle();
  assert.equal(alice.last('response').request, asked, 'who asked knows its request again');
});

test('a request within a call is challenged and sent again with the next CSeq', () => {
  const digest = new DigestClient({
    hash: () => '0'.repeat(32),
    token: () => 'c',
    accountFor: () => ({ username: 'alice', password: 'p' }),
  });
  const { room, alice, bob, calling } = talking(
    new Room({ alice: { answerChallenge: digest.answerChallenge } }),
  );
  alice.agent.perform(calling.request('INFO'), room.now);
  room.settle();
  const { event } = bob.last('event');
  assert(event.kind === 'request');
  const headers = [['Proxy-Authenticate', 'Digest realm="r", nonce="n"']] as const;
  bob.agent.respond(event.request, 407, { headers }, room.now);
  room.settle();
  const again = requests(alice.sent, 'INFO').at(-1);
  assert.equal(again?.headers.get('CSeq'), '3 INFO');
  assert.ok(again?.headers.has('Proxy-Authorization'));
});

test('RFC 3261 §9.1: who gives up is answered 487, and nothing is left', () => {
  const room = new Room();
  const { alice, bob } = room;
  const client = alice.agent.invite(BOB, 0);
  room.settle();
  bob.agent.respond(bob.last('invited').request, 180, { reliable: false }, 0);
  room.settle();
  alice.agent.perform(client.cancel(), 0);
  room.wait();
  assert.deepEqual(alice.spoken, ['INVITE', 'CANCEL', 'ACK']);
  assert.deepEqual(bob.spoken, [180, 200, 487]);
  assert.deepEqual([alice.agent.size, bob.agent.size], [0, 0]);
});

test('RFC 3261 §13.3.1.4: a 2xx is repeated until its ACK comes', () => {
  const room = new Room();
  const { alice, bob } = room;
  let acks = 0;
  alice.loses = (message) => message.kind === 'request' && message.method === 'ACK' && acks++ < 3;
  talking(room);
  room.wait(10_000);
  assert.deepEqual(bob.spoken, [200, 200, 200, 200]);
  assert.equal(requests(alice.sent, 'ACK').length, 4);
});

test('RFC 4028 §7.3: after 422 the call is made again, and the first attempt is forgotten', () => {
  const room = new Room({ alice: { sessionTimer: DEFAULT_SESSION_TIMER } });
  const { alice, bob } = room;
  alice.agent.invite(BOB, 0);
  room.settle();
  const first = bob.last('invited').request;
  bob.agent.respond(first, 180, {}, 0);
  room.settle();
  bob.agent.respond(first, 422, { headers: [['Min-SE', '3600']] }, 0);
  room.settle();
  const second = bob.last('invited').request;
  assert.equal(second.headers.get('Min-SE'), '3600');
  bob.agent.respond(second, 486, {}, 0);
  room.wait();
  assert.deepEqual([alice.agent.size, bob.agent.size], [0, 0]);
});

test('RFC 3891 §3: a call that replaces another names it', () => {
  const { room, alice, bob, calling, called } = talking();
  const headers = [...SDP.headers, ['Replaces', referenceTo(calling.dialog)] as const];
  alice.agent.invite({ ...BOB, headers }, room.now);
  room.settle();
  assert.equal(bob.last('invited').replaces, called);
});

function asked(
  method: string,
  fields: readonly (readonly [string, string])[],
  branch = 'z9hG4bK1',
): SipRequest {
  return createRequest({
    method,
    uri: 'sip:bob@192.0.2.1',
    headers: [
      ['Via', `SIP/2.0/UDP 192.0.2.9;branch=${branch}`],
      ['From', '<sip:alice@example.com>;tag=a'],
      ['To', '<sip:bob@example.com>'],
      ['Call-ID', 'c'],
      ['CSeq', `1 ${method}`],
      ['Contact', '<sip:alice@192.0.2.9>'],
    ].map(([name, value]) => fields.find((field) => field[0] === name) ?? [name!, value!]),
  });
}

for (const [status, because, request] of [
  [405, 'RFC 3261 §8.2.1: a method that it does not know', asked('DANCE', [])],
  [481, 'RFC 3261 §12.2.2: a dialog that it does not know', asked('BYE', [['To', '<sip:bob@b>;tag=x']])],
  [481, 'RFC 3261 §15.1.2: a BYE for no call', asked('BYE', [])],
  [481, 'RFC 3261 §14.2: a re-INVITE for no call', asked('INVITE', [['To', '<sip:bob@b>;tag=x']])],
  [400, 'RFC 3261 §8.1.1: what cannot be read', asked('OPTIONS', [['From', '<>;tag=']])],
  [
    400,
    'RFC 3261 §12.1.1: an INVITE without a Contact that can be used',
    asked('INVITE', [['Contact', '*']]),
  ],
] as const) {
  test(`${because} is ${status}`, () => {
    const { bob } = new Room();
    bob.receive(request, 0);
    const [output] = bob.agent.take();
    assert(output?.kind === 'transmit' && output.message.kind === 'response');
    assert.equal(output.message.status, status);
    if (status === 405) assert.match(output.message.headers.get('Allow') ?? '', /INVITE/);
  });
}

test('RFC 3261 §8.2.2.2: the same request by two ways is merged: 482', () => {
  const { bob } = new Room();
  for (const branch of ['z9hG4bK1', 'z9hG4bK2']) bob.receive(asked('INVITE', [], branch), 0);
  const outputs = bob.agent.take();
  assert.deepEqual(
    outputs.map((output) =>
      output.kind === 'transmit' ? output.message.kind === 'response' && output.message.status : output.kind,
    ),
    ['invited', 482],
  );
});

test('more calls than it holds are refused with 503', () => {
  const room = new Room({ bob: { maxSessions: 1 } });
  const { alice } = talking(room);
  alice.agent.invite(BOB, room.now);
  room.settle();
  const { event } = alice.last('event');
  assert.equal(event.kind === 'response' && event.response.status, 503);
});

test('a request that has no way out is answered as a lost transport', () => {
  const room = new Room({ alice: { flowTo: () => undefined } });
  const { alice } = room;
  alice.agent.request('OPTIONS', { uri: BOB.uri }, 0);
  room.settle();
  assert.equal(alice.last('response').response.status, 503);
});
