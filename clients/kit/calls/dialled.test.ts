import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialledFrom } from './dialled.ts';

const numberOf = (typed: string) => dialledFrom(typed)?.dialled ?? null;

test('a number is one in every spelling', () => {
  for (const [typed, dialled] of [
    ['+49 89 123456', '+4989123456'],
    ['+49 (0) 89 / 12 34-56', '+4989123456'],
    ['(089) 123 456', '089123456'],
    ['0049.89.123456', '004989123456'],
    ['tel:+1-201-555-0123;ext=5', '+12015550123'],
    ['\u202a+49\u00a089\u00a0123456\u202c', '+4989123456'],
    ['*21#', '*21#'],
    ['100', '100'],
    ['٠٨٩', null],
  ] as const)
    assert.equal(numberOf(typed), dialled, typed);
});

test('a SIP address can be called; words, dates with letters and single digits are searched for', () => {
  assert.deepEqual(dialledFrom('sip:bob@example.org;transport=tls'), {
    dialled: 'sip:bob@example.org;transport=tls',
    shown: 'bob@example.org',
  });
  for (const typed of [
    '',
    'Bob',
    'bob@example.org',
    '7',
    '12 May',
    'a123',
    '+',
    'sip:nobody',
    '1'.repeat(40),
  ])
    assert.equal(dialledFrom(typed), null, typed);
});
