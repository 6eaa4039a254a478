// Every operation that changes nothing, by name: the table that service.ts serves. Reports see what every process has
// written by the time they are asked.
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import { auditPage, auditVerdict } from './audit-desk.ts';
import type { Books } from './books.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
  type operations,
} from './contract.ts';
import { evaluate } from './evaluate.ts';
import { filesReport } from './file-desk.ts';
import type { Optimiser } from './optimise-desk.ts';
import { positionReport, serversReport, trueUpReport } from './position-report.ts';
import { type Reckoning, reckon, windowStart } from './reckoning.ts';
import { addDays, isDay } from './rules/day.ts';
import * as rows from './store.ts';
import {
  evidenceList,
  featureVerdicts,
  historyOf,
  type Listed,
  pageOf,
  subjectList,
} from './subject-report.ts';
import type { LicensingTables } from './tables.ts';
import type { Who } from './who.ts';

const LIST_MS = 10_000;

export interface Ports {
  readonly own: ServiceStore<LicensingTables>;
  readonly books: Books;
  readonly who: Who;
  readonly optimiser: Optimiser;
  /** The computer that this process runs on, as its settings name it. */
  readonly hostName: string;
  readonly now: () => number;
}

type ReadName = {
  [N in OperationName]: (typeof operations)[N]['kind'] extends 'read' ? N : never;
}[OperationName];
export type Reads = {
  readonly [N in ReadName]: (
    request: OperationRequest<N>,
    actor: string,
  ) => Promise<Outcome<OperationReply<N>>>;
};

export function reads({ own, books, who, optimiser, hostName, now }: Ports): Reads {
  /** Ledger and reckoning of a day: today from memory, an earlier one from its facts (rule M11). */
  async function asOf(day: string | undefined) {
    await books.catchUp();
    if (day === undefined || day === books.today)
      return done({ ledger: books.ledger, reckoning: books.reckoning });
    if (!isDay(day) || day > books.today)
      return licensingErrors.fault('LICENCE_BAD_DATE', `${day} is not a day up to today.`);
    const ledger = await books.asOf(day);
    const reckoning: Reckoning = reckon(ledger, books.evidence.edges(), day);
    return done({ ledger, reckoning });
  }

  async function named(): Promise<void> {
    await books.catchUp();
    who.takeDeviceNames(await rows.deviceNames(own.db));
  }

  let held: { readonly what: string; readonly until: number; readonly list: unknown } | undefined;

  /** Who turns pages goes on in the list that he began, for a while; the first page is always as things are now. */
  function listed<R>(
    what: string,
    { after }: { readonly after?: string },
    make: () => readonly Listed<R>[],
  ): readonly Listed<R>[] {
    const goesOn = after !== undefined && held?.what === what && held.until >= now();
    if (!goesOn || held === undefined) held = { what, until: now() + LIST_MS, list: make() };
    return held.list as readonly Listed<R>[];
  }

  return {
    'my-roles': async (_request, actor) => {
      await books.catchUp();
      const { administrator, roles } = who.rolesOf(actor);
      return done({ administrator, roles: [...roles] });
    },
    async position({ asOf: day }) {
      const then = await asOf(day);
      if (!then.ok) return then;
      const { ledger, reckoning } = then.value;
      return done(positionReport(ledger, reckoning, { people: who.headCount, runningHost: hostName }));
    },
    async trend({ days }) {
      const { today } = books;
      return done({ points: await rows.positions(own.db, addDays(today, 1 - days), today) });
    },
    async stock({ asOf: day }) {
      const then = await asOf(day);
      if (!then.ok) return then;
      const { agreements, grants, saTerms } = then.value.ledger;
      return done({
        agreements: [...agreements.values()],
        grants: [...grants.values()],
        saTerms: [...saTerms.values()],
      });
    },
    async subjects(request) {
      await named();
      const { kind, query, only } = request;
      const list = listed(`subjects ${JSON.stringify([kind, query, only])}`, request, () =>
        subjectList(books.ledger, books.reckoning, who, request),
      );
      return done(pageOf(list, request));
    },
    async history({ subject }) {
      await books.catchUp();
      return done({ assignments: historyOf(books.ledger, subject) });
    },
    async features(request) {
      await books.catchUp();
      return done({ features: featureVerdicts(books.ledger, books.reckoning, request) });
    },
    async evidence(request) {
      await named();
      const from = windowStart(books.today, books.ledger.settings.windowDays);
      const { query, unlicensedOnly } = request;
      const list = listed(`evidence ${JSON.stringify([query, unlicensedOnly])}`, request, () =>
        evidenceList(books.evidence.edges(), books.reckoning, who, { ...request, from }),
      );
      return done(pageOf(list, request));
    },
    async servers() {
      await books.catchUp();
      return done(serversReport(books.ledger, books.today, hostName));
    },
    audit: (request) => auditPage(own, request),
    'audit-verify': () => auditVerdict(own, books),
    async files() {
      await books.catchUp();
      const { newestAt } = books;
      const { ledger, today } = books;
      return done(filesReport({ ledger, today, now: now(), newestAt, reckoning: () => books.reckoning }));
    },
    async settings() {
      await books.catchUp();
      return done(books.ledger.settings);
    },
    async 'role-list'() {
      await books.catchUp();
      const people = [...books.ledger.roles].map(([userId, roles]) => ({
        userId,
        name: who.person(userId)?.name ?? userId,
        roles: [...roles],
      }));
      return done({ people });
    },
    async 'webhook-list'() {
      await books.catchUp();
      return done({ webhooks: [...books.ledger.webhooks.values()] });
    },
    async 'true-up'(request) {
      await books.catchUp();
      const points = await rows.positions(own.db, request.from, request.to);
      return trueUpReport(request, points, books.ledger.settings);
    },
    optimisations: () => optimiser.list(),
    moves: (request) => optimiser.moves(request),
    evaluate: (request) => evaluate(request),
  };
}
