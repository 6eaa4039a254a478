import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { parseVia, serializeVia, topVia, transactionBranch } from './via.ts';

test('20.42: transport, sent-by and parameters are read', () => {
  const via = parseVia('SIP/2.0/udp erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7;rport');
  assert.deepEqual(via, {
    transport: 'UDP',
    host: 'erlang.bell-telephone.com',
    port: 5060,
    params: new Map([
      ['branch', 'z9hG4bK87asdks7'],
      ['rport', undefined],
    ]),
  });
  assert.equal(serializeVia(via!), 'SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7;rport');
});

test('20.42: white space around the parts is allowed', () => {
  const via = parseVia(
    'SIP / 2.0 / TCP first.example.com : 4000 ;ttl=16 ; maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1',
  );
  assert.deepEqual([via?.transport, via?.host, via?.port], ['TCP', 'first.example.com', 4000]);
});

test('RFC 5118 §4.5: received may be an IPv6 address with or without brackets', () => {
  const text = 'SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111';
  assert.equal(parseVia(text)?.host, '[2001:db8::9:1]');
  assert.equal(
    parseVia(text.replace('[2001:db8::9:255]', '2001:db8::9:255'))?.params.get('received'),
    '2001:db8::9:255',
  );
});

for (const text of [
  '',
  'SIP/2.0/UDP',
  'SIP/2.0 UDP a',
  'SIP//UDP a',
  'HTTP/2.0/UDP a',
  'SIP/2.0/UDP a b',
  'SIP/2.0/UDP a:',
  'SIP/2.0/UDP a;;',
  'SIP/2.0/UDP [::1',
  'SIP/2.0/UDPa',
]) {
  test(`"${text}" is no Via`, () => assert.equal(parseVia(text), undefined));
}

test('17.2.3: a branch identifies a transaction when more follows the cookie', () => {
  const branch = (value: string) => transactionBranch(parseVia(`SIP/2.0/UDP a;branch=${value}`)!);
  assert.equal(branch('z9hG4bK1'), 'z9hG4bK1');
  assert.equal(branch('z9hG4bK'), undefined);
  assert.equal(branch('390skdjuw'), undefined);
  assert.equal(transactionBranch(parseVia('SIP/2.0/UDP a')!), undefined);
});

test('the top Via is the first value of the first field', () => {
  assert.equal(topVia(createHeaderFields([['v', 'SIP/2.0/UDP a, SIP/2.0/UDP b']]))?.host, 'a');
  assert.equal(topVia(createHeaderFields()), undefined);
});

test('RFC 3261 §8.2.6.2: a Via of another SIP version goes back as it came', () => {
  const text = 'SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw';
  assert.equal(parseVia(text)?.version, '7.0');
  assert.equal(serializeVia(parseVia(text)!), text);
});
