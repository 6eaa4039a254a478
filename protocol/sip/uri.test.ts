import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOfRecord, parseSipUri, serializeSipUri, sipUrisEqual } from './uri.ts';
import { escapeUser, unescapeUri } from './uri-escape.ts';

const same = (a: string, b: string) => sipUrisEqual(parseSipUri(a)!, parseSipUri(b)!);

test('19.1.1: every component is read', () => {
  assert.deepEqual(parseSipUri('sips:alice:pw@[2001:db8::9:1]:5071;transport=tcp;LR?subject=a%20b&x='), {
    scheme: 'sips',
    user: 'alice',
    password: 'pw',
    host: '[2001:db8::9:1]',
    port: 5071,
    params: new Map([
      ['transport', 'tcp'],
      ['lr', undefined],
    ]),
    headers: [
      ['subject', 'a%20b'],
      ['x', ''],
    ],
  });
});

for (const text of [
  'sip:example.com',
  'sip:bob@192.0.2.4',
  'sip:+1-212-555-1212:1234@gateway.com;user=phone',
  'sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com',
  'sip:alice;day=tuesday@atlanta.com',
  'sip:a@[::ffff:192.0.2.10]:19823',
  'sip:user_name@host_name.example.',
]) {
  test(`19.1.3: ${text} comes back as it was`, () => assert.equal(serializeSipUri(parseSipUri(text)!), text));
}

for (const text of [
  '',
  'sip:',
  'tel:+4930123',
  'sip:@example.com',
  'sip:a b@example.com',
  'sip:a@b@example.com',
  'sip:a@exam ple.com',
  'sip:a@example.com:',
  'sip:a@example.com:99999',
  'sip:a@example.com:5o60',
  'sip:a@[::1',
  'sip:a@[1::2::3]',
  'sip:a@2001:db8::1',
  'sip:a%4@example.com',
  'sip:a%zz@example.com',
  'sip:a@example.com;',
  'sip:a@example.com;=b',
  'sip:a@example.com;x=1;X=2',
  'sip:a@example.com?',
  'sip:a@example.com?x',
  'sip:<a>@example.com',
  'sip:"a"@example.com',
  'sip:a@exam\u00fcple.com',
]) {
  test(`"${text}" is no SIP URI`, () => assert.equal(parseSipUri(text), undefined));
}

for (const [a, b] of [
  ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
  [
    'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
    'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
  ],
  [
    'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
    'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
  ],
] as const) {
  test(`19.1.4: ${a} is ${b}`, () => assert.deepEqual([same(a, b), same(b, a)], [true, true]));
}

for (const [a, b] of [
  ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
  ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
  ['sip:carol@chicago.com', 'sips:carol@chicago.com'],
  ['sip:carol:1@chicago.com', 'sip:carol@chicago.com'],
] as const) {
  test(`19.1.4: ${a} is not ${b}`, () => assert.deepEqual([same(a, b), same(b, a)], [false, false]));
}

test('10.3: an address of record has no parameters, port or escapes, and its host is in lower case', () => {
  assert.equal(addressOfRecord(parseSipUri('sip:%62ob@EXAMPLE.com:5080;x=1')!), 'bob@example.com');
  assert.equal(addressOfRecord(parseSipUri('sip:Example.com')!), 'example.com');
});

test('19.1.2: any text becomes a user and back', () => {
  for (const text of [
    'bob',
    'bob@home',
    'J\u00fcrgen M.',
    '100%',
    'a;b?c/d',
    '\ud83d\ude00',
    "it's(ok)!*~",
  ]) {
    const uri = parseSipUri(`sip:${escapeUser(text)}@example.com`);
    assert.equal(unescapeUri(uri!.user!), text);
  }
});
