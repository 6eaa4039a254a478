import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, createResponse, responseTo } from './build-message.ts';
import { serializeMessage } from './serializer.ts';

const request = createRequest({
  method: 'MESSAGE',
  uri: 'sip:bob@example.com',
  headers: [
    ['Via', 'SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2'],
    ['From', '<sip:alice@example.com>;tag=1'],
    ['To', '<sip:bob@example.com>'],
    ['Call-ID', 'x'],
    ['CSeq', '7 MESSAGE'],
    ['Timestamp', '54'],
    ['Subject', 'lunch'],
  ],
});

test('8.2.6.2: a response has Via, From, Call-ID and CSeq of the request, and To with a tag', () => {
  const { headers, reason, status } = responseTo(request, 200, { toTag: 'abc' });
  assert.deepEqual([status, reason], [200, 'OK']);
  assert.deepEqual(headers.getAll('Via'), request.headers.getAll('Via'));
  for (const name of ['From', 'Call-ID', 'CSeq']) assert.equal(headers.get(name), request.headers.get(name));
  assert.equal(headers.get('To'), '<sip:bob@example.com>;tag=abc');
  assert.equal(headers.has('Subject'), false);
});

test('8.2.6.2: a To that has a tag keeps it', () => {
  const inDialog = { ...request, headers: request.headers.clone() };
  inDialog.headers.set('To', '<sip:bob@example.com>;TAG = old');
  assert.equal(
    responseTo(inDialog, 200, { toTag: 'new' }).headers.get('To'),
    '<sip:bob@example.com>;TAG = old',
  );
});

test('8.2.6.1: Timestamp goes into the 100 only', () => {
  assert.equal(responseTo(request, 100).headers.get('Timestamp'), '54');
  assert.equal(responseTo(request, 200).headers.has('Timestamp'), false);
});

test('own fields are added, and replace a copied one', () => {
  const { headers } = responseTo(request, 401, {
    headers: [
      ['WWW-Authenticate', 'Digest a'],
      ['WWW-Authenticate', 'Digest b'],
      ['To', '<sip:carol@example.com>;tag=2'],
      ['v', 'SIP/2.0/UDP c'],
    ],
  });
  assert.deepEqual(headers.getAll('WWW-Authenticate'), ['Digest a', 'Digest b']);
  assert.deepEqual(headers.getAll('To'), ['<sip:carol@example.com>;tag=2']);
  assert.deepEqual(headers.getAll('Via'), ['SIP/2.0/UDP c']);
});

test('a request with values from the wire can always be answered', () => {
  const odd = { ...request, headers: request.headers.clone() };
  odd.headers.set('To', '"NUL \\\0" <sip:bob@example.com>');
  assert.equal(
    responseTo(odd, 400, { toTag: 'x' }).headers.get('To'),
    '"NUL \\\0" <sip:bob@example.com>;tag=x',
  );
});

test('20.14: Content-Length is written and true, whatever the fields say', () => {
  const response = createResponse({
    status: 200,
    headers: [
      ['l', '999'],
      ['X', '1'],
    ],
    body: new TextEncoder().encode('ü'),
  });
  const text = new TextDecoder().decode(serializeMessage(response));
  assert.equal(text, 'SIP/2.0 200 OK\r\nl: 2\r\nX: 1\r\n\r\nü');
  const bare = new TextDecoder().decode(serializeMessage(createResponse({ status: 486 })));
  assert.equal(bare, 'SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n');
});

test('8.1.3.2: an unknown status reads like the x00 of its class', () => {
  assert.equal(createResponse({ status: 499 }).reason, 'Bad Request');
});

test('what cannot be written to the wire is our own fault', () => {
  assert.throws(() => createResponse({ status: 99 }), TypeError);
  assert.throws(() => createResponse({ status: 200, reason: 'a\r\nb' }), TypeError);
  assert.throws(() => createRequest({ method: 'A B', uri: 'sip:a' }), TypeError);
  assert.throws(() => createRequest({ method: 'A', uri: 'sip:a b' }), TypeError);
});
