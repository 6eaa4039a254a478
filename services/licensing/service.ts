// licensing, wired: commands onto the books, evidence in, rights out, and rounds for what a day changes.
import { done, type Outcome } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { acts } from './acts.ts';
import { anchorAudit } from './audit-desk.ts';
import { Books } from './books.ts';
import * as contract from './contract.ts';
import { clearOld, takeEdges } from './evidence-desk.ts';
import { declareLicensing } from './http.ts';
import { licensingMigration } from './migrations/0001-licensing.ts';
import { startOptimiser } from './optimise-desk.ts';
import { solveInThread } from './optimise-thread.ts';
import { trendPoints } from './position-report.ts';
import { type Ports, reads } from './reads.ts';
import * as rows from './store.ts';
import type { LicensingTables } from './tables.ts';
import { noteCalls, startWebhooks } from './webhooks.ts';
import { CLI, Who } from './who.ts';

const SNAPSHOT_PAGE = 1_000;
const ROUND_MS = 60_000;
/** Soon enough for a refusal to end within seconds, and never more than a twentieth of this process's time. */
const SOON_MS = 500;
const SHARE_OF_TIME = 20;

export const licensingService: ServiceDefinition = {
  name: 'licensing',
  after: ['identity', 'authentication'],
  migrations: [licensingMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, config } = context;
    const own = await context.store.service<LicensingTables>('licensing', [licensingMigration]);
    const books = new Books(own, clock);
    const who = new Who(context, () => books.ledger);
    const now = () => clock.wallNow();
    const optimiser = startOptimiser(context, { own, books, who, solve: solveInThread });
    const ports: Ports = { own, books, who, optimiser, hostName: config.hostName, now };
    const webhooks = startWebhooks(context, own);
    let settledDay = '';
    let reckonMs = 0;

    /** One at a time: a round, or the first access of a day. */
    let settling: Promise<void> = Promise.resolve();
    function settle(): Promise<void> {
      settling = settling.catch(() => {}).then(settleNow);
      return settling;
    }

    /** What follows from new evidence and from a new day; where nothing did, nothing is written. */
    async function settleNow(): Promise<void> {
      // Real time, whatever the clock says: it is this process's own that is spared.
      const startedAt = performance.now();
      await books.settle();
      reckonMs = performance.now() - startedAt;
      const day = books.today;
      if (day !== settledDay) {
        await clearOld(own, books, now());
        settledDay = day;
      }
      await own.transaction(({ db }) => rows.putPositions(db, trendPoints(books.reckoning)));
      await anchorAudit(own, now());
      await noteCalls(own, books, now());
      await optimiser.tidy();
      webhooks.soon();
    }

    await settle();
    const rounds = startRounds(
      context,
      { everyMs: ROUND_MS, failure: 'rights and positions are as they were' },
      settle,
    );
    const settleSoon = () => rounds.soon(Math.min(ROUND_MS, Math.max(SOON_MS, reckonMs * SHARE_OF_TIME)));
    books.onCommit = settleSoon;

    const reading = reads(ports);
    const acting = acts(ports);

    async function answer(
      name: contract.OperationName,
      { actor, request, key }: { actor: string; request: unknown; key?: string },
    ): Promise<Outcome<never>> {
      await who.ready;
      if (!who.may(actor, name)) {
        // The person may be new, or the role given a moment ago in another process.
        if (actor !== CLI) await who.learn([actor]);
        await books.catchUp();
        if (!who.may(actor, name)) return contract.licensingErrors.fault('LICENCE_NOT_YOUR_ROLE');
      }
      if (Object.hasOwn(reading, name)) {
        const read = reading[name as keyof typeof reading] as (
          r: unknown,
          a: string,
        ) => Promise<Outcome<never>>;
        return read(request, actor);
      }
      const act = acting[name as keyof typeof acting] as (r: unknown, a: unknown) => Promise<Outcome<never>>;
      return act(
        request,
        who.asker(actor, key === undefined ? undefined : { key, operation: name, request }),
      );
    }

    const names = Object.keys(contract.operations) as contract.OperationName[];
    const subscriptions = await Promise.all([
      bus.serve(contract.rightsSnapshot, async ({ after }) =>
        done(await rows.rightsPage(own.db, after, SNAPSHOT_PAGE)),
      ),
      bus.serve(contract.recordAccess, async (batch) => {
        // The first access of a day finds the rights of that day, and the day has its point in the trend.
        if (books.today !== settledDay) await settle();
        const { recorded, added } = await takeEdges(own, books, batch, now());
        if (added > 0) settleSoon();
        return done({ recorded });
      }),
      ...names.map((name) => bus.serve(contract.operationCommand(name), (ask) => answer(name, ask))),
    ]);

    return {
      async [Symbol.asyncDispose]() {
        books.onCommit = () => {};
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await optimiser[Symbol.asyncDispose]();
        await rounds[Symbol.asyncDispose]();
        await webhooks[Symbol.asyncDispose]();
        await who[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

/** The API and the exports, where browsers and programs ask. */
export const licensingWebService: ServiceDefinition = {
  name: 'licensing-web',
  after: ['identity', 'authentication', 'licensing'],
  async start(context: ServiceContext): Promise<RunningService> {
    const web = context.web();
    declareLicensing(web.routes, {
      bus: context.bus,
      clock: context.clock,
      organisation: context.config.domain,
      version: web.version,
      edition: context.config.bus === undefined ? 'standard' : 'enterprise',
    });
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
