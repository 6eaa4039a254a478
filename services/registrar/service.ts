// registrar, wired: REGISTER onto bindings, and bindings away when their time, flow, node, device or user is gone.
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { devicesChanged, listDevices } from '../authentication/contract.ts';
import { userChanged } from '../identity/contract.ts';
import type { StoredBinding } from './binding.ts';
import { locationSnapshot } from './contract.ts';
import { bindingsMigration } from './migrations/0001-bindings.ts';
import { startNodeWatch } from './node-watch.ts';
import { hangRegisterStation } from './sip.ts';
import * as rows from './store.ts';

const SNAPSHOT_PAGE = 500;
const SWEEP_MS = 2_000;
const SWEEP_USERS = 500;

export const registrarService: ServiceDefinition = {
  name: 'registrar',
  after: ['identity', 'authentication'],
  migrations: [bindingsMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const own = await context.store.service<rows.RegistrarTables>('registrar', [bindingsMigration]);
    const sip = context.sip();

    /** Who registered over which connection of this process. */
    const usersOfFlow = new Map<string, Set<string>>();

    async function dropFlow(flowId: string): Promise<void> {
      const userIds = usersOfFlow.get(flowId) ?? [];
      usersOfFlow.delete(flowId);
      const isOther = (binding: StoredBinding) => binding.nodeId !== nodeId || binding.flowId !== flowId;
      for (const userId of userIds) await rows.keepBindings(own, userId, isOther);
    }

    /** A connection that closes takes its bindings along: a request over it would only fail (RFC 5626 §5.3). */
    function dropFlowSoon(flowId: string): void {
      dropFlow(flowId).catch((error) =>
        log.warn({ error }, 'bindings of a closed connection stay until they expire'),
      );
    }

    const station = hangRegisterStation(context, own, async ({ flow }, caller) => {
      if (flow.transport === 'udp') return;
      const userIds = usersOfFlow.get(flow.id) ?? new Set();
      usersOfFlow.set(flow.id, userIds.add(caller.userId));
      // It may have closed while the binding was being written.
      if (sip.flow(flow.id) === undefined) dropFlowSoon(flow.id);
    });
    const closed = sip.onFlowClosed((flow) => {
      if (usersOfFlow.has(flow.id)) dropFlowSoon(flow.id);
    });
    const nodes = await startNodeWatch(context, own);

    const subscriptions = await Promise.all([
      bus.serve(locationSnapshot, async ({ after }) =>
        done(await rows.snapshotPage(own.db, after, SNAPSHOT_PAGE)),
      ),
      bus.subscribe(
        devicesChanged,
        async ({ userId }) => {
          const listed = await bus.call(listDevices, { userId });
          if (!listed.ok) return;
          const devices = new Set(listed.value.devices.map((device) => device.deviceId));
          await rows.keepBindings(own, userId, (binding) => devices.has(binding.deviceId));
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

    /** Every front end sweeps; the rows' lock lets one of them tell of each expiry. */
    async function dropExpired(): Promise<void> {
      const now = clock.wallNow();
      for (const userId of await rows.usersWithExpired(own.db, now, SWEEP_USERS)) {
        await rows.keepBindings(own, userId, (binding) => binding.expiresAt > now);
      }
    }
    let sweep: Disposable | undefined;
    let sweeping: Promise<void> = Promise.resolve();
    function sweepLater(): void {
      sweep = clock.after(SWEEP_MS, () => {
        sweeping = dropExpired()
          .catch((error) => log.warn({ error }, 'expired bindings stay for now'))
          .then(() => {
            if (sweep !== undefined) sweepLater();
          });
      });
    }
    sweepLater();

    return {
      async [Symbol.asyncDispose]() {
        station[Symbol.dispose]();
        closed[Symbol.dispose]();
        sweep?.[Symbol.dispose]();
        sweep = undefined;
        await sweeping;
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await nodes[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
