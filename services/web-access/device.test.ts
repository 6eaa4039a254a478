import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceNameOf, deviceOfCookie, newDeviceCookie } from './device.ts';

test('a browser is named by what its User-Agent says first, and never by more than that', () => {
  const names = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Windows',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36':
      'Chrome on Linux',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0':
      'Edge on Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1':
      'Safari on iOS',
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36':
      'Chrome on Android',
    'curl/8': 'Browser',
  };
  for (const [userAgent, name] of Object.entries(names)) assert.equal(deviceNameOf(userAgent), name);
  assert.equal(deviceNameOf(undefined), 'Browser');
});

test('only a cookie that was given here names a device', () => {
  const cookie = newDeviceCookie();
  assert.equal(deviceOfCookie(cookie), `browser:${cookie}`);
  for (const other of [undefined, '', 'x', `${cookie}x`, 'x'.repeat(5000)])
    assert.equal(deviceOfCookie(other), null);
});
