// Contact lists as they are kept: added, grouped, changed in two windows, removed and brought back; who is asked what.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { alertsService } from '../alerts/service.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser, type User } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { policyService } from '../policy/service.ts';
import { getAccess, publish, setAccess, unpublish } from '../presence/contract.ts';
import { migrations as presenceMigrations } from '../presence/migrations/index.ts';
import { presenceService } from '../presence/service.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { noPhones } from '../web-access/testing.ts';
import * as contacts from './contract.ts';
import { contactsService } from './service.ts';

let running: TestProcess;
let people = 0;
const changes: contacts.BookChange[] = [];
const asked: { userId: string; adderId: string; at: number | null }[] = [];
const free: { userId: string; contactId: string }[] = [];
let wake = Promise.withResolvers<void>();

function note<Fact>(facts: Fact[]) {
  return (fact: Fact) => {
    facts.push(fact);
    wake.resolve();
    wake = Promise.withResolvers();
  };
}

async function until<T>(find: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await wake.promise;
  }
}

before(async () => {
  running = await testProcess({ sip: noPhones });
  await running.start(
    identityService,
    authenticationService,
    registrarService,
    policyService,
    presenceService,
    alertsService,
    contactsService,
  );
  await running.bus.subscribe(contacts.bookChanged, note(changes));
  await running.bus.subscribe(contacts.addedChanged, note(asked));
  await running.bus.subscribe(contacts.becameFree, note(free));
});
after(() => running[Symbol.asyncDispose]());

