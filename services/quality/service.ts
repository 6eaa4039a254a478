// quality, wired: reports of windows, phones and hosts into rows, and questions about them.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import * as contract from './contract.ts';
import { declareQuality } from './http.ts';
import { Intake } from './intake.ts';
import { migrations } from './migrations/index.ts';
import { isBad } from './rules/bad.ts';
import { takePublications } from './sip.ts';
import { reportOfPhone } from './sip-report.ts';
import * as rows from './store.ts';

const FLUSH_MS = 3_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const qualityService: ServiceDefinition = {
  name: 'quality',
  after: ['identity', 'proxy', 'calls'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock } = context;
    const { keepDays, rateEvery } = context.config.monitoring;
    const own = await context.store.service<rows.QualityTables>('quality', migrations);
    const now = () => clock.wallNow();
    const intake = new Intake({ bus, now, put: (reports) => rows.putReports(own, reports) });
    const flushing = startRounds(
      context,
      { everyMs: FLUSH_MS, failure: 'how calls go is written down later' },
      () => intake.flush(),
    );
    const dropping = startRounds(
      context,
      { everyMs: HOUR_MS, failure: 'old reports on calls are removed later' },
      () => rows.dropOlder(own, now() - keepDays * DAY_MS),
    );

    /** After a bad call always, after others by chance. */
    async function asks({ recordId }: contract.QualityReport): Promise<boolean> {
      if (rateEvery === 0) return false;
      await intake.flush();
      const [summary] = await rows.summariesOf(own, [recordId]);
      return (summary !== undefined && isBad(summary)) || Math.random() < 1 / rateEvery;
    }

    async function fromPhone(request: RequestOf<typeof contract.phoneReported>): Promise<Outcome<object>> {
      const { body, ...named } = request;
      const said = reportOfPhone(body, named, now());
      if (said === undefined) return contract.qualityErrors.fault('QUALITY_NOT_READ');
      const isTaken = intake.take(said.report, said);
      return isTaken ? done({}) : contract.qualityErrors.fault('QUALITY_TOO_MUCH');
    }

    const served = [
      await bus.subscribe(contract.measured, (report) => void intake.take(report), { queue: 'quality' }),
      await bus.serve(contract.report, async ({ isLast = false, ...report }) => {
        const checked = await intake.checked(report);
        if (!checked.ok) return checked;
        if (report.until < report.from) return contract.qualityErrors.fault('QUALITY_NOT_READ');
        if (report.streams.length > 0 || isLast) intake.take({ ...report, reporter: 'browser' }, { isLast });
        return done({ asks: isLast && (await asks(report)) });
      }),
      await bus.serve(contract.phoneReported, fromPhone),
      await bus.serve(contract.rate, async (rating) => {
        const checked = await intake.checked(rating);
        if (!checked.ok) return checked;
        await rows.putRating(own, rating, now());
        return done({});
      }),
      await bus.serve(contract.ofRecord, async ({ recordId, sideId }) => {
        await intake.flush();
        const [reports, ratings] = await Promise.all([
          rows.reportsOf(own, recordId, sideId),
          rows.ratingsOf(own, recordId),
        ]);
        return done({ reports, ratings });
      }),
      await bus.serve(contract.summaryOf, async ({ recordIds }) => {
        await intake.flush();
        return done({ summaries: await rows.summariesOf(own, recordIds) });
      }),
    ];
    const publications = takePublications(context);
    context.metrics.sampled(
      'counter',
      'parley_quality_reports_dropped_total',
      'Reports on calls that came too fast and were not kept.',
      () => [{ value: intake.dropped }],
    );

    return {
      async [Symbol.asyncDispose]() {
        publications[Symbol.dispose]();
        for (const one of served) await one[Symbol.asyncDispose]();
        await flushing[Symbol.asyncDispose]();
        await dropping[Symbol.asyncDispose]();
        await intake.flush().catch(() => undefined);
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

/** The API, where browsers ask. */
export const qualityWebService: ServiceDefinition = {
  name: 'quality-web',
  after: ['identity', 'authentication'],
  async start(context: ServiceContext): Promise<RunningService> {
    declareQuality(context.web().routes, context.bus);
    // The listener belongs to the host, and its routes end with it.
    return { async [Symbol.asyncDispose]() {} };
  },
};
