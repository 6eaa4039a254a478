import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done } from '@parley/platform/contract';
import { identityErrors, type User } from './contract.ts';
import { areKnown, emptyDirectory, foldUser } from './view.ts';

function person(userId: string, changes: Partial<User> = {}): User {
  const texts = { title: '', department: '', office: '', phone: '', photo: '' };
  const address = `${userId}@parley.test`;
  return {
    userId,
    address,
    name: userId,
    ...texts,
    administrator: false,
    disabled: false,
    version: 1,
    ...changes,
  };
}

test('who was added a moment ago is asked for once, and is in the view from then on', async () => {
  const view = { current: foldUser(emptyDirectory(), person('alice')) };
  const asked: string[] = [];
  const ask = async (userId: string) => {
    asked.push(userId);
    return userId === 'bob' ? done(person('bob')) : identityErrors.fault('IDENTITY_NO_SUCH_USER');
  };
  assert.equal(await areKnown(view, ['alice', 'bob'], ask), true);
  assert.equal(await areKnown(view, ['bob', 'alice'], ask), true);
  assert.deepEqual(asked, ['bob']);
  assert.equal(view.current.byAddress.get('bob@parley.test')?.userId, 'bob');
  assert.equal(await areKnown(view, ['alice', 'nobody'], ask), false);
});

test('an older version of a person changes nothing, and a new address takes the place of the old one', () => {
  const directory = foldUser(emptyDirectory(), person('alice', { version: 3, name: 'Alice' }));
  foldUser(directory, person('alice', { version: 2, name: 'Older' }));
  assert.equal(directory.users.get('alice')?.name, 'Alice');
  foldUser(directory, person('alice', { version: 4, address: 'alice.archer@parley.test' }));
  assert.deepEqual([...directory.byAddress.keys()], ['alice.archer@parley.test']);
});
