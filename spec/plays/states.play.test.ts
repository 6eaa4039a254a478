// States, sensors and aggregation as others see them, over the whole product. Hours are the affair of
// services/presence/time.test.ts: here a machine tells how long nobody has touched it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SilentWire } from '../cast/silent-wire.ts';
import { onEveryTopology } from '../cast/stage.ts';
import { WebUser } from '../cast/web-user.ts';

const PROMPTLY_MS = 7_000;
/** The shortest that an administrator may set: who is silent is let go after two of them. */
const PING_S = 5;
/** A page that reloads is back sooner, and does not flicker. */
const RELOAD_S = 10;

onEveryTopology(
  (stage) => {
    async function aliceWatchesBob() {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const watcher = await stage().browser(alice);
      await watcher.command('contact.put', { contactIds: [bob.userId], change: {} });
      return { watcher, bob };
    }
    const idleFor = (user: WebUser, idleS: number) =>
      user.command('presence.activity', { machine: 'idle', idleS });

    test('nobody touches bob’s machine: alice sees him Inactive, then Away, and when he was last there', async () => {
      const { watcher, bob } = await aliceWatchesBob();
      const machine = await stage().browser(bob);
      await watcher.sees(bob.userId, 'available');
      await idleFor(machine, 5 * 60 - 1);
      const inactive = await watcher.sees(bob.userId, 'inactive', PROMPTLY_MS);
      assert.ok(Math.abs(inactive.since - (inactive.lastActive ?? 0) - 5 * 60_000) < 2_000);
      await idleFor(machine, 15 * 60 - 1);
      assert.equal((await watcher.sees(bob.userId, 'away', PROMPTLY_MS)).reason, 'endpoint');
      await machine.command('presence.activity', { machine: 'active' });
      assert.equal((await watcher.sees(bob.userId, 'available')).lastActive, undefined);
    });

    test('bob has two machines and locks one: he is still Available; he locks both: Away', async () => {
      const { watcher, bob } = await aliceWatchesBob();
      const [desk, laptop] = [await stage().browser(bob), await stage().browser(bob)];
      await watcher.sees(bob.userId, 'available');
      const seen = watcher.frames.entries.length;
      await desk.command('presence.activity', { machine: 'locked' });
      await laptop.command('presence.activity', { machine: 'locked' });
      await watcher.sees(bob.userId, 'away');
      const states = watcher.frames.entries
        .slice(seen)
        .flatMap((frame) =>
          frame.type === 'event' && frame.data.type === 'presence' ? [frame.data.presence] : [],
        )
        .filter(({ userId }) => userId === bob.userId)
        .map(({ state }) => state);
      assert.deepEqual(states, ['away']);
    });

    test('bob’s only machine loses its network: he is Offline, and not Available for ever', async () => {
      const { watcher, bob } = await aliceWatchesBob();
      const machine = await stage().browser(bob);
      await watcher.sees(bob.userId, 'available');
      machine.drop();
      assert.equal((await watcher.sees(bob.userId, 'offline', 20_000)).reason, 'none');
    });

    test('bob is Busy for a moment and his cable is pulled out: Busy ends by itself, and then he is Offline', async () => {
      const { watcher, bob } = await aliceWatchesBob();
      await using wire = await SilentWire.to(stage().web.origin);
      await using machine = await WebUser.signIn(wire.origin, bob.address, bob.password);
      const busy = await machine.command('presence.setState', { state: 'busy', forS: 5 });
      await watcher.sees(bob.userId, 'busy');
      wire.unplug();
      // Nothing was closed: neither end is told that the other is gone.
      assert.ok(machine.isConnected);
      await watcher.sees(bob.userId, 'available', 5_000 + PROMPTLY_MS);
      assert.ok(Date.now() >= (busy.until ?? Number.POSITIVE_INFINITY));
      assert.ok(machine.isConnected);
      const gone = await watcher.sees(bob.userId, 'offline', (2 * PING_S + RELOAD_S) * 1000 + PROMPTLY_MS);
      assert.equal(gone.reason, 'none');
    });

    test('bob is off work, in his own words, and gives the choice back', async () => {
      const { watcher, bob } = await aliceWatchesBob();
      const machine = await stage().browser(bob);
      await machine.command('presence.setState', { state: 'away', activity: 'offWork' });
      assert.equal((await watcher.sees(bob.userId, 'away')).activity, 'offWork');
      await machine.command('presence.setState', {
        state: 'busy',
        activity: 'custom',
        activityText: 'Preparing the talk',
        forS: 3600,
      });
      const busy = await watcher.sees(bob.userId, 'busy');
      assert.deepEqual([busy.activityText, busy.reason], ['Preparing the talk', 'manual']);
      assert.equal((busy.until ?? 0) - busy.since, 3_600_000);
      await machine.command('presence.setState', { state: null });
      assert.equal((await watcher.sees(bob.userId, 'available')).activity, undefined);
    });

    test('where bob is, is told to himself and not to everybody', async () => {
      const { watcher, bob } = await aliceWatchesBob();
      const machine = await stage().browser(bob);
      const own = await machine.command('presence.setLocation', { location: 'Home office' });
      assert.equal(own.location, 'Home office');
      await machine.command('presence.setNote', { note: 'after the place' });
      await watcher.until('the note', () => watcher.presence.get(bob.userId)?.note === 'after the place');
      assert.ok(!JSON.stringify(watcher.frames.entries).includes('Home office'));
    });

    test('of two windows that change one note, the second is told', async () => {
      const bob = await stage().hire('Bob');
      const [desk, laptop] = [await stage().browser(bob), await stage().browser(bob)];
      const { noteVersion: version } = await laptop.command('presence.readOwn', {});
      await desk.command('presence.setNote', { note: 'from the desk', version });
      await assert.rejects(
        laptop.command('presence.setNote', { note: 'from the laptop', version }),
        /PRESENCE_STALE/,
      );
      assert.equal((await laptop.command('presence.readOwn', {})).note, 'from the desk');
    });
  },
  { settings: { limits: { pingS: PING_S } } },
);
