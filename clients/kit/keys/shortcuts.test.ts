import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyCaps, mayFire, pressed } from './shortcuts.ts';

const press = (key: string, ...modifiers: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]) => ({
  key,
  ctrlKey: modifiers.includes('ctrlKey'),
  metaKey: modifiers.includes('metaKey'),
  altKey: modifiers.includes('altKey'),
  shiftKey: modifiers.includes('shiftKey'),
});

test('a combination fires with exactly its modifiers; Command counts as Control', () => {
  assert.ok(pressed(press('k', 'ctrlKey'), 'Control+K'));
  assert.ok(pressed(press('k', 'metaKey'), 'Control+K'));
  assert.ok(!pressed(press('k'), 'Control+K'));
  assert.ok(!pressed(press('k', 'ctrlKey', 'altKey'), 'Control+K'));
  assert.ok(!pressed(press('ArrowUp', 'altKey', 'shiftKey'), 'Alt+ArrowUp'));
});

test('a sign fires whether or not the keyboard needs Shift for it', () => {
  assert.ok(pressed(press('?', 'shiftKey'), '?'));
  assert.ok(pressed(press('/'), '/'));
  assert.ok(pressed(press('/', 'shiftKey'), '/'));
});

test('WCAG 2.1.4: a single key never fires in a text field', () => {
  assert.ok(!mayFire('/', true));
  assert.ok(!mayFire('?', true));
  assert.ok(mayFire('/', false));
  assert.ok(mayFire('Control+K', true));
  assert.ok(mayFire('Alt+ArrowUp', true));
});

test('keys are shown as they stand on the keyboard', () => {
  assert.deepEqual(keyCaps('Alt+ArrowUp'), ['Alt', '↑']);
  assert.deepEqual(keyCaps('Control+/'), ['Ctrl', '/']);
});
