import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, type SipRequest } from '@parley/protocol/sip';
import { type Admission, admit, isFromCaller, refusalOf } from './admission.ts';

const OWN = {
  domain: 'example.com',
  hostName: 'uc.example.com',
  addresses: ['0.0.0.0', '2001:db8::1'],
  ports: new Set([5060, 5061]),
};
const LOCAL = '198.51.100.1';

interface Parts {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly from?: string;
}

function request({ method = 'MESSAGE', uri = 'sip:bob@example.com', headers = [], from }: Parts): SipRequest {
  return createRequest({
    method,
    uri,
    headers: [
      ['Via', 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1'],
      ['From', from ?? '<sip:alice@example.com>;tag=a'],
      ['To', '<sip:bob@example.com>'],
      ['Call-ID', 'c1'],
      ['CSeq', `1 ${method}`],
      ...headers,
    ],
  });
}

function admission(parts: Parts): Admission | { readonly kind: 'ignore' } {
  const asked = request(parts);
  return refusalOf(asked) ?? admit(asked, OWN, LOCAL);
}

/** Status of the refusal, or what became of the request otherwise. */
function outcome(parts: Parts): string | number {
  const verdict = admission(parts);
  if (verdict.kind === 'refuse') return verdict.status;
  return verdict.kind === 'admit' ? `to ${verdict.localPart ?? 'the server'}` : verdict.kind;
}

for (const [name, parts, expected] of [
  ['a user of our domain', {}, 'to bob'],
  ['a user in capitals and escapes', { uri: 'sip:%42OB@EXAMPLE.com:5060;transport=tcp' }, 'to bob'],
  ['the domain itself', { method: 'REGISTER', uri: 'sip:example.com' }, 'to the server'],
  ['our host name', { uri: 'sip:bob@uc.example.com' }, 'to bob'],
  ['localhost', { uri: 'sip:bob@localhost' }, 'to bob'],
  ['an absolute name', { uri: 'sip:bob@example.com.' }, 'to bob'],
  ['the address that the request came in at', { uri: 'sip:bob@198.51.100.1' }, 'to bob'],
  ['an IPv6 address that we listen on', { uri: 'sip:bob@[2001:DB8::1]:5060' }, 'to bob'],
  ['another port of our address', { uri: 'sip:bob@198.51.100.1:5080' }, 403],
  ['our name at a port that somebody translates', { uri: 'sip:bob@uc.example.com:15060' }, 'to bob'],
  ['the wildcard address', { uri: 'sip:bob@0.0.0.0' }, 403],
  ['a user of another domain', { uri: 'sip:bob@example.org' }, 403],
  ['a registrar of another domain', { method: 'REGISTER', uri: 'sip:example.org' }, 404],
  ['a telephone number', { uri: 'tel:+4989123456' }, 403],
  ['a web page', { uri: 'http://example.com/' }, 416],
] as const) {
  test(`RFC 3261 §16.5: a request for ${name} → ${expected}`, () => assert.equal(outcome(parts), expected));
}

for (const [method, uri, expected] of [
  ['OPTIONS', 'sip:example.com', 'to the server'],
  ['BYE', 'sip:example.com', 405],
  ['REFER', 'sip:example.com', 405],
  ['FROBNICATE', 'sip:example.com', 501],
  ['FROBNICATE', 'sip:bob@example.com', 'to bob'],
  ['INVITE', 'sip:bob@example.com', 'to bob'],
  ['INVITE', 'sip:example.com', 405],
] as const) {
  test(`RFC 3261 §8.2.1: ${method} ${uri} → ${expected}`, () =>
    assert.equal(outcome({ method, uri }), expected));
}

test('RFC 3261 §21.4.6: 405 lists what is allowed', () => {
  const verdict = admission({ method: 'BYE', uri: 'sip:example.com' });
  assert.ok(verdict.kind === 'refuse');
  const [[name, value] = []] = verdict.headers ?? [];
  assert.equal(name, 'Allow');
  assert.ok(value?.split(', ').includes('MESSAGE'));
});

for (const [name, parts] of [
  ['Require of a request that ends here', { headers: [['Require', '100rel, precondition']] }],
  [
    'Require of OPTIONS to the server',
    { method: 'OPTIONS', uri: 'sip:example.com', headers: [['Require', '100rel, precondition']] },
  ],
  ['Proxy-Require', { method: 'OPTIONS', headers: [['Proxy-Require', '100rel, precondition']] }],
] as const) {
  test(`RFC 3261 §8.2.2.3: what we lack in ${name} is answered 420 and listed in Unsupported`, () => {
    const verdict = admission(parts);
    assert.ok(verdict.kind === 'refuse');
    assert.equal(verdict.status, 420);
    assert.deepEqual(verdict.headers, [['Unsupported', '100rel, precondition']]);
  });
}

test('RFC 3261 §16.3 step 5: Require of a request that is forwarded is for the device', () => {
  assert.equal(outcome({ method: 'OPTIONS', headers: [['Require', '100rel']] }), 'to bob');
});

test('RFC 3261 §16.4: a Route that does not name us is not followed', () => {
  assert.equal(outcome({ headers: [['Route', '<sip:elsewhere.example.org;lr>']] }), 403);
});

test('RFC 3261 §16.3 step 1: a malformed request is answered 400', () => {
  assert.equal(outcome({ from: 'nobody <' }), 400);
  assert.equal(outcome({ headers: [['Max-Forwards', 'many']] }), 400);
});

for (const agent of ['friendly-scanner', 'sipvicious/0.3', 'Sundayddr']) {
  test(`${agent} gets no answer`, () =>
    assert.equal(outcome({ headers: [['User-Agent', agent]] }), 'ignore'));
}
test('phones are no scanners', () => {
  assert.equal(outcome({ headers: [['User-Agent', 'baresip v1.0.0 (x86_64/linux)']] }), 'to bob');
});

for (const [from, expected] of [
  ['<sip:alice@example.com>;tag=a', true],
  ['"Alice" <sip:ALICE@EXAMPLE.COM:5060>;tag=a', true],
  ['<sip:alice@198.51.100.1>;tag=a', true],
  ['<sips:alice@uc.example.com>', true],
  ['<sip:bob@example.com>;tag=a', false],
  ['<sip:alice@example.org>;tag=a', false],
  ['<sip:example.com>;tag=a', false],
  ['<tel:+4989123456>;tag=a', false],
  ['"Anonymous" <sip:anonymous@anonymous.invalid>;tag=a', false],
] as const) {
  test(`From ${from} is ${expected ? '' : 'not '}alice`, () => {
    assert.equal(isFromCaller(request({ from }), 'alice@example.com', OWN, LOCAL), expected);
  });
}
