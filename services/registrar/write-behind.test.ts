// Refreshes are answered from memory and written behind (docs/decisions/0011-refreshes-are-written-behind.md): what is
// stored when, and what becomes of it when a front end is killed, stops, or loses its database.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStore, type ServiceStore, type Store, StoreError } from '@parley/platform/store';
import { silentLog } from '@parley/platform/store/testing';
import type { Location } from './contract.ts';
import { DOMAIN, type FrontEnd, Scene } from './testing.ts';

let scene: Scene;
before(async () => {
  scene = await Scene.open();
});
after(() => scene[Symbol.asyncDispose]());

interface Watched extends Store {
  /** Transactions since it was asked last. */
  taken(): number;
  isAway: boolean;
}

/** A store that counts transactions of the registrar, and can be away. */
async function watchedStore(): Promise<Watched> {
  const { running, clock, connection } = scene;
  const store = scene.keep(await openStore({ connection, bus: running.bus, clock, log: silentLog }));
  let transactions = 0;
  const watched: Watched = {
    isAway: false,
    taken() {
      const taken = transactions;
      transactions = 0;
      return taken;
    },
    get healthy() {
      return store.healthy;
    },
    async service<Tables>(...given: Parameters<Store['service']>): Promise<ServiceStore<Tables>> {
      const own = await store.service<Tables>(...given);
      if (given[0] !== 'registrar') return own;
      return new Proxy(own, {
        get(target, key) {
          const value = Reflect.get(target, key, target);
          if (key !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
          return async (...work: Parameters<typeof target.transaction>) => {
            if (watched.isAway) throw new StoreError('STORE_UNAVAILABLE', 'The database does not answer.');
            transactions += 1;
            return target.transaction(...work);
          };
        },
      });
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  return watched;
}

/** When the bindings end, in seconds after `since`. */
function endS(location: Location | undefined, since: number): number[] {
  const ends = location?.bindings.map(({ expiresAt }) => Math.round((expiresAt - since) / 1000)) ?? [];
  return ends.sort((one, other) => one - other);
}

async function registered(server: FrontEnd, username: string, expiresS = 600) {
  const person = await scene.person(username);
  const phone = await scene.phoneAt(server, 'udp', person);
  assert.equal((await phone.register(expiresS)).status, 200);
  return { ...person, phone };
}

/** Time passes by itself until it holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await scene.clock.advanceAsync(100);
}

test('a refresh is answered without the database, and written with all others of the next seconds', async () => {
  const store = await watchedStore();
  await using server = await scene.frontEnd('memory', { store });
  const now = scene.clock.wallNow();
  const { phone, userId } = await registered(server, 'alice');
  const told = await scene.announced(userId);
  assert.ok(store.taken() > 0);
  for (const expiresS of [700, 800, 900]) {
    const response = await phone.register(expiresS);
    assert.deepEqual(response.headers.getAll('Contact'), [`<${phone.contact}>;expires=${expiresS}`]);
  }
  assert.equal(store.taken(), 0);
  assert.deepEqual(endS(await scene.locationOf(userId), now), [600], 'stored is what was before');
  await until(() => told.all.some(({ renewed }) => renewed));
  assert.deepEqual(endS(await scene.locationOf(userId), now), [900]);
  assert.equal(store.taken(), 1);
  assert.deepEqual(
    told.all.filter(({ renewed }) => renewed).map(({ version }) => version),
    [2],
    'three refreshes are told once',
  );
});

test('a refresh of what ends soon is stored before the answer', async () => {
  const store = await watchedStore();
  await using server = await scene.frontEnd('soon', { store });
  const now = scene.clock.wallNow();
  const { phone, userId } = await registered(server, 'bert', 60);
  await scene.clock.advanceAsync(45_000);
  store.taken();
  assert.equal((await phone.register(600)).status, 200);
  assert.ok(store.taken() > 0);
  assert.deepEqual(endS(await scene.locationOf(userId), now), [645]);
});

test('a new, moved or removed binding is stored before the answer', async () => {
  const store = await watchedStore();
  await using server = await scene.frontEnd('durable', { store });
  const now = scene.clock.wallNow();
  const { phone, userId } = await registered(server, 'carl');
  assert.deepEqual(endS(await scene.locationOf(userId), now), [600]);
  const move = {
    uri: `sip:${DOMAIN}`,
    headers: [['Contact', `<${phone.contact}>;q=0.3;expires=700`]],
  } as const;
  assert.equal((await phone.ask('REGISTER', move)).status, 200);
  assert.deepEqual(endS(await scene.locationOf(userId), now), [700]);
  assert.equal((await phone.register(0)).status, 200);
  assert.deepEqual(endS(await scene.locationOf(userId), now), []);
});

test('what is stored next to a refresh does not undo it', async () => {
  await using server = await scene.frontEnd('beside');
  const now = scene.clock.wallNow();
  const { phone, userId } = await registered(server, 'dina');
  assert.equal((await phone.register(900)).status, 200);
  const second = `<sip:dina@192.0.2.1>;expires=300`;
  const both = await phone.ask('REGISTER', { uri: `sip:${DOMAIN}`, headers: [['Contact', second]] });
  assert.deepEqual(
    both.headers.getAll('Contact').toSorted(),
    [`<${phone.contact}>;expires=900`, second].toSorted(),
  );
  assert.deepEqual(endS(await scene.locationOf(userId), now), [300, 900]);
});

test('RFC 3261 §10.3 step 7: a REGISTER that is older than a refresh is refused before that is written', async () => {
  await using server = await scene.frontEnd('replay');
  const { phone } = await registered(server, 'elsa');
  assert.equal((await phone.register(700)).status, 200);
  const late = await phone.ask('REGISTER', {
    uri: `sip:${DOMAIN}`,
    sequence: 2,
    headers: [['Contact', `<${phone.contact}>;expires=600`]],
  });
  assert.equal(late.status, 500);
  assert.match(late.headers.get('Warning') ?? '', /newer registration/);
});

test('an orderly stop writes every refresh', async () => {
  const server = await scene.frontEnd('orderly');
  const now = scene.clock.wallNow();
  const { phone, userId } = await registered(server, 'fritz');
  assert.equal((await phone.register(900)).status, 200);
  await server[Symbol.asyncDispose]();
  await using _next = await scene.frontEnd('after-orderly');
  assert.deepEqual(endS(await scene.locationOf(userId), now), [900]);
});

test('refreshes go on while the database is away, and are written when it is back', async () => {
  const store = await watchedStore();
  await using server = await scene.frontEnd('away', { store });
  const now = scene.clock.wallNow();
  const { phone, userId } = await registered(server, 'gerda');
  const told = await scene.announced(userId);
  store.isAway = true;
  assert.equal((await phone.register(800)).status, 200);
  await scene.clock.advanceAsync(10_000);
  assert.equal((await phone.register(900)).status, 200);
  assert.deepEqual(endS(await scene.locationOf(userId), now), [600]);
  store.isAway = false;
  await until(() => told.all.some(({ renewed }) => renewed));
  assert.deepEqual(endS(await scene.locationOf(userId), now), [910]);
});

test('a phone that comes to another front end is there, whatever the first has yet to write', async () => {
  await using one = await scene.frontEnd('one');
  await using other = await scene.frontEnd('other');
  const now = scene.clock.wallNow();
  const { phone, userId, ...account } = await registered(one, 'heidi');
  const told = await scene.announced(userId);
  assert.equal((await phone.register(900)).status, 200);
  const moved = await scene.phoneAt(other, 'udp', account);
  const contact = { uri: `sip:${DOMAIN}`, headers: [['Contact', `<${phone.contact}>;expires=500`]] } as const;
  assert.equal((await moved.ask('REGISTER', contact)).status, 200);
  await told.next(({ bindings }) => bindings[0]?.nodeId === 'other');
  await one[Symbol.asyncDispose]();
  assert.deepEqual(
    told.all.filter(({ renewed }) => renewed),
    [],
    'the first front end has nothing to say of it any more',
  );
  const location = await scene.locationOf(userId);
  assert.deepEqual([location?.bindings.length, location?.bindings[0]?.nodeId], [1, 'other']);
  assert.deepEqual(endS(location, now), [500]);
});
