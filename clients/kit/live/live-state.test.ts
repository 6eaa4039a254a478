import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientEvent, Conversation, Message, PresenceState, Snapshot, User } from '../contracts.ts';
import { applyEvent, TYPING_MS } from './apply-event.ts';
import { emptyBook, isAhead } from './contact-desk.ts';
import {
  applySnapshot,
  emptyState,
  type LiveState,
  learn,
  putConversation,
  putThread,
} from './live-state.ts';
import {
  appendPage,
  applyChanges,
  missingAfter,
  missingChangesAfter,
  newestPage,
  prependPage,
} from './thread.ts';

function person(userId: string, version = 1): User {
  return {
    userId,
    address: `${userId}@example.org`,
    name: userId,
    title: '',
    department: '',
    office: '',
    phone: '',
    photo: '',
    administrator: false,
    disabled: false,
    version,
  };
}

function message(seq: number, senderId = 'bob', conversationId = 'c1'): Message {
  return {
    messageId: `m${seq}`,
    conversationId,
    seq,
    senderId,
    text: `text ${seq}`,
    sentAt: seq * 1000,
    clientId: `${senderId}-${seq}`,
  };
}

function conversation(lastSeq: number, readSeq: number): Conversation {
  return {
    conversationId: 'c1',
    participantIds: ['alice', 'bob'],
    lastMessage: lastSeq === 0 ? null : message(lastSeq),
    lastSeq,
    readSeq,
    unread: lastSeq - readSeq,
  };
}

function presence(userId: string, state: PresenceState['state'], version: number): PresenceState {
  return { userId, state, note: '', since: 0, reason: 'manual', devices: ['browser'], version };
}

function snapshot(parts: Partial<Snapshot> = {}): Snapshot {
  return {
    me: person('alice'),
    users: [person('bob')],
    presence: [presence('bob', 'available', 1)],
    cards: [],
    access: { userId: 'alice', entries: [], version: 0 },
    contacts: [],
    book: emptyBook,
    conversations: [conversation(2, 2)],
    features: [],
    calls: [],
    missedCalls: 0,
    ...parts,
  };
}

function arrive(state: LiveState, ...messages: Message[]): LiveState {
  return messages.reduce(
    (folded, item) =>
      applyEvent(folded, { type: 'message', message: item, participantIds: ['alice', 'bob'] }, 0),
    state,
  );
}

test('a snapshot and the events after it give the same state as a fresh snapshot', () => {
  const contact = { contactId: 'bob', groupIds: ['g'], favourite: true, note: '', noteVersion: 0 };
  const groups = [{ groupId: 'g', name: 'Sales' }];
  let state = applySnapshot(emptyState, snapshot());
  state = applyEvent(state, { type: 'user', user: person('carol') }, 0);
  state = applyEvent(state, { type: 'presence', presence: presence('bob', 'busy', 2) }, 0);
  state = applyEvent(state, { type: 'book', version: 1, contacts: [contact], removed: [], groups }, 0);
  state = arrive(state, message(3), message(4));
  state = applyEvent(state, { type: 'read', conversationId: 'c1', readSeq: 3, unread: 1 }, 0);
  const fresh = applySnapshot(
    emptyState,
    snapshot({
      users: [person('bob'), person('carol')],
      presence: [presence('bob', 'busy', 2)],
      contacts: [contact],
      book: { ...emptyBook, version: 1, groups },
      conversations: [conversation(4, 3)],
    }),
  );
  assert.deepEqual({ ...state, typing: {} }, fresh);
});

test('a message of somebody else counts as unread, an own one reads everything before it', () => {
  let state = arrive(applySnapshot(emptyState, snapshot()), message(3), message(4));
  assert.equal(state.conversations.c1?.unread, 2);
  state = arrive(state, message(5, 'alice'));
  assert.equal(state.conversations.c1?.unread, 0);
  assert.equal(state.conversations.c1?.readSeq, 5);
});

