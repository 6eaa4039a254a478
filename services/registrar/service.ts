// registrar, wired: REGISTER onto bindings, and bindings away when their time, flow, node, device or user is gone.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { devicesChanged, listDevices } from '../authentication/contract.ts';
import { userChanged } from '../identity/contract.ts';
import type { StoredBinding } from './binding.ts';
import { locationChanged, locationSnapshot } from './contract.ts';
import { askTemporaryGruus } from './gruu-key.ts';
import { bindingsMigration } from './migrations/0001-bindings.ts';
import { locationsMigration } from './migrations/0002-locations.ts';
import { startNodeWatch } from './node-watch.ts';
import { Renewals } from './renewals.ts';
import { hangRegisterStation } from './sip.ts';
import * as rows from './store.ts';
import { locationView, usersWithExpired } from './view.ts';

const SNAPSHOT_PAGE = 500;
const SWEEP_MS = 2_000;
const SWEEP_USERS = 500;
/** A refresh is written so soon, with all that came until then. */
const WRITE_BEHIND_MS = 2_000;
/** So many users in one transaction, whose rows others wait for meanwhile. */
const USERS_A_WRITE = 500;
const migrations = [bindingsMigration, locationsMigration];

export const registrarService: ServiceDefinition = {
  name: 'registrar',
  after: ['identity', 'authentication'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const own = await context.store.service<rows.RegistrarTables>('registrar', migrations);
    const sip = context.sip();

    /** Who registered over which connection of this process. */
    const usersOfFlow = new Map<string, Set<string>>();

    /** Connections that closed and whose bindings are there still: the database may have been away. */
    const closedFlows = new Set<string>();

    /** A connection that closes takes its bindings along: nobody can be reached over it any more (RFC 5626 §3.3). */
    async function dropFlow(flowId: string): Promise<void> {
      closedFlows.add(flowId);
      const isOther = (binding: StoredBinding) => binding.nodeId !== nodeId || binding.flowId !== flowId;
      for (const userId of usersOfFlow.get(flowId) ?? []) await rows.keepBindings(own, userId, isOther);
      closedFlows.delete(flowId);
      usersOfFlow.delete(flowId);
    }

    function dropFlowSoon(flowId: string): void {
      dropFlow(flowId).catch((error) => log.warn({ error }, 'bindings of a closed connection stay for now'));
    }

    const closed = sip.onFlowClosed((flow) => {
      if (usersOfFlow.has(flow.id)) dropFlowSoon(flow.id);
    });
    const nodes = await startNodeWatch(context, own);
    const renewals = new Renewals();

    const subscriptions = await Promise.all([
      bus.serve(locationSnapshot, async ({ after }) =>
        done(await rows.snapshotPage(own.db, after, SNAPSHOT_PAGE)),
      ),
      bus.subscribe(
        devicesChanged,
        async ({ userId }) => {
          // Read before the list: a device that is added and registers meanwhile is in neither.
          const registered = await rows.devicesOf(own.db, userId);
          const listed = await bus.call(listDevices, { userId });
          if (!listed.ok) return;
          const revoked = new Set(registered);
          for (const { deviceId } of listed.value.devices) revoked.delete(deviceId);
          if (revoked.size === 0) return;
          await rows.keepBindings(own, userId, (binding) => !revoked.has(binding.deviceId));
        },
        { queue: 'registrar' },
      ),
      bus.subscribe(
        userChanged,
        async ({ userId, disabled }) => {
          if (disabled) await rows.keepBindings(own, userId, () => false);
        },
        { queue: 'registrar' },
      ),
    ]);

    // After its snapshot is served here.
    const locations = followView(context, locationView);
    const station = hangRegisterStation(context, {
      own,
      locations,
      renewals,
      temporaryGruus: askTemporaryGruus(context),
      onRegistered({ flow }, caller) {
        if (flow.transport === 'udp') return;
        const userIds = usersOfFlow.get(flow.id) ?? new Set();
        usersOfFlow.set(flow.id, userIds.add(caller.userId));
        // It may have closed while the binding was being written.
        if (sip.flow(flow.id) === undefined) dropFlowSoon(flow.id);
      },
    });

    async function writeBehind(): Promise<void> {
      for (let left = renewals.size; left > 0; left -= USERS_A_WRITE) {
        const users = renewals.waiting(USERS_A_WRITE);
        const changed = await rows.writeRenewals(own, users);
        renewals.written(users);
        // Not through the outbox: whoever misses one hears of the next, or loads a snapshot.
        for (const location of changed) await bus.publish(locationChanged, location);
      }
    }
    const writes = startRounds(
      context,
      { everyMs: WRITE_BEHIND_MS, failure: 'refreshes are written a little later' },
      writeBehind,
    );

    /** Every front end sweeps; the rows' lock lets one of them tell of each expiry. */
    const sweeps = startRounds(
      context,
      { everyMs: SWEEP_MS, failure: 'expired bindings stay for now' },
      async () => {
        for (const flowId of closedFlows) await dropFlow(flowId);
        const now = clock.wallNow();
        const users = usersWithExpired(locations.current, now, SWEEP_USERS);
        await Promise.all(
          users.map((userId) => {
            return rows.changeBindings(own, { userId }, (stored) => {
              const held = renewals.merge(userId, stored);
              const bindings = held.filter(({ expiresAt }) => expiresAt > now);
              return done({ bindings, changed: bindings.length !== held.length });
            });
          }),
        );
      },
    );

    return {
      async [Symbol.asyncDispose]() {
        station[Symbol.dispose]();
        closed[Symbol.dispose]();
        await sweeps[Symbol.asyncDispose]();
        await writes[Symbol.asyncDispose]();
        await writeBehind().catch((error) => log.warn({ error }, 'the last refreshes could not be written'));
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await nodes[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
