import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { parseTokenList, unsupportedOptions } from './token-list.ts';

test('20.37: an empty Supported has no options', () => {
  assert.deepEqual(parseTokenList(createHeaderFields([['k', '']]), 'Supported'), []);
  assert.deepEqual(parseTokenList(createHeaderFields([['k', 'path, gruu']]), 'Supported'), ['path', 'gruu']);
});

test('8.2.2.3: what we lack is named as it came', () => {
  const headers = createHeaderFields([['Require', '100rel, Path']]);
  assert.deepEqual(unsupportedOptions(headers, 'Require', new Set(['path'])), ['100rel']);
  assert.deepEqual(unsupportedOptions(headers, 'Proxy-Require', new Set()), []);
});
