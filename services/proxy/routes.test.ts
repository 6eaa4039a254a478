import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, type SipRequest } from '@parley/protocol/sip';
import { type FlowName, FlowTokens, routeOf } from './flow-token.ts';
import { dialogEnds, readRoutes } from './routes.ts';

const OWN = { domain: 'example.com', hostName: 'uc.example.com', addresses: ['198.51.100.1'] };
const LOCAL = '198.51.100.1';
const TOKENS = new FlowTokens(Buffer.alloc(32, 1));
const ALICE: FlowName = { nodeId: 'one', flowId: 'udp-198.51.100.1:5060-192.0.2.7:5062' };
const BOB: FlowName = { nodeId: 'two', flowId: 'tcp-abc-17' };
const AT = { transport: 'tcp', host: '203.0.113.9', port: 5060 };

const route = (name: FlowName) => routeOf(TOKENS.make(name), AT);

function bye(routes: readonly string[], uri = 'sip:bob@10.0.0.5:5062'): SipRequest {
  return createRequest({ method: 'BYE', uri, headers: routes.map((value) => ['Route', value] as const) });
}

const read = (request: SipRequest) => readRoutes(request, OWN, TOKENS, LOCAL);

test('a token is read by every front end that has the key, and by nobody else', () => {
  const token = TOKENS.make(BOB);
  assert.match(token, /^[A-Za-z0-9_-]+$/);
  assert.deepEqual(new FlowTokens(Buffer.alloc(32, 1)).read(token), BOB);
  assert.equal(new FlowTokens(Buffer.alloc(32, 2)).read(token), undefined);
});

test('a token that was changed, cut or made up is none', () => {
  const token = TOKENS.make(BOB);
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, at) + other + token.slice(at + 1);
    // The last character may carry bits that stand for nothing.
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(token, 'base64url'))) continue;
    assert.equal(TOKENS.read(changed), undefined, changed);
  }
  for (const text of ['', 'bob', token.slice(0, 12), 'x'.repeat(100_000)])
    assert.equal(TOKENS.read(text), undefined);
});

test('RFC 3261 §16.4: our own Routes are taken off, whatever address of ours they have, and name both ends', () => {
  const { request, named } = read(bye([`${route(ALICE)}, ${route(BOB)}`, '<sip:next.example.org;lr>']));
  assert.deepEqual(named, [ALICE, BOB]);
  assert.deepEqual(request.headers.getAll('Route'), ['<sip:next.example.org;lr>']);
  assert.deepEqual(read(bye(['<sip:uc.example.com;lr>'])).named, []);
});

test('RFC 3261 §16.4: the Route of somebody else stays, and those behind it', () => {
  const { request, named } = read(bye(['<sip:next.example.org;lr>', route(BOB)]));
  assert.deepEqual(named, []);
  assert.equal(request.headers.getAll('Route').length, 2);
});

test('RFC 3261 §16.4: what a strict router made of it is repaired', () => {
  const own = route(ALICE).slice(1, -1);
  const { request, named } = read(bye([route(BOB), '<sip:bob@10.0.0.5:5062>'], own));
  assert.equal(request.uri, 'sip:bob@10.0.0.5:5062');
  assert.deepEqual(named, [ALICE, BOB]);
});

for (const [name, named, arrivedOver, expected] of [
  ['the first names the sender', [ALICE, BOB], ALICE, { isProven: true, target: BOB }],
  ['both ends are behind one flow', [BOB, BOB], BOB, { isProven: true, target: BOB }],
  ['the sender has moved', [ALICE, BOB], { ...ALICE, flowId: 'udp-else' }, { isProven: false, target: BOB }],
  ['only the sender is behind us', [ALICE], ALICE, { isProven: true, target: undefined }],
  ['only the other end is behind us', [BOB], ALICE, { isProven: false, target: BOB }],
  [
    'a flow of the same name at another front end',
    [ALICE],
    { ...ALICE, nodeId: 'two' },
    { isProven: false, target: ALICE },
  ],
] as const) {
  test(`the ends of a dialog: ${name}`, () => assert.deepEqual(dialogEnds(named, arrivedOver), expected));
}
