import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AudioShelf } from './audio-shelf.ts';

const DAY_MS = 86_400_000;

async function shelf(t: TestContext, options: { mostBytes?: number; now?: () => number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-shelf-'));
  t.after(() => rm(folder, { recursive: true }));
  return { folder, shelf: new AudioShelf({ folder, now: Date.now, ...options }) };
}

const piece = (offset: number, text: string, totalBytes = 6) => ({
  offset,
  totalBytes,
  data: Buffer.from(text),
});

test('what is brought in pieces is there when it is whole, and a piece may be said twice', async (t) => {
  const { shelf: one } = await shelf(t);
  assert.equal(await one.store('greeting-1', piece(3, 'def')), 0, 'a piece before it is missing');
  assert.equal(await one.store('greeting-1', piece(0, 'abc')), 3);
  assert.equal(await one.store('greeting-1', piece(0, 'abc')), 3);
  assert.equal(await one.find('greeting-1'), undefined);
  assert.equal(await one.store('greeting-1', piece(3, 'def')), 6);
  assert.equal(await one.store('greeting-1', piece(0, 'abc')), 6);
  const read = await one.read('greeting-1', 2);
  assert.deepEqual([read?.data.toString(), read?.totalBytes], ['cdef', 6]);
  await one.drop('greeting-1');
  assert.equal(await one.read('greeting-1', 0), undefined);
  assert.equal(await one.find('../../etc/passwd'), undefined);
});

test('a full disk forgets what was brought, and never what was recorded', async (t) => {
  const { shelf: one } = await shelf(t, { mostBytes: 14 });
  await writeFile(one.recordingPath('recorded-1'), '12345678');
  assert.equal(await one.store('greeting-1', piece(0, 'abcdef')), 6);
  assert.equal(await one.store('greeting-2', piece(0, 'ghijkl')), 6);
  assert.equal(await one.find('greeting-1'), undefined);
  assert.notEqual(await one.find('recorded-1'), undefined);
  assert.equal(await one.store('greeting-3', piece(0, 'abcdefg', 7)), undefined, 'there is no room for it');
});

test('what was brought is forgotten a day after it was used last, a recording when nobody fetched it for a month', async (t) => {
  let ahead = 0;
  const { shelf: one } = await shelf(t, { now: () => Date.now() + ahead });
  await one.store('greeting-1', piece(0, 'abcdef'));
  await writeFile(one.recordingPath('recorded-1'), 'sound');
  await utimes(one.recordingPath('recorded-1'), Date.now() / 1000, Date.now() / 1000);
  ahead = DAY_MS * 0.9;
  assert.notEqual(await one.find('greeting-1'), undefined);
  ahead = DAY_MS * 1.5;
  await one.sweep();
  assert.notEqual(await one.find('greeting-1'), undefined, 'it was used');
  ahead = DAY_MS * 3;
  await one.sweep();
  assert.equal(await one.find('greeting-1'), undefined);
  assert.notEqual(await one.find('recorded-1'), undefined);
  ahead = DAY_MS * 31;
  await one.sweep();
  assert.equal(await one.find('recorded-1'), undefined);
});
