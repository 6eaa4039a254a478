import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { parseAllow, serializeAllow } from './allow.ts';

test('20.5: the methods of every Allow; none at all says nothing', () => {
  const headers = createHeaderFields([
    ['Allow', 'INVITE, ACK,,OPTIONS'],
    ['allow', 'CANCEL'],
  ]);
  assert.deepEqual(parseAllow(headers), new Set(['INVITE', 'ACK', 'OPTIONS', 'CANCEL']));
  assert.equal(parseAllow(createHeaderFields()), undefined);
  assert.deepEqual(parseAllow(createHeaderFields([['Allow', '']])), new Set());
});

test('an entry that is no token makes it unreadable', () => {
  assert.equal(parseAllow(createHeaderFields([['Allow', 'INVITE, A B']])), undefined);
});

test('it is written as a list', () => assert.equal(serializeAllow(['INVITE', 'BYE']), 'INVITE, BYE'));
