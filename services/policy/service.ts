// policy, wired: rows and the record of their changes; every front end follows the view.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { getUser } from '../identity/contract.ts';
import { changedSettings, differences } from './change.ts';
import * as contract from './contract.ts';
import { declarePolicies } from './http.ts';
import { migrations } from './migrations/index.ts';
import * as rows from './store.ts';
import { effectiveIn, policyView } from './view.ts';

const SNAPSHOT_PAGE = 500;

export const policyService: ServiceDefinition = {
  name: 'policy',
  after: ['identity'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const own = await context.store.service<rows.PolicyTables>('policy', migrations);
    const serving = await bus.serve(contract.policySnapshot, async ({ after }) =>
      done(await rows.policyPage(own.db, after, SNAPSHOT_PAGE)),
    );
    const policies = followView(context, policyView);
    await policies.ready;

    const subscriptions = await Promise.all([
      bus.serve(contract.changePolicy, async ({ scope, changes, by }) => {
        if (scope.kind === 'user' && !(await bus.call(getUser, { userId: scope.value })).ok)
          return contract.policyErrors.fault('POLICY_NO_SUCH_USER');
        const changed = await own.transaction(async (work) => {
          const { db } = work;
          const held = await rows.lockPolicy(db, scope);
          const settings = changedSettings(held.settings, changes);
          if (!settings.ok) return settings;
          const named = differences(held.settings, settings.value);
          if (named.length === 0) return done({ ...held, named });
          const next = { scope, settings: settings.value, version: held.version + 1 };
          await rows.putPolicy(db, next);
          const made = { at: clock.wallNow(), by, scope };
          await rows.putChanges(db, made, named, { before: held.settings, after: settings.value });
          await work.announce(contract.policyChanged, next);
          return done({ ...next, named });
        });
        if (!changed.ok) return changed;
        const { named, ...policy } = changed.value;
        if (named.length > 0) log.info({ scope, settings: named, by }, 'a policy was changed');
        return done(policy);
      }),
      bus.serve(contract.effectivePolicy, async ({ userId }) => {
        const user = await bus.call(getUser, { userId });
        if (!user.ok) return contract.policyErrors.fault('POLICY_NO_SUCH_USER');
        return done(effectiveIn(policies.current, { userId, department: user.value.department }));
      }),
      bus.serve(contract.policyChanges, async ({ limit }) =>
        done({ changes: await rows.latestChanges(own.db, limit) }),
      ),
    ]);

    return {
      async [Symbol.asyncDispose]() {
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await policies[Symbol.asyncDispose]();
        await serving[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

/** The pages of administrators. */
export const policyWebService: ServiceDefinition = {
  name: 'policy-web',
  after: [],
  async start(context: ServiceContext): Promise<RunningService> {
    declarePolicies(context.web().routes, context.bus);
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