function granted<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.fault.code}: ${outcome.fault.sentence}`);
  return outcome.value;
}

function refused(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'granted' : outcome.fault.code;
}

async function person(name: string): Promise<User> {
  const address = `${name}-${++people}@parley.test`;
  return granted(await running.bus.call(createUser, { address, name }));
}

async function list(userId: string) {
  const all: contacts.Contact[] = [];
  for (let after: string | undefined; ; ) {
    const page = granted(
      await running.bus.call(contacts.listContacts, after === undefined ? { userId } : { userId, after }),
    );
    all.push(...page.contacts);
    after = page.next;
    if (after === undefined) return { ...page, contacts: all };
  }
}

const put = (userId: string, contactIds: string[], change: contacts.ContactChange = {}) =>
  running.bus.call(contacts.putContacts, { userId, contactIds, change });
const groups = (userId: string, change: contacts.GroupChange) =>
  running.bus.call(contacts.changeGroups, { userId, change });

/** At a browser, in that state. */
async function isAt({ userId }: User, state: 'available' | 'busy'): Promise<void> {
  const said = { userId, endpointId: 'window', kind: 'browser', state, expiresS: 600 } as const;
  granted(await running.bus.call(publish, said));
}

test('one person is in several groups; fields that two windows change do not touch each other; the version counts', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  for (const name of ['Sales', 'Board'])
    granted(await groups(alice.userId, { kind: 'create', groupId: name, name }));
  granted(await put(alice.userId, [bob.userId], { addTo: ['Board', 'Sales'] }));
  await Promise.all([
    put(alice.userId, [bob.userId], { favourite: true }),
    put(alice.userId, [bob.userId], { removeFrom: ['Sales'] }),
    put(alice.userId, [bob.userId], { note: { text: ' likes\u0000 tea\u202e ', version: 0 } }),
  ]);
  const { contacts: kept, version } = await list(alice.userId);
  assert.deepEqual(kept, [
    { contactId: bob.userId, groupIds: ['Board'], favourite: true, note: 'likes  tea', noteVersion: 1 },
  ]);
  const stale = await put(alice.userId, [bob.userId], { note: { text: 'coffee', version: 0 } });
  assert.equal(refused(stale), 'CONTACTS_NOTE_STALE');
  assert.deepEqual(!stale.ok && stale.fault.current, kept[0], 'with what is there now');
  const told = await until(() => {
    const own = changes.filter(({ userId }) => userId === alice.userId);
    return own.length === 6 && own;
  });
  assert.deepEqual(
    told.map((change) => change.version),
    [1, 2, 3, 4, 5, 6],
  );
  assert.equal(version, 6);
  granted(await put(alice.userId, [bob.userId], { favourite: true }));
  assert.equal((await list(alice.userId)).version, 6, 'what changes nothing is told to nobody');
});

test('groups: no two of one name, an order, a deletion that keeps or removes people, and its undo', async () => {
  const [alice, bob, carol] = [await person('alice'), await person('bob'), await person('carol')];
  const { userId } = alice;
  for (const name of ['A', 'B', 'C'])
    granted(await groups(userId, { kind: 'create', groupId: name, name: `Group ${name}` }));
  assert.equal(
    refused(await groups(userId, { kind: 'create', groupId: 'D', name: 'group a' })),
    'CONTACTS_GROUP_EXISTS',
  );
  assert.equal(
    refused(await groups(userId, { kind: 'rename', groupId: 'X', name: 'Y' })),
    'CONTACTS_NO_SUCH_GROUP',
  );
  assert.equal(
    refused(await groups(userId, { kind: 'rename', groupId: 'A', name: ' \u202e' })),
    'CONTACTS_BAD_GROUP_NAME',
  );
  granted(await groups(userId, { kind: 'order', groupIds: ['C'] }));
  granted(await put(userId, [bob.userId], { addTo: ['A', 'B'] }));
  granted(await put(userId, [carol.userId], { addTo: ['A'] }));
  assert.equal(refused(await put(userId, [bob.userId], { addTo: ['Z'] })), 'CONTACTS_NO_SUCH_GROUP');
  const before = await list(userId);
  assert.deepEqual(
    before.groups.map(({ groupId }) => groupId),
    ['C', 'A', 'B'],
  );
  const { undoId = '' } = granted(await groups(userId, { kind: 'delete', groupId: 'A', people: 'remove' }));
  const between = await list(userId);
  assert.deepEqual(
    between.contacts.map(({ contactId, groupIds }) => [contactId, groupIds]),
    [[bob.userId, ['B']]],
    'carol was in no other group',
  );
  granted(await running.bus.call(contacts.undo, { userId, undoId }));
  const after = await list(userId);
  assert.deepEqual(after.groups, before.groups);
  const byId = (one: contacts.Contact, other: contacts.Contact) => (one.contactId < other.contactId ? -1 : 1);
  const unordered = ({ groupIds, ...contact }: contacts.Contact) => ({ ...contact, in: groupIds.toSorted() });
  assert.deepEqual(after.contacts.sort(byId).map(unordered), before.contacts.sort(byId).map(unordered));
  assert.equal(refused(await running.bus.call(contacts.undo, { userId, undoId })), 'CONTACTS_NO_UNDO');
});

test('a list holds 1,000 people, of elsewhere too, and says so in words', async () => {
  const { userId } = await person('alice');
  const bob = await person('bob');
  const address = (index: number) => `p${index}@example.com`;
  for (let from = 0; from < 1_000; from += 200)
    granted(
      await put(
        userId,
        Array.from({ length: 200 }, (_, index) => address(from + index)),
      ),
    );
  assert.equal(refused(await put(userId, [bob.userId])), 'CONTACTS_FULL');
  assert.equal((await list(userId)).contacts.length, 1_000, 'in pages');
  granted(await put(userId, [address(7)], { favourite: true, name: 'Seven' }));
  const { undoId = '' } = granted(
    await running.bus.call(contacts.removeContacts, { userId, contactIds: [address(1)] }),
  );
  granted(await put(userId, [bob.userId]));
  assert.equal(refused(await running.bus.call(contacts.undo, { userId, undoId })), 'CONTACTS_FULL');
  assert.equal(refused(await put(userId, ['not an address@'])), 'CONTACTS_BAD_ADDRESS');
  assert.equal(refused(await put(userId, ['nobody@parley.test'])), 'CONTACTS_NO_SUCH_PERSON');
});

test('who is added is asked once which level to give; answered, or settled before, nobody is asked', async () => {
  const [alice, bob, carol] = [await person('alice'), await person('bob'), await person('carol')];
  granted(await put(alice.userId, [bob.userId]));
  await until(() => asked.some((one) => one.userId === bob.userId && one.adderId === alice.userId));
  assert.deepEqual(
    (await list(bob.userId)).addedBy.map(({ userId }) => userId),
    [alice.userId],
  );
  const answer = { userId: bob.userId, adderId: alice.userId, level: 'team', addBack: true } as const;
  granted(await running.bus.call(contacts.answerAdded, answer));
  await until(() => asked.some(({ userId, at }) => userId === bob.userId && at === null));
  const { entries } = granted(await running.bus.call(getAccess, { userId: bob.userId }));
  assert.deepEqual(entries, [{ member: { kind: 'user', value: alice.userId }, level: 'team' }]);
  const { contacts: kept, addedBy } = await list(bob.userId);
  assert.deepEqual([kept.map(({ contactId }) => contactId), addedBy], [[alice.userId], []]);
  assert.deepEqual((await list(alice.userId)).addedBy, [], 'who was added back is not asked');

  // Removed and added again: that was asked before.
  granted(
    await running.bus.call(contacts.removeContacts, { userId: bob.userId, contactIds: [alice.userId] }),
  );
  granted(
    await running.bus.call(contacts.removeContacts, { userId: alice.userId, contactIds: [bob.userId] }),
  );
  granted(await put(alice.userId, [bob.userId]));
  assert.deepEqual((await list(bob.userId)).addedBy, []);

  const member = { kind: 'user', value: carol.userId } as const;
  const held = granted(await running.bus.call(getAccess, { userId: bob.userId }));
  granted(
    await running.bus.call(setAccess, {
      userId: bob.userId,
      member,
      level: 'blocked',
      version: held.version,
    }),
  );
  granted(await put(carol.userId, [bob.userId]));
  granted(await running.bus.call(contacts.setAsking, { userId: alice.userId, asksWhenAdded: false }));
  granted(await put(carol.userId, [alice.userId]));
  assert.deepEqual([(await list(bob.userId)).addedBy, (await list(alice.userId)).addedBy], [[], []]);
});

test('a file is judged line by line, taken in, and taken back', async () => {
  const [alice, bob, carol] = [await person('alice'), await person('bob'), await person('carol')];
  const { userId } = alice;
  granted(await put(userId, [carol.userId]));
  const entry = (line: number, addresses: string[], more: Partial<contacts.ImportEntry> = {}) => ({
    line,
    addresses,
    name: `Line ${line}`,
    groups: [],
    favourite: false,
    note: '',
    ...more,
  });
  const entries = [
    entry(1, ['mailto:other@example.com', `SIP:${bob.address.toUpperCase()}`], {
      groups: ['New', 'new'],
      favourite: true,
      note: 'from a file',
    }),
    entry(2, [bob.address]),
    entry(3, [carol.address], { groups: ['New'] }),
    entry(4, [carol.address]),
    entry(5, ['gone@parley.test']),
    entry(6, ['eve@example.com']),
    entry(7, ['nonsense']),
    entry(8, [alice.address]),
  ];
  const importId = randomUUID();
  const take = (dryRun: boolean) =>
    running.bus.call(contacts.importContacts, { userId, importId, dryRun, entries });
  const verdicts = ['new', 'twice', 'joins', 'twice', 'unknown', 'external', 'noAddress', 'self'];
  const judged = granted(await take(true)).lines;
  assert.deepEqual(
    judged.map(({ verdict }) => verdict),
    verdicts,
  );
  assert.equal((await list(userId)).contacts.length, 1, 'nothing was stored');
  assert.deepEqual(granted(await take(false)).lines, judged);
  const { contacts: kept, groups: made } = await list(userId);
  assert.deepEqual(
    made.map(({ name }) => name),
    ['New'],
  );
  const shown = Object.fromEntries(kept.map((contact) => [contact.contactId, contact]));
  assert.equal(shown[bob.userId]?.note, 'from a file');
  assert.equal(shown['eve@example.com']?.name, 'Line 6');
  assert.equal(shown[carol.userId]?.groupIds.length, 1);
  const { last } = granted(await running.bus.call(contacts.lastImport, { userId }));
  assert.deepEqual([last?.importId, last?.people], [importId, 3]);
  granted(await running.bus.call(contacts.undo, { userId, undoId: importId }));
  const after = await list(userId);
  assert.deepEqual([after.contacts.map(({ contactId }) => contactId), after.groups], [[carol.userId], []]);
  assert.deepEqual(after.contacts[0]?.groupIds, []);
});

test('who waits for somebody is told once, when both are there; “once” ends the waiting', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  const told = () => free.filter(({ userId }) => userId === alice.userId).length;
  await isAt(bob, 'available');
  granted(await put(alice.userId, [bob.userId], { waiting: 'once' }));
  await isAt(alice, 'available');
  // Bob is free already: the next time counts.
  await isAt(bob, 'busy');
  granted(await running.bus.call(unpublish, { userId: alice.userId, endpointId: 'window' }));
  await isAt(bob, 'available');
  assert.equal(told(), 0, 'alice is not there');
  await isAt(alice, 'available');
  await until(() => told() > 0);
  const change = await until(() =>
    changes.findLast(
      ({ userId, contacts: [contact] }) => userId === alice.userId && contact?.waiting === undefined,
    ),
  );
  assert.deepEqual(
    change.contacts.map(({ contactId }) => contactId),
    [bob.userId],
  );
  assert.equal(told(), 1);
});

test('lists that presence kept come over, with their groups', async () => {
  await using old = await testProcess({ sip: noPhones });
  {
    await using before = await old.store.service<object>('presence', presenceMigrations);
    await before.statement(
      'as-it-was',
      `insert into presence.contacts (user_id, contact_id, group_name, favourite)
       values ('alice', 'bob', 'Sales', true), ('alice', 'carol', 'Board', false), ('alice', 'dave', '', false)`,
      [],
    );
  }
  await old.start(
    identityService,
    authenticationService,
    registrarService,
    policyService,
    presenceService,
    alertsService,
    contactsService,
  );
  const kept = granted(await old.bus.call(contacts.listContacts, { userId: 'alice' }));
  const [board, sales] = kept.groups;
  assert.deepEqual([board?.name, sales?.name], ['Board', 'Sales']);
  assert.deepEqual(
    kept.contacts.map(({ contactId, favourite, groupIds }) => [contactId, favourite, groupIds]),
    [
      ['bob', true, [sales?.groupId]],
      ['carol', false, [board?.groupId]],
      ['dave', false, []],
    ],
  );
});

test('names that grow in their one spelling and halves of characters neither stop a list nor its events', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  // Each of these letters is three in the form that is stored (Unicode, composition exclusions).
  const growing = (count: number) => '\ufb2c'.repeat(count);
  granted(await groups(alice.userId, { kind: 'create', groupId: randomUUID(), name: growing(100) }));
  granted(await put(alice.userId, ['carol@elsewhere.example'], { name: growing(200) }));
  const note = (text: string, version: number) =>
    put(alice.userId, [bob.userId], { note: { text, version } });
  granted(await note(`${'x'.repeat(499)}😀`, 0));
  granted(await note('half \ud83d', 1));
  const held = await list(alice.userId);
  assert.deepEqual(
    held.groups.map(({ name }) => name.length),
    [100],
  );
  assert.deepEqual(held.contacts.map((one) => one.name?.length ?? one.note).sort(), [200, 'half \ufffd']);
  granted(await put(alice.userId, [bob.userId], { favourite: true }));
  await until(() => changes.some(({ userId, version }) => userId === alice.userId && version === 5));
  const versions = changes.filter(({ userId }) => userId === alice.userId).map(({ version }) => version);
  assert.deepEqual(versions, [1, 2, 3, 4, 5]);
});