test('a message that comes twice is there once', () => {
  let state = putThread(
    applySnapshot(emptyState, snapshot()),
    'c1',
    newestPage([message(2), message(1)], false),
  );
  state = arrive(state, message(3), message(3), message(2));
  assert.deepEqual(
    state.threads.c1?.messages.map((item) => item.seq),
    [1, 2, 3],
  );
  assert.equal(state.conversations.c1?.unread, 1);
});

test('a message after a gap is not shown before the gap is filled', () => {
  let state = putThread(
    applySnapshot(emptyState, snapshot()),
    'c1',
    newestPage([message(2), message(1)], false),
  );
  state = arrive(state, message(5));
  assert.equal(missingAfter(state, 'c1'), 2);
  assert.equal(state.threads.c1?.messages.at(-1)?.seq, 2);
  state = putThread(state, 'c1', appendPage(state.threads.c1!, [message(3), message(4), message(5)], 2));
  assert.equal(missingAfter(state, 'c1'), null);
});

test('the first message of an unknown conversation makes it', () => {
  const state = arrive(applySnapshot(emptyState, snapshot({ conversations: [] })), message(1));
  assert.deepEqual(state.conversations.c1, { ...conversation(1, 0) });
});

test('an older page joins only where no message is missing', () => {
  const thread = newestPage([message(6), message(5)], true);
  assert.equal(prependPage(thread, [message(2), message(1)], false), thread);
  const joined = prependPage(thread, [message(4), message(3)], true);
  assert.deepEqual(
    joined.messages.map((item) => item.seq),
    [3, 4, 5, 6],
  );
});

test('a new snapshot keeps a thread that can be continued and drops one that is too far behind', () => {
  const before = putThread(
    applySnapshot(emptyState, snapshot()),
    'c1',
    newestPage([message(2), message(1)], false),
  );
  assert.ok(applySnapshot(before, snapshot({ conversations: [conversation(90, 2)] })).threads.c1);
  assert.equal(
    applySnapshot(before, snapshot({ conversations: [conversation(900, 2)] })).threads.c1,
    undefined,
  );
  assert.equal(
    applySnapshot(before, snapshot({ conversations: [conversation(1, 1)] })).threads.c1,
    undefined,
    'a server restored from a backup',
  );
});

test('a new snapshot keeps a conversation in which nothing was said, which the server does not list', () => {
  const empty = { ...conversation(0, 0), conversationId: 'c2' };
  const before = putConversation(applySnapshot(emptyState, snapshot()), empty);
  assert.deepEqual(applySnapshot(before, snapshot()).conversations.c2, empty);
});

test('what a search brings never overwrites what an event said later', () => {
  let state = applySnapshot(emptyState, snapshot({ presence: [presence('bob', 'busy', 7)] }));
  state = learn(state, { presence: [presence('bob', 'available', 6), presence('carol', 'away', 1)] });
  assert.equal(state.presence.bob?.state, 'busy');
  assert.equal(state.presence.carol?.state, 'away');
});

test('an opened conversation that is older than the known one changes nothing', () => {
  const state = arrive(applySnapshot(emptyState, snapshot()), message(3));
  assert.equal(putConversation(state, conversation(2, 2)), state);
});

test('typing ends by itself, when it is said, and with the message', () => {
  const start = applySnapshot(emptyState, snapshot());
  const typing = applyEvent(
    start,
    { type: 'typing', conversationId: 'c1', userId: 'bob', typing: true },
    1000,
  );
  assert.equal(typing.typing.c1?.bob, 1000 + TYPING_MS);
  const stopped = applyEvent(
    typing,
    { type: 'typing', conversationId: 'c1', userId: 'bob', typing: false },
    2000,
  );
  assert.equal(stopped.typing.c1?.bob, undefined);
  assert.equal(arrive(typing, message(3)).typing.c1?.bob, undefined);
});

