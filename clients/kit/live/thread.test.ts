import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../contracts.ts';
import {
  appendMessage,
  appendPage,
  changeMessage,
  continuePage,
  messageIn,
  pageAround,
  prependPage,
} from './thread.ts';

const messages = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, at) => ({ seq: first + at }) as Message);
const newestFirst = (first: number, last: number) => messages(first, last).reverse();
const seqs = ({ messages: held }: { readonly messages: readonly Message[] }) => held.map(({ seq }) => seq);

test('a chat that is opened at an old message goes on downwards page by page, and then is as any other', () => {
  const opened = pageAround(newestFirst(4, 6), true, 10);
  assert.deepEqual([seqs(opened), opened.hasOlder, opened.hasNewer], [[4, 5, 6], true, true]);
  // What is said meanwhile has its place only behind what is not loaded yet.
  assert.equal(appendMessage(opened, { seq: 11 } as Message), opened);
  const further = continuePage(opened, messages(7, 9), 11);
  assert.deepEqual([seqs(further).at(-1), further.hasNewer], [9, true]);
  const whole = continuePage(further, messages(10, 11), 11);
  assert.deepEqual([seqs(whole).at(-1), whole.hasNewer], [11, undefined]);
});

test('going upwards leaves open what is below', () => {
  const older = prependPage(pageAround(newestFirst(4, 6), true, 10), newestFirst(1, 3), false);
  assert.deepEqual([seqs(older), older.hasOlder, older.hasNewer], [[1, 2, 3, 4, 5, 6], false, true]);
});

test('a page around one of the newest messages is the end, and an empty page below ends the asking', () => {
  assert.equal(pageAround(newestFirst(8, 10), true, 10).hasNewer, undefined);
  assert.equal(continuePage(pageAround(newestFirst(4, 6), true, 10), [], 10).hasNewer, undefined);
});

test('a gap of what was said while somebody was away is passed by a page, and messages behind it are found', () => {
  const opened = pageAround(newestFirst(1, 3), false, 20);
  const passed = continuePage(opened, messages(10, 12), 20);
  assert.deepEqual([seqs(passed), passed.hasNewer], [[1, 2, 3, 10, 11, 12], true]);
  assert.equal(messageIn(passed, 11)?.seq, 11);
  assert.equal(messageIn(passed, 5), undefined);
  const edited = changeMessage(passed, { seq: 11, revision: 4, text: 'new' } as Message);
  assert.equal(messageIn(edited, 11)?.text, 'new');
  assert.deepEqual(seqs(edited), seqs(passed));
  // The part that was loaded when it was asked for is not there any more.
  assert.equal(appendPage(opened, messages(21, 22), 20), opened);
});
