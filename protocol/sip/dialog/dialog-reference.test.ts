import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUasDialog, type Dialog } from './dialog.ts';
import { dialogKey, keyOfDialog } from './dialog-key.ts';
import { referencedDialog, referenceTo } from './dialog-reference.ts';
import { requestWith } from './testing/call.ts';

function dialogIn(state: Dialog['state'], role: Dialog['role']): Dialog {
  const options = { localTag: 'b1', localContact: 'sip:bob@192.0.2.2', state: 'confirmed' } as const;
  const made = createUasDialog(requestWith(), options);
  assert.ok(made.ok);
  return { ...made.dialog, state, role };
}

const OURS = 'c1;to-tag=b1;from-tag=a1';

/** RFC 3891 §3, RFC 3911 §4: what the INVITE says, the dialog that we have, what becomes of it. */
const CELLS: readonly (readonly [
  fields: Readonly<Record<string, string>>,
  state: Dialog['state'],
  role: Dialog['role'],
  outcome: string | number,
])[] = [
  [{}, 'confirmed', 'uas', 'none'],
  [{ Replaces: OURS }, 'confirmed', 'uas', 'replaces'],
  [{ Replaces: OURS }, 'confirmed', 'uac', 'replaces'],
  [{ Replaces: OURS }, 'early', 'uac', 'replaces'],
  [{ Replaces: OURS }, 'early', 'uas', 481],
  [{ Replaces: OURS }, 'terminated', 'uas', 603],
  [{ Replaces: `${OURS};early-only` }, 'confirmed', 'uas', 486],
  [{ Replaces: `${OURS};early-only` }, 'early', 'uac', 'replaces'],
  [{ Replaces: 'c2;to-tag=b1;from-tag=a1' }, 'confirmed', 'uas', 481],
  [{ Replaces: 'c1;to-tag=a1;from-tag=b1' }, 'confirmed', 'uas', 481],
  [{ Replaces: 'c1;to-tag=b1' }, 'confirmed', 'uas', 400],
  [{ Replaces: OURS, Join: OURS }, 'confirmed', 'uas', 400],
  [{ Join: OURS }, 'confirmed', 'uas', 'join'],
  [{ Join: OURS }, 'early', 'uac', 'join'],
  [{ Join: OURS }, 'early', 'uas', 481],
  [{ Join: OURS }, 'terminated', 'uac', 603],
  [{ Join: 'c2;to-tag=b1;from-tag=a1' }, 'confirmed', 'uas', 481],
  [{ Join: 'c1' }, 'confirmed', 'uas', 400],
];

for (const [fields, state, role, outcome] of CELLS) {
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  test(`RFC 3891 §3, RFC 3911 §4: ${text.join(', ') || 'no field'}, dialog ${state} as ${role}: ${outcome}`, () => {
    const dialog = dialogIn(state, role);
    const find = (key: string) => (key === keyOfDialog(dialog) ? dialog : undefined);
    const found = referencedDialog(requestWith(fields), find);
    assert.equal(found.ok ? found.kind : found.status, outcome);
  });
}

test('RFC 3891 §3: two Replaces, or one in a request that is no INVITE, are refused with 400', () => {
  const find = () => dialogIn('confirmed', 'uas');
  const twice = requestWith({ Replaces: OURS });
  twice.headers.append('Replaces', OURS);
  for (const request of [twice, requestWith({ Replaces: OURS }, { method: 'REFER' })]) {
    const found = referencedDialog(request, find);
    assert.equal(found.ok ? 200 : found.status, 400);
  }
});

test('RFC 3891 §3: a from-tag of zero finds the dialog of a peer without tag', () => {
  const dialog = { ...dialogIn('confirmed', 'uas'), remoteTag: '' };
  const find = (key: string) => (key === dialogKey('c1', 'b1', '') ? dialog : undefined);
  assert.ok(referencedDialog(requestWith({ Replaces: 'c1;to-tag=b1;from-tag=0' }), find).ok);
});

test('RFC 3891 §6.1: the field names the dialog as its other end has it', () => {
  const dialog = dialogIn('confirmed', 'uas');
  assert.equal(referenceTo(dialog), 'c1;to-tag=a1;from-tag=b1');
  assert.equal(referenceTo(dialog, { isEarlyOnly: true }), 'c1;to-tag=a1;from-tag=b1;early-only');
  assert.equal(referenceTo({ ...dialog, remoteTag: '' }), 'c1;to-tag=0;from-tag=b1');
});
