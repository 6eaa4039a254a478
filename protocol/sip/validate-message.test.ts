import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, responseTo } from './build-message.ts';
import { validateRequest, validateResponse } from './validate-message.ts';

const FIELDS: readonly (readonly [string, string])[] = [
  ['Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1'],
  ['Max-Forwards', '70'],
  ['From', '<sip:alice@example.com>;tag=1'],
  ['To', '<sip:bob@example.com>'],
  ['Call-ID', '1'],
  ['CSeq', '1 MESSAGE'],
];

function request(changes: Record<string, string | undefined> = {}, uri = 'sip:bob@example.com') {
  const message = createRequest({ method: 'MESSAGE', uri, headers: FIELDS });
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) message.headers.remove(name);
    else message.headers.set(name, value);
  }
  return message;
}

test('8.1.1: a request with the mandatory fields has no fault', () => {
  assert.equal(validateRequest(request()), undefined);
  assert.equal(validateRequest(request({}, 'tel:+4930123')), undefined);
});

for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
  test(`8.1.1: without ${name} it is 400`, () => {
    assert.deepEqual(validateRequest(request({ [name]: undefined })), {
      status: 400,
      reason: `${name} is missing`,
    });
  });
}

test('16.3: a missing Max-Forwards is no fault', () => {
  assert.equal(validateRequest(request({ 'Max-Forwards': undefined })), undefined);
});

for (const [name, value] of [
  ['Via', 'SIP/2.0/UDP'],
  ['From', 'alice'],
  ['To', '<sip:bob@example.com'],
  ['Call-ID', ''],
  ['Call-ID', 'a b'],
  ['CSeq', '1'],
  ['CSeq', '2147483648 MESSAGE'],
  ['CSeq', '1 message'],
  ['Max-Forwards', '256'],
  ['Max-Forwards', '-1'],
  ['Contact', '*'],
  ['Contact', '<sip:a@b>, '],
  ['Route', 'sip:p.example.com;lr'],
  ['Record-Route', '<>'],
] as const) {
  test(`${name}: "${value}" is 400`, () =>
    assert.equal(validateRequest(request({ [name]: value }))?.status, 400));
}

for (const name of ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards']) {
  test(`7.3.1: a second ${name} is 400`, () => {
    const message = request();
    message.headers.append(name, message.headers.get(name)!);
    assert.equal(validateRequest(message)?.status, 400);
  });
}

test('8.2.2.1: another scheme is 416, a SIP URI that cannot be read is 400', () => {
  assert.equal(validateRequest(request({}, 'mailto:bob@example.com'))?.status, 416);
  assert.equal(validateRequest(request({}, 'sip:bob@'))?.status, 400);
});

test('10.2.2: a REGISTER may have Contact: *', () => {
  const message = createRequest({ method: 'REGISTER', uri: 'sip:example.com', headers: FIELDS });
  message.headers.set('CSeq', '1 REGISTER');
  message.headers.set('Contact', '*');
  assert.equal(validateRequest(message), undefined);
});

test('8.1.3.3: a response with two Vias is for a proxy, not for a user agent', () => {
  const response = responseTo(request(), 200, { toTag: '1' });
  assert.equal(validateResponse(response, { isUserAgent: true }), undefined);
  response.headers.append('Via', 'SIP/2.0/UDP b');
  assert.equal(validateResponse(response), undefined);
  assert.equal(validateResponse(response, { isUserAgent: true }), 'more than one Via');
});
