import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserName } from './browser-name.ts';

test('a User-Agent is told as browser and system', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36';
  assert.equal(browserName(chrome), 'Chrome, Windows');
  assert.equal(browserName(`${chrome} Edg/146.0`), 'Edge, Windows');
  assert.equal(
    browserName('Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'),
    'Firefox, Linux',
  );
  assert.equal(
    browserName(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1',
    ),
    'Safari, iPhone',
  );
  assert.equal(browserName('curl/8.14'), 'curl/8.14');
});
