// monitoring, wired: messages of this front end into its ring, questions about those of all, and the record of who looked.
import { done } from '@parley/platform/contract';
import {
  openLocalDoor,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { getUser } from '../identity/contract.ts';
import * as contract from './contract.ts';
import { answerDoor } from './door.ts';
import { joinFrontEnds } from './front-ends.ts';
import { declareTraces } from './http.ts';
import { openingsMigration } from './migrations/0001-openings.ts';
import { recordMessages, sightingOf } from './sip.ts';
import { clearOldOpenings, type MonitoringTables, openingsPage, putOpening } from './store.ts';
import { TraceDesk } from './trace-desk.ts';
import { TraceIndex } from './trace-index.ts';
import { TraceRing } from './trace-ring.ts';

const ROUND_MS = 60_000;
/** The record of who looked is kept for a year. */
const OPENINGS_MS = 366 * 86_400_000;
const MEGABYTE = 1024 * 1024;
/** A server that records nothing still answers. */
const NOTHING = { bytes: 1, messages: 1, ageMs: 0 };

export const monitoringService: ServiceDefinition = {
  name: 'monitoring',
  after: ['identity'],
  migrations: [openingsMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, config, log, nodeId } = context;
    const setting = config.sip.trace;
    const { traceMegabytes, traceMessages, traceMinutes } = config.limits;
    const policy = { setting, keepsTexts: config.sip.traceTexts === 'shown' };
    const own = await context.store.service<MonitoringTables>('monitoring', [openingsMigration]);
    const ring = new TraceRing(
      setting === 'off'
        ? NOTHING
        : { bytes: traceMegabytes * MEGABYTE, messages: traceMessages, ageMs: traceMinutes * 60_000 },
    );
    const recording =
      setting === 'off'
        ? undefined
        : recordMessages(context.sip(), ring, { ...policy, wallNow: () => clock.wallNow() });
    const index = new TraceIndex({ ring, clock, nodeId, policy, read: sightingOf });
    const rounds = startRounds(
      context,
      { everyMs: ROUND_MS, failure: 'the record of who looked at SIP messages is cleared later' },
      async () => {
        ring.expire(clock.wallNow());
        await clearOldOpenings(own.db, clock.wallNow() - OPENINGS_MS);
      },
    );

    const served = await Promise.all([
      bus.serve(
        contract.nodeCalls,
        async ({ filter, limit }) => done({ ...(await index.calls(filter, limit)), setting }),
        { node: nodeId },
      ),
      bus.serve(
        contract.nodeSightings,
        async ({ limit, ...request }) => done(await index.sightings(request, limit)),
        { node: nodeId },
      ),
      bus.serve(
        contract.nodeTexts,
        async ({ callId, ids, after }) => done(await index.texts(callId, ids, after)),
        { node: nodeId },
      ),
    ]);
    const frontEnds = await joinFrontEnds(context);
    const desk = new TraceDesk({
      frontEnds,
      setting,
      async record(opening) {
        const user = await bus.call(getUser, { userId: opening.actor });
        const actorName = user.ok ? user.value.address : opening.actor;
        await putOpening(own.db, { ...opening, actorName, at: clock.wallNow() });
      },
    });
    served.push(
      ...(await Promise.all([
        bus.serve(contract.listCalls, (request) => desk.calls(request)),
        bus.serve(contract.showLadder, (request) => desk.ladder(request)),
        bus.serve(contract.recentSightings, (request) => desk.sightings(request)),
        bus.serve(contract.openTexts, (request) => desk.texts(request)),
        bus.serve(contract.listOpenings, async ({ before, limit }) =>
          done({ openings: await openingsPage(own.db, before, limit) }),
        ),
      ])),
    );
    const door = await openLocalDoor({
      data: config.data,
      name: contract.TRACE_DOOR,
      log,
      answer: (question) => answerDoor(bus, question),
    });

    return {
      async [Symbol.asyncDispose]() {
        recording?.[Symbol.dispose]();
        await door[Symbol.asyncDispose]();
        await frontEnds[Symbol.asyncDispose]();
        for (const one of served) await one[Symbol.asyncDispose]();
        index[Symbol.dispose]();
        await rounds[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

/** The API, where browsers ask. */
export const monitoringWebService: ServiceDefinition = {
  name: 'monitoring-web',
  after: ['identity', 'authentication', 'monitoring'],
  async start(context: ServiceContext): Promise<RunningService> {
    declareTraces(context.web().routes, context.bus);
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
