import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCSeq, serializeCSeq } from './cseq.ts';

test('20.16: a number, white space and a method', () => {
  assert.deepEqual(parseCSeq('4711 INVITE'), { sequence: 4711, method: 'INVITE' });
  assert.deepEqual(parseCSeq(' 0009 \t INVITE '), { sequence: 9, method: 'INVITE' });
  assert.equal(serializeCSeq({ sequence: 9, method: 'INVITE' }), '9 INVITE');
});

test('8.1.1.5: the number is less than 2**31', () => {
  assert.equal(parseCSeq('2147483647 BYE')?.sequence, 2147483647);
  assert.equal(parseCSeq('2147483648 BYE'), undefined);
});

for (const text of ['', '1', 'INVITE 1', '-1 INVITE', '1INVITE', '1 IN VITE', '1 <x>', '1.0 INVITE']) {
  test(`"${text}" is no CSeq`, () => assert.equal(parseCSeq(text), undefined));
}
