import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { generateDevicePassword, hashDevicePassword } from './device-password.ts';

test('a device password has four groups without look-alikes, and no two are the same', () => {
  const passwords = new Set(Array.from({ length: 200 }, generateDevicePassword));
  assert.equal(passwords.size, 200);
  for (const password of passwords) assert.match(password, /^[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}$/);
});

test('RFC 7616 §3.4.2: what is kept is H(username:realm:password) for both spellings of the user name', () => {
  const hashes = hashDevicePassword('bob@parley.test', 'secret');
  assert.equal(hashes.local.md5, createHash('md5').update('bob:parley:secret').digest('hex'));
  assert.equal(
    hashes.full.sha256,
    createHash('sha256').update('bob@parley.test:parley:secret').digest('hex'),
  );
});