test('without a licence for presence others are unknown, and one is known to oneself', () => {
  const both = { presence: [presence('alice', 'busy', 1), presence('bob', 'offline', 0)] };
  const refused = [{ feature: 'presence', allowed: false, code: 'LICENCE_STANDARD_NEEDED' }];
  const state = applySnapshot(emptyState, snapshot({ ...both, features: refused }));
  assert.deepEqual(Object.keys(state.presence), ['alice']);
  assert.deepEqual(Object.keys(learn(state, both).presence), ['alice']);

  const allowed = applySnapshot(
    state,
    snapshot({ ...both, features: [{ feature: 'presence', allowed: true }] }),
  );
  assert.deepEqual(Object.keys(allowed.presence), ['alice', 'bob']);
  const taken = applyEvent(allowed, { type: 'features', features: refused }, 0);
  assert.deepEqual(Object.keys(taken.presence), ['alice']);
});

test('a message and a read mark that come the other way round leave the same unread count', () => {
  const start = applySnapshot(emptyState, snapshot({ conversations: [conversation(1, 0)] }));
  const read: ClientEvent = { type: 'read', conversationId: 'c1', readSeq: 1, unread: 1 };
  const written: ClientEvent = { type: 'message', message: message(2), participantIds: ['alice', 'bob'] };
  const orders = [
    [read, written],
    [written, read],
  ].map((events) => events.reduce((state, event) => applyEvent(state, event, 0), start));
  assert.deepEqual(orders[0]?.conversations, orders[1]?.conversations);
  assert.equal(orders[0]?.conversations['c1']?.unread, 1);
  const late = applyEvent(orders[0] ?? start, { ...read, unread: 0 } as ClientEvent, 0);
  assert.equal(late.conversations['c1']?.unread, 1, 'a mark from before the message hides nothing');
});

test('what the server does not keep is shown once, in its order, and outlives a lost connection', () => {
  const start = applySnapshot(emptyState, snapshot({ conversations: [], keepsNothing: true }));
  const said = (messageId: string, senderId = 'bob') => ({
    type: 'message' as const,
    message: { ...message(0, senderId), messageId },
    participantIds: ['alice', 'bob'],
  });
  const heard = ['a', 'b', 'a'].reduce((state, id) => applyEvent(state, said(id), 0), start);
  assert.deepEqual(
    heard.passing['c1']?.map(({ messageId }) => messageId),
    ['a', 'b'],
  );
  assert.equal(heard.conversations['c1']?.unread, 2);
  const answered = applyEvent(heard, said('c', 'alice'), 0);
  assert.equal(answered.conversations['c1']?.unread, 0);
  const back = applySnapshot(answered, snapshot({ conversations: [], keepsNothing: true }));
  assert.equal(back.passing['c1']?.length, 3);
  assert.equal(back.conversations['c1']?.lastMessage?.messageId, 'c');
});

test('what one may see of somebody less than before takes the place of all that was there', () => {
  const card = {
    userId: 'bob',
    company: 'Example',
    workAddress: '',
    site: '',
    home: '',
    other: '',
    version: 0,
  };
  const bob = { ...person('bob'), phone: '+498912345' };
  const before = applySnapshot(
    emptyState,
    snapshot({
      users: [bob],
      presence: [{ ...presence('bob', 'available', 1), location: 'Berlin' }],
      cards: [{ ...card, mobile: '+491701234567' }],
    }),
  );
  const events: ClientEvent[] = [
    { type: 'user', user: person('bob') },
    { type: 'presence', presence: presence('bob', 'available', 1) },
    { type: 'card', card: { ...card, mobile: '' } },
  ];
  const after = events.reduce((state, event) => applyEvent(state, event, 0), before);
  const known = JSON.stringify([after.users, after.presence, after.cards]);
  for (const secret of ['+498912345', 'Berlin', '+491701234567']) assert.ok(!known.includes(secret), secret);
});

