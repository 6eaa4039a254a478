// call-routing, wired: rules kept, and calls planned by them.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { policyView } from '../policy/view.ts';
import { accessView, presenceView } from '../presence/view.ts';
import * as contract from './contract.ts';
import { allowancesOf, type Facts, personBehind, personIn, situationOf } from './facts.ts';
import { declareCallRules } from './http.ts';
import { mayChangeRules } from './licence.ts';
import { migrations } from './migrations/index.ts';
import { normalised, problemsOf } from './rules/check.ts';
import { DEFAULT_RULES } from './rules/defaults.ts';
import { plan } from './rules/plan.ts';
import * as rows from './store.ts';

const { fault } = contract.callRoutingErrors;

export const callRoutingService: ServiceDefinition = {
  name: 'call-routing',
  after: ['identity', 'policy', 'presence', 'licensing'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock } = context;
    const own = await context.store.service<rows.CallRoutingTables>('call-routing', migrations);
    const views = {
      directory: followView(context, directoryView),
      presence: followView(context, presenceView),
      access: followView(context, accessView),
      policies: followView(context, policyView),
    };
    const gate = openLicenceGate(context);
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const facts: Facts = { ...views, gate, domain: context.config.domain, timeZone };
    await Promise.all(Object.values(views).map((view) => view.ready));

    const subscriptions = await Promise.all([
      bus.serve(contract.planCall, async (ask) => {
        const { calleeId } = ask;
        if (personIn(facts, calleeId) === undefined) return fault('ROUTING_NO_SUCH_USER');
        const mine = await rows.readRules(own.db, [calleeId]);
        const { ringAlso = [] } = mine.get(calleeId)?.rules ?? {};
        const others = ringAlso.flatMap(({ target }) => (target.kind === 'user' ? target.userId : []));
        const theirs = others.length === 0 ? mine : await rows.readRules(own.db, others);
        const rulesOf = (userId: string) => (mine.get(userId) ?? theirs.get(userId))?.rules ?? DEFAULT_RULES;
        return done(plan(situationOf(facts, { ...ask, at: ask.at ?? clock.wallNow() }, rulesOf)));
      }),

      bus.serve(contract.getRules, async ({ userId }) => {
        if (personIn(facts, userId) === undefined) return fault('ROUTING_NO_SUCH_USER');
        const kept = await rows.readRules(own.db, [userId]);
        const { rules, version } = kept.get(userId) ?? { rules: DEFAULT_RULES, version: 0 };
        return done({ rules, version, allowances: allowancesOf(facts, userId) });
      }),

      bus.serve(contract.putRules, async ({ userId, rules: given, version, deviceId }) => {
        const licensed = mayChangeRules(gate, { userId, deviceId });
        if (!licensed.ok) return licensed;
        if (personIn(facts, userId) === undefined) return fault('ROUTING_NO_SUCH_USER');
        const allowances = allowancesOf(facts, userId);
        const rules = normalised(given, (target) => personBehind(facts, target));
        return own.transaction(async (work) => {
          const held = await rows.lockRules(work.db, userId);
          if (held.version !== version) {
            const { fault: told } = fault('ROUTING_STALE');
            return { ok: false, fault: { ...told, current: { ...held, allowances } } };
          }
          const [problem] = problemsOf(rules, held.rules, {
            ownerId: userId,
            allowances,
            isPerson: (other) => personIn(facts, other) !== undefined,
          });
          if (problem !== undefined) return fault(problem.code);
          const next = { rules, version: version + 1 };
          await rows.writeRules(work.db, userId, next);
          await work.announce(contract.rulesChanged, { userId, ...next });
          return done({ ...next, allowances });
        });
      }),
    ]);

    return {
      async [Symbol.asyncDispose]() {
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await Promise.all(Object.values(views).map((view) => view[Symbol.asyncDispose]()));
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

/** The pages of administrators. */
export const callRoutingWebService: ServiceDefinition = {
  name: 'call-routing-web',
  after: [],
  async start(context: ServiceContext): Promise<RunningService> {
    declareCallRules(context.web().routes, context.bus);
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
