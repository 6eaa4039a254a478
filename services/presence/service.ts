// presence, wired: publications in, states out, contacts kept.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { devicesChanged, listDevices } from '../authentication/contract.ts';
import { getUser, userChanged } from '../identity/contract.ts';
import { areKnown, directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { type Location, locationChanged } from '../registrar/contract.ts';
import { locationView } from '../registrar/view.ts';
import type { Publication } from './aggregate.ts';
import * as contract from './contract.ts';
import { mayUsePresence } from './licence.ts';
import { presenceMigration } from './migrations/0001-presence.ts';
import { createPresentities } from './presentity.ts';
import { startPresenceAgent } from './sip.ts';
import * as rows from './store.ts';
import { presenceView } from './view.ts';

const { fault } = contract.presenceErrors;
const SNAPSHOT_PAGE = 500;
const SWEEP_MS = 5_000;
const CATCH_UP_MS = 60_000;
const LOCATIONS_A_QUERY = 500;
const CONTACTS_A_USER = 1_000;

export const presenceService: ServiceDefinition = {
  name: 'presence',
  after: ['identity', 'registrar', 'proxy', 'licensing'],
  migrations: [presenceMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock } = context;
    const own = await context.store.service<rows.PresenceTables>('presence', [presenceMigration]);
    const gate = openLicenceGate(context);
    const presentities = createPresentities(own, clock);
    const directory = followView(context, directoryView);
    const locations = followView(context, locationView);
    await Promise.all([directory.ready, locations.ready]);

    async function takeLocation(location: Location): Promise<void> {
      await presentities.change(location.userId, (db) =>
        rows.putRegistrations(db, location.userId, location.version, registrationsOf(location)),
      );
    }

    /** Phones that came or went while nobody here listened, or whose event died with a front end. */
    async function catchUp(): Promise<void> {
      const { byUser } = locations.current;
      const all = [...byUser.values()];
      for (let start = 0; start < all.length; start += LOCATIONS_A_QUERY) {
        const behind = await rows.behindLocations(own.db, all.slice(start, start + LOCATIONS_A_QUERY));
        for (const userId of behind) {
          const location = byUser.get(userId);
          if (location !== undefined) await takeLocation(location);
        }
      }
    }

    const subscriptions = await Promise.all([
      bus.serve(contract.presenceSnapshot, async ({ after }) =>
        done(await rows.snapshotPage(own.db, after, SNAPSHOT_PAGE)),
      ),
      bus.serve(contract.publish, async ({ userId, endpointId, kind, state, expiresS, deviceId }) => {
        const licensed = mayUsePresence(gate, { userId, deviceId });
        if (!licensed.ok) return licensed;
        const expiresAt = clock.wallNow() + expiresS * 1000;
        if (await rows.renewPublication(own.db, userId, endpointId, state, expiresAt)) return done({});
        const source = kind === 'browser' ? 'browser' : 'publish';
        await presentities.publish(userId, { endpointId, kind, source, deviceId: '', state, expiresAt });
        return done({});
      }),
      bus.serve(contract.unpublish, async ({ userId, endpointId }) => {
        await presentities.unpublish(userId, endpointId);
        return done({});
      }),
      bus.serve(contract.setState, async ({ userId, state, deviceId }) => {
        const licensed = state === null ? done(null) : mayUsePresence(gate, { userId, deviceId });
        if (!licensed.ok) return licensed;
        return done(await presentities.change(userId, async () => {}, { manual: state }));
      }),
      bus.serve(contract.setNote, async ({ userId, note, deviceId }) => {
        const licensed = note === '' ? done(null) : mayUsePresence(gate, { userId, deviceId });
        if (!licensed.ok) return licensed;
        return done(await presentities.change(userId, async () => {}, { note: storable(note) }));
      }),
      bus.serve(contract.listContacts, async ({ userId }) =>
        done({ contacts: await rows.listContacts(own.db, userId) }),
      ),
      bus.serve(contract.putContact, async ({ userId, contact, deviceId }) => {
        const licensed = mayUsePresence(gate, { userId, deviceId });
        if (!licensed.ok) return licensed;
        const ask = (id: string) => bus.call(getUser, { userId: id });
        if (!(await areKnown(directory, [contact.userId], ask))) return fault('PRESENCE_NO_SUCH_USER');
        return own.transaction(async (work) => {
          const held = await rows.listContacts(work.db, userId);
          const isNew = !held.some((other) => other.userId === contact.userId);
          if (isNew && held.length >= CONTACTS_A_USER) return fault('PRESENCE_TOO_MANY_CONTACTS');
          const stored = { ...contact, group: storable(contact.group) };
          await rows.putContact(work.db, userId, stored);
          await work.announce(contract.contactChanged, {
            userId,
            contactId: contact.userId,
            contact: stored,
          });
          return done({});
        });
      }),
      bus.serve(contract.removeContact, ({ userId, contactId }) =>
        own.transaction(async (work) => {
          if (await rows.removeContact(work.db, userId, contactId)) {
            await work.announce(contract.contactChanged, { userId, contactId, contact: null });
          }
          return done({});
        }),
      ),
      bus.subscribe(locationChanged, takeLocation, { queue: 'presence' }),
    ]);

    const states = followView(context, presenceView);
    await states.ready;
    const agent = startPresenceAgent(context, { presentities, directory, states, locations, gate, own });

    // A phone whose password was revoked watches nobody any more, and says nothing of its person.
    subscriptions.push(
      await bus.subscribe(devicesChanged, async ({ userId }) => {
        const listed = await bus.call(listDevices, { userId });
        if (!listed.ok) return;
        const devices = new Set(listed.value.devices.map((device) => device.deviceId));
        agent.keepWatches(userId, (deviceId) => devices.has(deviceId));
        for (const { source, deviceId, endpointId } of await rows.publicationsOf(own.db, userId)) {
          if (source === 'publish' && deviceId !== '' && !devices.has(deviceId))
            await presentities.unpublish(userId, endpointId);
        }
      }),
      await bus.subscribe(userChanged, ({ userId, disabled }) => {
        if (disabled) agent.keepWatches(userId, () => false);
      }),
    );

    const sweeps = startRounds(
      context,
      { everyMs: SWEEP_MS, failure: 'expired publications stay for now' },
      presentities.sweep,
    );
    const catchUps = startRounds(
      context,
      { everyMs: CATCH_UP_MS, failure: 'phones that came or went unheard are looked at later' },
      catchUp,
    );
    catchUps.soon();
    const refreshed = locations.onChange((location) => {
      if (location === undefined) catchUps.soon();
    });

    return {
      async [Symbol.asyncDispose]() {
        refreshed[Symbol.dispose]();
        await Promise.all([sweeps, catchUps].map((rounds) => rounds[Symbol.asyncDispose]()));
        await agent[Symbol.asyncDispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await states[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

function registrationsOf({ bindings }: Location): Publication[] {
  return bindings.map((binding) => ({
    endpointId: `registration:${binding.bindingId}`,
    kind: 'phone' as const,
    source: 'registration' as const,
    deviceId: binding.deviceId,
    state: 'available' as const,
    expiresAt: binding.expiresAt,
  }));
}

/** PostgreSQL cannot hold U+0000, and nobody can see it. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').trim();
}
