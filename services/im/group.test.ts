import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupChange } from './contract.ts';
import { changeGroup, type Group, groupTitle, noticeText } from './group.ts';

const led: Group = {
  members: ['alice', 'bob', 'carol'].map((userId) => ({ userId, leads: userId === 'alice' })),
  title: '',
  isLocked: false,
};

function after(group: Group, change: GroupChange, by: string, most = 100) {
  const changed = changeGroup(group, change, by, most);
  return changed.ok ? changed.value : changed.fault.code;
}

function granted(group: Group, change: GroupChange, by: string) {
  const changed = after(group, change, by);
  if (typeof changed === 'string') throw new Error(changed);
  return changed;
}

test('anybody adds people; who is in it already is not added twice', () => {
  const { added, group, notices } = granted(led, { kind: 'add', userIds: ['dave', 'bob', 'dave'] }, 'bob');
  assert.deepEqual(added, ['dave']);
  assert.deepEqual(notices, [{ kind: 'added', userIds: ['dave'], by: 'bob' }]);
  assert.equal(group.members.length, 4);
  assert.deepEqual(granted(led, { kind: 'add', userIds: ['bob'] }, 'carol').notices, []);
});

test('a group that would be too large stays as it is, and the refusal says how much room there is', () => {
  const changed = changeGroup(led, { kind: 'add', userIds: ['dave', 'eve'] }, 'bob', 4);
  assert.equal(!changed.ok && changed.fault.code, 'IM_GROUP_FULL');
  assert.equal(
    !changed.ok && changed.fault.sentence,
    'A group holds at most 4 people, and there is room for 1 more.',
  );
});

test('a locked group takes nobody, whoever asks, until a leader unlocks it', () => {
  const { group } = granted(led, { kind: 'lock', locked: true }, 'alice');
  assert.equal(after(group, { kind: 'add', userIds: ['dave'] }, 'bob'), 'IM_GROUP_LOCKED');
  assert.equal(after(group, { kind: 'add', userIds: ['dave'] }, 'alice'), 'IM_GROUP_LOCKED');
  assert.equal(after(group, { kind: 'lock', locked: false }, 'bob'), 'IM_NOT_LEADER');
  const open = granted(group, { kind: 'lock', locked: false }, 'alice');
  assert.deepEqual(open.notices, [{ kind: 'unlocked', userIds: [], by: 'alice' }]);
  assert.deepEqual(granted(open.group, { kind: 'add', userIds: ['dave'] }, 'bob').added, ['dave']);
});

test('only leaders remove others and make leaders', () => {
  assert.equal(after(led, { kind: 'remove', userId: 'carol' }, 'bob'), 'IM_NOT_LEADER');
  assert.equal(after(led, { kind: 'leader', userId: 'bob' }, 'bob'), 'IM_NOT_LEADER');
  const { group } = granted(led, { kind: 'leader', userId: 'bob' }, 'alice');
  assert.deepEqual(granted(group, { kind: 'remove', userId: 'carol' }, 'bob').removed, ['carol']);
  assert.equal(after(led, { kind: 'leader', userId: 'zoe' }, 'alice'), 'IM_NOT_A_MEMBER');
});

test('when the last leader leaves, whoever is in it longest leads, and a later leader may be made', () => {
  const { group, notices } = granted(led, { kind: 'leave' }, 'alice');
  assert.deepEqual(notices, [
    { kind: 'left', userIds: ['alice'], by: 'alice' },
    { kind: 'leader', userIds: ['bob'], by: 'alice' },
  ]);
  const { group: next } = granted(group, { kind: 'leader', userId: 'carol' }, 'bob');
  assert.deepEqual(next.members, [
    { userId: 'bob', leads: true },
    { userId: 'carol', leads: true },
  ]);
  assert.deepEqual(granted(next, { kind: 'leave' }, 'bob').notices.length, 1);
});

test('the last one who leaves an empty group behind is no fault', () => {
  const alone = { ...led, members: led.members.slice(0, 1) };
  assert.deepEqual(granted(alone, { kind: 'leave' }, 'alice').group.members, []);
});

test('who is not in a group changes nothing of it', () => {
  assert.equal(after(led, { kind: 'rename', title: 'Mine' }, 'mallory'), 'IM_NO_SUCH_CONVERSATION');
});

test('anybody gives it a name, in a locked group only leaders; the same name again is no news', () => {
  const { group, notices } = granted(led, { kind: 'rename', title: ' Lunch\u202e ' }, 'bob');
  assert.deepEqual([group.title, notices[0]?.title], ['Lunch', 'Lunch']);
  assert.deepEqual(granted(group, { kind: 'rename', title: 'Lunch' }, 'carol').notices, []);
  assert.equal(after({ ...group, isLocked: true }, { kind: 'rename', title: 'x' }, 'bob'), 'IM_NOT_LEADER');
  assert.equal([...groupTitle('😀'.repeat(300))].length, 100);
});

test('a notice in words names a few and counts the others', () => {
  const userIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const text = noticeText({ kind: 'added', userIds, by: 'alice' }, (userId) => userId.toUpperCase());
  assert.equal(text, 'ALICE added A, B, C, D, E, 2 more.');
});
