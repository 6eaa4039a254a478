// Windows of one browser: each with its own state, over one storage that tells the others of what is written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore } from 'zustand/vanilla';
import { DraftDesk } from './draft-desk.ts';
import type { Draft } from './drafts.ts';
import type { KeyValueStorage } from './outbox.ts';

interface State {
  drafts: Readonly<Record<string, Draft>>;
  replacedDrafts: Readonly<Record<string, Draft>>;
}

function browser() {
  const entries = new Map<string, string>();
  const told: { writer: object; key: string; value: string | null }[] = [];
  const windows = new Map<object, DraftDesk>();
  let nowMs = 1_000;
  let ids = 0;

  function open() {
    const writer = {};
    const storage: KeyValueStorage = {
      get length() {
        return entries.size;
      },
      key: (index) => [...entries.keys()][index] ?? null,
      getItem: (key) => entries.get(key) ?? null,
      removeItem: (key) => void entries.delete(key),
      setItem(key, value) {
        if (entries.get(key) === value) return;
        entries.set(key, value);
        told.push({ writer, key, value });
      },
    };
    const store = createStore<State>(() => ({ drafts: {}, replacedDrafts: {} }));
    const timers = { now: () => nowMs++, after: () => () => {} };
    const desk = new DraftDesk({ storage, userId: 'alice', timers, randomId: () => `v${++ids}` }, store);
    windows.set(writer, desk);
    return {
      writes: (text: string) => desk.set('c1', { text, subject: '', replyTo: null }),
      text: () => store.getState().drafts['c1']?.text ?? '',
      replaced: () => store.getState().replacedDrafts['c1']?.text,
      takesBack: () => desk.settle('c1', true),
    };
  }

  /** What was written reaches the other windows, and what they write then, too. */
  function tell(): void {
    for (let next = told.shift(); next !== undefined; next = told.shift())
      for (const [writer, desk] of windows)
        if (writer !== next.writer) desk.changedElsewhere(next.key, next.value);
  }
  return { open, tell, entries };
}

test('what one window writes the other shows, and goes on from there', () => {
  const { open, tell } = browser();
  const [one, two] = [open(), open()];
  one.writes('half');
  tell();
  assert.equal(two.text(), 'half');
  two.writes('half a thought');
  tell();
  assert.deepEqual([one.text(), one.replaced()], ['half a thought', undefined]);
  one.writes('');
  tell();
  assert.deepEqual([two.text(), two.replaced(), open().text()], ['', undefined, '']);
});

test('written at the same time, the newer one wins in every window, and the other can be taken back', () => {
  const { open, tell } = browser();
  const [one, two] = [open(), open()];
  one.writes('from the first');
  two.writes('from the second');
  tell();
  assert.deepEqual([one.text(), two.text(), open().text()], Array(3).fill('from the second'));
  assert.deepEqual([one.replaced(), two.replaced()], ['from the first', undefined]);
  one.takesBack();
  tell();
  assert.deepEqual([one.text(), two.text(), one.replaced()], ['from the first', 'from the first', undefined]);
});

test('a draft of an earlier version, or anything else in the storage, is a text', () => {
  const { open, entries } = browser();
  entries.set('parley.draft.alice.c1', 'plain words');
  assert.equal(open().text(), 'plain words');
  entries.set('parley.draft.alice.c1', '{"text":7}');
  assert.equal(open().text(), '{"text":7}');
});
