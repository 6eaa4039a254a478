// presence, wired: publications in, states out, contacts kept.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { directoryView } from '../identity/view.ts';
import { type Location, locationChanged } from '../registrar/contract.ts';
import type { Publication } from './aggregate.ts';
import * as contract from './contract.ts';
import { presenceMigration } from './migrations/0001-presence.ts';
import { createPresentities } from './presentity.ts';
import { startPresenceAgent } from './sip.ts';
import * as rows from './store.ts';
import { presenceView } from './view.ts';

const { fault } = contract.presenceErrors;
const SNAPSHOT_PAGE = 500;
const SWEEP_MS = 5_000;
const CONTACTS_A_USER = 1_000;

export const presenceService: ServiceDefinition = {
  name: 'presence',
  after: ['identity', 'registrar', 'proxy'],
  migrations: [presenceMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const own = await context.store.service<rows.PresenceTables>('presence', [presenceMigration]);
    const presentities = createPresentities(own, clock);

    const subscriptions = await Promise.all([
      bus.serve(contract.presenceSnapshot, async ({ after }) =>
        done(await rows.snapshotPage(own.db, after, SNAPSHOT_PAGE)),
      ),
      bus.serve(contract.publish, async ({ userId, endpointId, kind, state, expiresS }) => {
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
      bus.serve(contract.setState, async ({ userId, state }) =>
        done(await presentities.change(userId, async () => {}, { manual: state })),
      ),
      bus.serve(contract.setNote, async ({ userId, note }) =>
        done(await presentities.change(userId, async () => {}, { note: note.trim() })),
      ),
      bus.serve(contract.listContacts, async ({ userId }) =>
        done({ contacts: await rows.listContacts(own.db, userId) }),
      ),
      bus.serve(contract.putContact, ({ userId, contact }) =>
        own.transaction(async (work) => {
          if (!directory.current.users.has(contact.userId)) return fault('PRESENCE_NO_SUCH_USER');
          const held = await rows.listContacts(work.db, userId);
          const isNew = !held.some((other) => other.userId === contact.userId);
          if (isNew && held.length >= CONTACTS_A_USER) return fault('PRESENCE_TOO_MANY_CONTACTS');
          await rows.putContact(work.db, userId, contact);
          await work.announce(contract.contactChanged, { userId, contactId: contact.userId, contact });
          return done({});
        }),
      ),
      bus.serve(contract.removeContact, ({ userId, contactId }) =>
        own.transaction(async (work) => {
          if (await rows.removeContact(work.db, userId, contactId)) {
            await work.announce(contract.contactChanged, { userId, contactId, contact: null });
          }
          return done({});
        }),
      ),
      bus.subscribe(
        locationChanged,
        async (location) => {
          await presentities.change(location.userId, (db) =>
            rows.putRegistrations(db, location.userId, location.version, registrationsOf(location)),
          );
        },
        { queue: 'presence' },
      ),
    ]);

    const directory = followView(context, directoryView);
    const states = followView(context, presenceView);
    await Promise.all([directory.ready, states.ready]);
    const agent = startPresenceAgent(context, { presentities, directory, states, own });

    let sweep: Disposable;
    function sweepLater(): void {
      sweep = clock.after(SWEEP_MS, async () => {
        await presentities.sweep().catch((error) => log.warn({ error }, 'expired publications stay for now'));
        if (!stopped) sweepLater();
      });
    }
    let stopped = false;
    sweepLater();

    return {
      async [Symbol.asyncDispose]() {
        stopped = true;
        sweep[Symbol.dispose]();
        await agent[Symbol.asyncDispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await states[Symbol.asyncDispose]();
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
