import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Window } from '../alerts/contract.ts';
import { ACTIVE_MS, CLOSE_MS, firstWindows, otherWindows } from './alert-targets.ts';

const NOW = 10_000_000;

function window(windowId: string, agoMs: number, more: Partial<Window> = {}): Window {
  const activeAt = NOW - agoMs;
  return { userId: 'bob', windowId, browserId: windowId, activeAt, looksAt: null, isOpen: true, ...more };
}

function first(...windows: readonly Window[]): string[] | 'seen' {
  const choice = firstWindows(windows, 'c', NOW);
  return choice.kind === 'seen' ? 'seen' : [...choice.windowIds].sort();
}

test('the window that was used last hears of it first, if it is clear which one that is', () => {
  const [laptop, tablet] = [window('laptop', 5_000), window('tablet', 5_000 + CLOSE_MS)];
  assert.deepEqual(first(tablet, laptop), ['laptop']);
  assert.deepEqual(first(window('tablet', 20_000), laptop), ['laptop', 'tablet'], 'too close to tell');
  assert.deepEqual(first(laptop, window('idle', ACTIVE_MS + 1)), ['laptop']);
});

test('where nobody was active, all hear of it; where there is no window, none', () => {
  assert.deepEqual(first(window('a', ACTIVE_MS + 1), window('b', NOW)), ['a', 'b']);
  assert.deepEqual(first(), []);
  assert.deepEqual(first(window('a', 0, { isOpen: false })), []);
});

test('what is before the eyes makes no sound anywhere', () => {
  const reading = window('laptop', 1_000, { looksAt: 'c' });
  assert.equal(first(reading, window('tablet', 0)), 'seen');
  assert.deepEqual(first(window('laptop', 1_000, { looksAt: 'another' })), ['laptop']);
  const left = window('laptop', ACTIVE_MS + 1, { looksAt: 'c' });
  assert.deepEqual(first(left), ['laptop'], 'nobody sits there any more');
});

test('of the tabs of one browser one speaks for all, the one used last', () => {
  const browserId = 'chromium';
  const tabs = [
    window('t1', 50, { browserId }),
    window('t2', 10, { browserId }),
    window('t3', NOW, { browserId }),
  ];
  assert.deepEqual(first(...tabs), ['t2']);
  assert.deepEqual([...otherWindows([...tabs, window('phone', NOW)], new Set(['t2']))], ['phone']);
});

const anyWindow = fc
  .record({
    windowId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    browserId: fc.constantFrom('x', 'y', 'z'),
    agoMs: fc.integer({ min: 0, max: 2 * ACTIVE_MS }),
    looksAt: fc.constantFrom(null, 'c', 'other'),
    isOpen: fc.boolean(),
  })
  .map(({ windowId, agoMs, ...more }) => window(windowId, agoMs, more));
const anyWindows = fc.uniqueArray(anyWindow, { selector: ({ windowId }) => windowId, maxLength: 5 });

test('first and then the others: every browser with an open window hears of it, and none twice', () => {
  fc.assert(
    fc.property(anyWindows, (windows) => {
      const choice = firstWindows(windows, 'c', NOW);
      const told = choice.kind === 'seen' ? new Set<string>() : choice.windowIds;
      const later = otherWindows(windows, told);
      const byId = new Map(windows.map((one) => [one.windowId, one]));
      const heard = [...told, ...later].map((id) => byId.get(id)!);
      const browsers = (some: readonly Window[]) => some.map(({ browserId }) => browserId).sort();
      const open = windows.filter(({ isOpen }) => isOpen);
      assert.ok(heard.every(({ isOpen }) => isOpen));
      assert.deepEqual(browsers(heard), [...new Set(browsers(open))], 'each browser once');
      if (choice.kind === 'windows') assert.equal(told.size > 0, open.length > 0, 'somebody hears at once');
    }),
  );
});

test('the order in which nodes heard of windows changes nothing', () => {
  fc.assert(
    fc.property(anyWindows, (windows) => {
      assert.deepEqual(first(...windows), first(...windows.toReversed()));
    }),
  );
});
