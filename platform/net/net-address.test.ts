import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { ipv6Groups, localAddressFor, plainAddress, sourceGroup } from './net-address.ts';

test('IPv4 on a dual-stack socket has its own spelling; everything else is left alone', () => {
  assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(plainAddress('::ffff:1'), '::ffff:1');
  assert.equal(plainAddress('2001:db8::1'), '2001:db8::1');
  assert.equal(plainAddress('192.0.2.1'), '192.0.2.1');
});

test('every spelling of an IPv6 address has the same eight groups', () => {
  const loopback = [0, 0, 0, 0, 0, 0, 0, 1];
  assert.deepEqual(ipv6Groups('::1'), loopback);
  assert.deepEqual(ipv6Groups('0:0:0:0:0:0:0:1'), loopback);
  assert.deepEqual(ipv6Groups('2001:DB8::c000:201%eth0'), ipv6Groups('2001:db8:0:0:0:0:192.0.2.1'));
  assert.deepEqual(ipv6Groups('fe80::'), [0xfe80, 0, 0, 0, 0, 0, 0, 0]);
});

test('limits count an IPv4 address by itself and an IPv6 address by its /64', () => {
  assert.equal(sourceGroup('192.0.2.1'), '192.0.2.1');
  assert.equal(sourceGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(sourceGroup('2001:db8:1:2::9'), '2001:db8:1:2::/64');
  assert.equal(sourceGroup('2001:db8::9'), '2001:db8:0:0::/64');
});

test('a peer is answered from our address in its network, else from the one that leads outward', () => {
  const own = (address: string, prefix: number, family: 'IPv4' | 'IPv6', internal = false) =>
    ({
      address,
      cidr: `${address}/${prefix}`,
      family,
      internal,
      netmask: '',
      mac: '',
    }) as NetworkInterfaceInfo;
  const interfaces = [
    own('127.0.0.1', 8, 'IPv4', true),
    own('::1', 128, 'IPv6', true),
    own('fe80::1', 64, 'IPv6'),
    own('192.0.2.10', 24, 'IPv4'),
    own('198.51.100.10', 24, 'IPv4'),
    own('2001:db8::10', 64, 'IPv6'),
  ];
  assert.equal(localAddressFor('127.0.0.5', interfaces), '127.0.0.1');
  assert.equal(localAddressFor('198.51.100.77', interfaces), '198.51.100.10');
  assert.equal(localAddressFor('203.0.113.1', interfaces), '192.0.2.10');
  assert.equal(localAddressFor('fe80::77%eth0', interfaces), 'fe80::1');
  assert.equal(localAddressFor('2001:db8:9::1', interfaces), '2001:db8::10');
  assert.equal(localAddressFor('2001:db8:9::1', []), '::1');
  assert.equal(localAddressFor('203.0.113.1', []), '127.0.0.1');
});
