// The messages of RFC 5118 §4, each with the verdict that its section prescribes. Content-Length is what the body has:
// the document's own figures count differently.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type NameAddr,
  parseMessage,
  parseNameAddr,
  parseSipUri,
  parseVia,
  type SipRequest,
  serializeMessage,
  sipUrisEqual,
  validateRequest,
} from './index.ts';

const folder = join(import.meta.dirname, '../../spec/corpora/rfc5118');
const untested = new Set(readdirSync(folder));

function request(name: string): SipRequest {
  untested.delete(`${name}.dat`);
  const bytes = new Uint8Array(readFileSync(join(folder, `${name}.dat`)));
  const parsed = parseMessage(bytes);
  assert(parsed.ok && parsed.message.kind === 'request', JSON.stringify(parsed));
  // What is passed on is what came.
  assert.deepEqual(Buffer.from(serializeMessage(parsed.message)), Buffer.from(bytes));
  return parsed.message;
}

function valid(name: string): SipRequest {
  const message = request(name);
  assert.equal(validateRequest(message), undefined);
  return message;
}

const target = (message: SipRequest) => parseSipUri(message.uri);
const nameAddr = (message: SipRequest, name: string): NameAddr =>
  parseNameAddr(message.headers.get(name) ?? '')!;
const vias = (message: SipRequest) =>
  message.headers.getAll('Via').map((text) => {
    const via = parseVia(text);
    return [via?.transport, via?.host, via?.port, via?.params.get('received')];
  });
const body = (message: SipRequest) => new TextDecoder().decode(message.body);

test('4.1 ipv6-good: an IPv6 reference is read', () => {
  const message = valid('ipv6-good');
  assert.equal(target(message)?.host, '[2001:db8::10]');
  assert.deepEqual(vias(message), [['UDP', '[2001:db8::9:1]', undefined, undefined]]);
  assert.equal(parseSipUri(nameAddr(message, 'Contact').uri)?.host, '[2001:db8::1]');
});

test('4.2 ipv6-bad: an IPv6 address without brackets in the Request-URI is 400', () => {
  const fault = validateRequest(request('ipv6-bad'));
  assert.deepEqual(fault, { status: 400, reason: 'Request-URI is malformed' });
});

test('4.3 port-ambiguous: what stands in the brackets is the address, all of it', () => {
  const uri = target(valid('port-ambiguous'));
  assert.deepEqual([uri?.host, uri?.port], ['[2001:db8::10:5070]', undefined]);
});

test('4.4 port-unambiguous: what stands behind the brackets is the port', () => {
  const uri = target(valid('port-unambiguous'));
  assert.deepEqual([uri?.host, uri?.port], ['[2001:db8::10]', 5070]);
});

test('4.5 via-received-param: received is read with brackets and without', () => {
  const withBrackets = vias(valid('via-received-param-with-delim'));
  assert.deepEqual(withBrackets, [['UDP', '[2001:db8::9:1]', undefined, '[2001:db8::9:255]']]);
  const without = vias(valid('via-received-param-no-delim'));
  assert.deepEqual(without, [['UDP', '[2001:db8::9:1]', undefined, '2001:db8::9:255']]);
});

test('4.6 ipv6-in-sdp: a session description has IPv6 addresses without brackets', () => {
  const message = valid('ipv6-in-sdp');
  assert.match(body(message), /^c=IN IP6 2001:db8::20\r$/m);
  assert(body(message).endsWith('a=rtpmap:107 H263-1998/90000\r\n'));
});

test('4.7 mult-ip-in-header: IPv4 and IPv6 addresses stand in one message', () => {
  assert.deepEqual(vias(valid('mult-ip-in-header')), [
    ['UDP', '[2001:db8::9:1]', 6050, undefined],
    ['UDP', '192.0.2.1', undefined, undefined],
    ['TCP', '[2001:db8::9:255]', undefined, '192.0.2.200'],
  ]);
});

test('4.8 mult-ip-in-sdp: IPv4 and IPv6 addresses stand in one session description', () => {
  const text = body(valid('mult-ip-in-sdp'));
  assert.match(text, /c=IN IP4 192\.0\.2\.1\r\n/);
  assert.match(text, /c=IN IP6 2001:db8::1\r\n/);
});

test('4.9 ipv4-mapped-ipv6: an IPv6 address may end in an IPv4 address', () => {
  const message = valid('ipv4-mapped-ipv6');
  assert.deepEqual(vias(message), [
    ['UDP', '[::ffff:192.0.2.10]', 19823, undefined],
    ['UDP', '[::ffff:192.0.2.2]', undefined, undefined],
  ]);
  assert.equal(parseSipUri(nameAddr(message, 'Contact').uri)?.host, '[::ffff:192.0.2.2]');
});

test('4.10 ipv6-bug-abnf-3-colons: three colons are taken for the two that are meant', () => {
  const correct = target(valid('ipv6-correct-abnf-2-colons'));
  const message = valid('ipv6-bug-abnf-3-colons');
  assert.equal(message.uri, 'sip:user@[2001:db8:::192.0.2.1]');
  assert.equal(target(message)?.host, '[2001:db8::192.0.2.1]');
  assert(sipUrisEqual(target(message)!, correct!));
  assert(sipUrisEqual(parseSipUri(nameAddr(message, 'To').uri)!, correct!));
});

for (const uri of [
  'sip:[2001:db8:::1]',
  'sip:[:::192.0.2.1.5]',
  'sip:[2001:::db8::192.0.2.1]',
  'sip:[::192.0.2.256]',
]) {
  test(`4.10: ${uri} is still no URI`, () => assert.equal(parseSipUri(uri), undefined));
}

test('no message of the corpus is left out', () => assert.deepEqual([...untested], []));
