import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListNotification } from '@parley/protocol/presence';
import { Documents, type WatchDocument } from './documents.ts';
import { WatchedList } from './list.ts';

let tokens = 0;
const person = (name: string) => ({ uri: `sip:${name}@parley.test`, name, userId: name });
const document = (text: string): WatchDocument => ({ text, bytes: new TextEncoder().encode(text) });

function read(list: WatchedList, documentOf: (userId: string) => WatchDocument, maxBytes = 100_000) {
  const { contentType, body } = list.next(documentOf, maxBytes, `t${++tokens}`);
  const parsed = parseListNotification(contentType, body);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  const told = new Map(parsed.documents.map(({ cid, text }) => [cid, text]));
  return {
    bytes: body.length,
    version: parsed.rlmi.version,
    isFullState: parsed.rlmi.isFullState,
    people: parsed.rlmi.resources.map(({ uri }) => uri.slice(4, -12)),
    states: parsed.rlmi.resources.flatMap(({ instances }) =>
      instances.map(({ state, reason, cid }) => told.get(cid ?? '') ?? `${state} ${reason}`),
    ),
  };
}

test('RFC 4662 §5.2: the whole list first, then only who changed, each version one more', () => {
  const list = new WatchedList('sip:contacts@parley.test', ['bob', 'carol'].map(person), true);
  const first = read(list, document);
  assert.deepEqual(
    [first.version, first.isFullState, first.people, first.states],
    [0, true, ['bob', 'carol'], ['bob', 'carol']],
  );
  assert.equal(list.touch('carol', document('carol is away')), true);
  const second = read(list, (userId) => document(`${userId} is away`));
  assert.deepEqual(
    [second.version, second.isFullState, second.people, second.states],
    [1, false, ['carol'], ['carol is away']],
  );
});

test('who is no news is not told: the same document again, and who is not in the list', () => {
  const list = new WatchedList('sip:contacts@parley.test', [person('bob')], true);
  const same = document('bob');
  read(list, () => same);
  assert.equal(list.touch('bob', same), false);
  assert.equal(list.touch('mallory', document('mallory')), false);
});

test('who comes is told of, and who goes is missing from a whole list', () => {
  const list = new WatchedList('sip:contacts@parley.test', [person('bob')], true);
  read(list, document);
  list.add(person('carol'));
  assert.deepEqual(read(list, document).people, ['carol']);
  list.remove('bob');
  const whole = read(list, document);
  assert.deepEqual([whole.isFullState, whole.people], [true, ['carol']]);
});

test('an address at which nobody is here is terminated, and two addresses of one person are one', () => {
  const nobody = { uri: 'sip:nobodyhere@parley.test', userId: undefined };
  const again = { uri: 'sip:robert@parley.test', userId: 'bob' };
  const list = new WatchedList('sip:rls@parley.test', [person('bob'), nobody, again], false);
  const { people, states } = read(list, document);
  assert.deepEqual(
    [people, states],
    [
      ['bob', 'nobodyhere'],
      ['bob', 'terminated noresource'],
    ],
  );
});

test('2,000 people come in NOTIFYs that are each within the bound, and everybody once', () => {
  const people = Array.from({ length: 2_000 }, (_, index) => person(`person-${index}`));
  const list = new WatchedList('sip:rls@parley.test', people, false);
  const text = 'x'.repeat(400);
  const seen = new Map<string, number>();
  const maxBytes = list.leastBytes + 8_000;
  let notifies = 0;
  do {
    const told = read(list, (userId) => document(`${userId} ${text}`), maxBytes);
    assert.ok(told.bytes <= maxBytes, `${told.bytes} bytes`);
    assert.equal(told.isFullState, notifies === 0);
    assert.equal(told.version, notifies);
    for (const state of told.states) seen.set(state, (seen.get(state) ?? 0) + 1);
    notifies += 1;
  } while (list.isUnfinished);
  assert.deepEqual([seen.size, Math.max(...seen.values())], [2_000, 1]);
});

test('a document is written once for all who may see the same, and stays the same while they see the same', () => {
  let version = 1;
  let written = 0;
  const documents = new Documents({
    addressOf: (userId) => `${userId}@parley.test`,
    versionOf: () => version,
    stateFor: (userId, sight) => {
      written += 1;
      const note = sight === 'company' ? `note ${version}` : '';
      return { userId, state: 'available', note, since: 0, reason: 'manual', devices: [], version };
    },
  });
  const first = documents.of('bob', 'company');
  const publicly = documents.of('bob', 'public');
  assert.notEqual(first, publicly);
  assert.equal(documents.of('bob', 'company'), first);
  assert.equal(written, 2);
  version = 2;
  assert.notEqual(documents.of('bob', 'company'), first);
  assert.equal(documents.of('bob', 'public'), publicly);
  documents.forget('bob');
  assert.equal(documents.size, 0);
});