test('an older list of one’s own levels of access changes nothing', () => {
  const entries = [{ member: { kind: 'user' as const, value: 'bob' }, level: 'team' as const }];
  const state = applySnapshot(emptyState, snapshot({ access: { userId: 'alice', entries, version: 4 } }));
  const told = (version: number) =>
    applyEvent(state, { type: 'access', access: { userId: 'alice', entries: [], version } }, 0).access
      .entries;
  assert.deepEqual([told(3), told(5)], [entries, []]);
});

function changed(seq: number, revision: number, text: string): ClientEvent {
  return { type: 'changed', message: { ...message(seq), text, revision }, participantIds: ['alice', 'bob'] };
}

function threadOf(texts: readonly string[]): LiveState {
  const { length } = texts;
  const state = applySnapshot(emptyState, snapshot({ conversations: [conversation(length, length)] }));
  const page = texts.map((text, index) => ({ ...message(index + 1), text }));
  return putThread(state, 'c1', newestPage(page.toReversed(), false));
}

const textsOf = (state: LiveState) => state.threads['c1']?.messages.map(({ text }) => text);

test('a change shows in the thread and the list; told twice or late, the newest one stays', () => {
  let state = threadOf(['one', 'two']);
  for (const event of [changed(2, 1, 'TWO'), changed(2, 2, 'Two!'), changed(2, 1, 'TWO')])
    state = applyEvent(state, event, 0);
  assert.deepEqual(textsOf(state), ['one', 'Two!']);
  assert.equal(state.conversations['c1']?.lastMessage?.text, 'Two!');
  assert.equal(state.conversations['c1']?.revision, 2);
  assert.equal(missingChangesAfter(state, 'c1'), null);
});

test('a change that is missing before another is asked for, and a snapshot tells of those of a time away', () => {
  const state = applyEvent(threadOf(['one', 'two']), changed(2, 2, 'TWO'), 0);
  assert.equal(missingChangesAfter(state, 'c1'), 0);
  const thread = applyChanges(state.threads['c1']!, [{ ...message(1), text: 'ONE', revision: 1 }], false, 2);
  const whole = putThread(state, 'c1', thread);
  assert.deepEqual([textsOf(whole), missingChangesAfter(whole, 'c1')], [['ONE', 'TWO'], null]);
  const back = applySnapshot(whole, snapshot({ conversations: [{ ...conversation(2, 2), revision: 5 }] }));
  assert.equal(missingChangesAfter(back, 'c1'), 2);
});

test('the change of a message that has not come yet is its coming', () => {
  const state = applyEvent(threadOf(['one']), changed(2, 1, 'TWO'), 0);
  const after = applyEvent(
    state,
    { type: 'message', message: message(2), participantIds: ['alice', 'bob'] },
    0,
  );
  assert.deepEqual([textsOf(after), after.conversations['c1']?.lastSeq], [['one', 'TWO'], 2]);
});

test('a contact list follows its changes one by one; what came before, twice or out of turn changes nothing', () => {
  const contact = (contactId: string) => ({
    contactId,
    groupIds: [],
    favourite: false,
    note: '',
    noteVersion: 0,
  });
  const change = (version: number, contacts: string[], removed: string[] = []) =>
    ({ type: 'book', version, contacts: contacts.map(contact), removed }) as const;
  let state = applySnapshot(emptyState, snapshot());
  state = applyEvent(state, change(1, ['bob', 'carol']), 0);
  state = applyEvent(state, change(1, ['dave']), 0);
  state = applyEvent(state, change(2, ['erin'], ['bob']), 0);
  const late = change(4, ['frank']);
  assert.equal(isAhead(state, late), true, 'the third was missed');
  state = applyEvent(state, late, 0);
  assert.deepEqual(Object.keys(state.contacts), ['carol', 'erin']);
  state = applyEvent(state, { type: 'added', userId: 'bob', at: 5 }, 0);
  state = applyEvent(state, { type: 'added', userId: 'carol', at: 7 }, 0);
  state = applyEvent(state, { type: 'added', userId: 'bob', at: null }, 0);
  assert.deepEqual(state.book.addedBy, [{ userId: 'carol', at: 7 }]);
});
