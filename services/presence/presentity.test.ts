// Changes of what people have said, by two front ends on one database. Real PostgreSQL.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { systemClock as clock } from '@parley/platform/net';
import { openStore, type ServiceStore } from '@parley/platform/store';
import { openTestStore, silentLog } from '@parley/platform/store/testing';
import { type Said, saidChanged } from './contract.ts';
import { migrations } from './migrations/index.ts';
import { createPresentities, type Presentities } from './presentity.ts';
import { publishFromPhone } from './publication.ts';
import { statementOf } from './statement.ts';
import { type PresenceTables, putUrl, readCalendar, readPerson } from './store.ts';
import { presenceOf } from './view.ts';

const bus = openInProcessBus({ clock, log: silentLog });
const open: AsyncDisposable[] = [bus];
let own: ServiceStore<PresenceTables>;
let frontEnds: readonly Presentities[] = [];

before(async () => {
  const store = await openTestStore({ bus });
  const other = await openStore({ connection: store.connection, bus, clock, log: silentLog });
  open.push(store, other);
  own = await store.service<PresenceTables>('presence', migrations);
  const ofOther = await other.service<PresenceTables>('presence', migrations);
  frontEnds = [own, ofOther].map((each) => {
    const none = new Map();
    const states = {
      said: ({ userId }: Said) => presenceOf(none, userId),
      of: (userId: string) => presenceOf(none, userId),
    };
    return createPresentities({ own: each, clock, states });
  });
});

after(async () => {
  for (const one of open.reverse()) await one[Symbol.asyncDispose]();
});

/** All that is announced of a person, in order. */
async function announced(userId: string) {
  const told: Said[] = [];
  let wake = Promise.withResolvers<void>();
  const listening = await bus.subscribe(saidChanged, (said) => {
    if (said.userId === userId) told.push(said);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  return {
    told,
    async until(isThere: (said: Said) => boolean): Promise<void> {
      while (!told.some(isThere)) await wake.promise;
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}

test('of changes that two front ends make at once none is lost, and the last one is announced', async () => {
  const userId = randomUUID();
  await using heard = await announced(userId);
  const changes = Array.from({ length: 60 }, (_, index) =>
    frontEnds[index % 2]!.change(userId, ({ person }) => ({
      person: { note: `${person.note}.`, note_version: person.note_version + 1 },
    })),
  );
  await Promise.all(changes);
  const row = await readPerson(own.db, userId);
  assert.equal(row?.note_version, 60);
  assert.equal(row.note.length, 60);
  await heard.until(({ version }) => version === row.version);
  assert.equal(heard.told.find(({ version }) => version === row.version)?.note, row.note);
  // Those that come together share a version.
  assert.ok(row.version < 60, `${row.version} versions`);
});

test('where nobody could tell the difference, nothing is written and nothing announced', async () => {
  const [userId, other] = [randomUUID(), randomUUID()];
  await using heard = await announced(userId);
  await using after = await announced(other);
  await frontEnds[0]!.change(userId, () => undefined);
  await frontEnds[0]!.change(other, () => ({ person: { note: 'later' } }));
  await after.until(({ note }) => note === 'later');
  assert.equal(await readPerson(own.db, userId), undefined);
  assert.deepEqual(heard.told, []);
});

test('a change that cannot be made fails alone', async () => {
  const userIds = Array.from({ length: 5 }, () => randomUUID());
  const changes = userIds.map((userId, index) =>
    // PostgreSQL cannot hold U+0000.
    frontEnds[0]!.change(userId, () => ({ person: { note: index === 2 ? 'a\0b' : 'fine' } })),
  );
  const outcomes = await Promise.allSettled(changes);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
});

test('of two phones that publish with the same entity-tag at two front ends, one is told that it has passed', async () => {
  const userId = randomUUID();
  const said = { state: 'available' } as const;
  const phone = { userId, deviceId: 'desk', source: 'publish', expiresS: 600 } as const;
  const [first, second] = frontEnds.map((presentities) => ({ presentities, clock }));
  const ifMatch = await publishFromPhone(first!, { ...phone, ifMatch: undefined, said });
  const outcomes = await Promise.all(
    [first, second].map((ports) => publishFromPhone(ports!, { ...phone, ifMatch, said: undefined })),
  );
  assert.equal(outcomes.filter((etag) => etag === undefined).length, 1);
});

test('what is written with a change is there with it, or neither is', async () => {
  const userId = randomUUID();
  const [one] = frontEnds;
  const url = 'https://calendar.example/feed.ics';
  const settings = () => ({ person: { has_calendar: true } });
  await assert.rejects(
    one!.change(userId, settings, async (db) => {
      await putUrl(db, userId, url);
      throw new Error('the process ends here');
    }),
  );
  assert.equal(await readCalendar(own.db, userId), undefined);
  await one!.change(userId, settings, (db) => putUrl(db, userId, url));
  assert.equal((await readCalendar(own.db, userId))?.url, url);
  assert.equal((await readPerson(own.db, userId))?.has_calendar, true);
});

test('an endpoint that runs out is forgotten with the next change, and tells when somebody was last there', async () => {
  const userId = randomUUID();
  const now = clock.wallNow();
  const said = statementOf(
    { userId, endpointId: 'browser:a', kind: 'browser', machine: 'active', expiresS: 60 },
    now,
  );
  await frontEnds[0]!.publish(userId, said, now - 1_000);
  await frontEnds[1]!.change(userId, () => ({ person: { note: 'gone' } }));
  const row = await readPerson(own.db, userId);
  assert.equal(row?.last_active, now - 1_000);
  const left = await own.db
    .selectFrom('publications')
    .select('user_id')
    .where('user_id', '=', userId)
    .execute();
  assert.deepEqual(left, []);
});
