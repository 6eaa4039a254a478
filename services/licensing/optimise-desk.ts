// The optimiser at work (licensing rules M7, M8, S2): the question from ledger and evidence, a thread that answers it, its
// moves in pages, and what of its advice may be done today.
import { randomUUID } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import { Cover, carryOut, orderedAdvice } from './advice-order.ts';
import { AssignmentRound, type People, reassignOne, unassignOne } from './assignment-desk.ts';
import type { Asker, Books, Desk } from './books.ts';
import { licensingErrors, type OperationReply, type OperationRequest } from './contract.ts';
import { mixRequest, movesOf, resultOf } from './mix-request.ts';
import { emptyLedger, type Fact, foldFact, type Ledger } from './rules/ledger.ts';
import type { Assignment, Edge, Subject } from './rules/model.ts';
import type { Mix, MixRequest, OptimiseProgress } from './rules/optimise/request.ts';
import type { Move, Optimisation } from './rules/report.ts';
import { inForce } from './rules/stock.ts';
import * as rows from './store.ts';
import type { LicensingTables } from './tables.ts';
import type { Who } from './who.ts';

type Reply<N extends 'optimisations' | 'moves' | 'optimise-start' | 'optimise-cancel' | 'optimise-apply'> =
  Promise<Outcome<OperationReply<N>>>;
type Sweep = NonNullable<Optimisation['result']>['sweep'];

/** Answers in another thread; aborting ends the thread. */
export type Solve = (
  request: MixRequest,
  run: { readonly signal: AbortSignal; readonly onProgress: (at: OptimiseProgress) => void },
) => Promise<Outcome<{ readonly mix: Mix; readonly sweep: readonly Sweep[number][] }>>;

export interface Optimiser extends AsyncDisposable {
  start(options: OperationRequest<'optimise-start'>, asker: Asker): Reply<'optimise-start'>;
  cancel(request: OperationRequest<'optimise-cancel'>): Reply<'optimise-cancel'>;
  apply(request: OperationRequest<'optimise-apply'>, asker: Asker): Reply<'optimise-apply'>;
  list(): Reply<'optimisations'>;
  moves(request: OperationRequest<'moves'>): Reply<'moves'>;
  /** Runs that nobody works on any more are ended; the oldest are forgotten. */
  tidy(): Promise<void>;
}

const KEPT = 20;
const PROGRESS_MS = 1_000;
/** A run whose process has not been heard of for so long is over. */
const DEAD_AFTER_MS = 60_000;

export function startOptimiser(
  { clock, log }: Pick<ServiceContext, 'clock' | 'log'>,
  {
    own,
    books,
    who,
    solve,
  }: {
    readonly own: ServiceStore<LicensingTables>;
    readonly books: Books;
    readonly who: Who;
    readonly solve: Solve;
  },
): Optimiser {
  const running = new Map<string, { readonly abort: AbortController; readonly work: Promise<void> }>();

  async function run(
    id: string,
    options: OperationRequest<'optimise-start'>,
    request: MixRequest,
    signal: AbortSignal,
    abort: () => void,
  ): Promise<void> {
    const { users, devices, edgeUser } = request.graph;
    // Taken now: the thread takes the columns along.
    const sizes = { people: users.length, devices: devices.length, edges: edgeUser.length };
    let progress = 0;
    let beat: Disposable | undefined;
    /** Tells that it lives, and hears that it was cancelled from another process. */
    const tell = () => {
      beat = clock.after(PROGRESS_MS, async () => {
        const isWanted = await rows
          .changeOptimisation(own.db, id, { progress, seen_at: clock.wallNow() })
          .catch(() => true);
        if (!isWanted) abort();
        else if (!signal.aborted) tell();
      });
    };
    tell();
    try {
      const solved = await solve(request, {
        signal,
        onProgress: ({ share }) => {
          progress = Math.max(progress, Math.min(0.99, share));
        },
      });
      if (signal.aborted) return;
      if (!solved.ok) {
        await rows.changeOptimisation(own.db, id, { state: 'failed', fault: solved.fault.sentence });
        return;
      }
      const { mix, sweep } = solved.value;
      who.takeDeviceNames(await rows.deviceNames(own.db));
      const advised = movesOf(mix, options, (metric, subject) =>
        metric === 'user' ? (who.person(subject)?.name ?? subject) : who.device(subject),
      );
      const moves = orderedAdvice(advised, books.ledger, books.evidence.edges(), books.today);
      const chart = sweep.map((point) => ({ ...point }));
      const result = resultOf(mix, { ...sizes, moves: moves.length, sweep: chart }, books.reckoning, options);
      await own.transaction(async ({ db }) => {
        const values = { state: 'done', progress: 1, result: JSON.stringify(result) };
        if (await rows.changeOptimisation(db, id, values)) await rows.putMoves(db, id, moves);
      });
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ error }, 'an optimisation failed');
      const fault = 'Parley could not work it out because of a fault of its own.';
      await rows.changeOptimisation(own.db, id, { state: 'failed', fault }).catch(() => {});
    } finally {
      beat?.[Symbol.dispose]();
      running.delete(id);
    }
  }

  return {
    async start(options, asker) {
      if (running.size > 0) return licensingErrors.fault('LICENCE_BUSY');
      await books.catchUp();
      const request = mixRequest(books.ledger, books.reckoning, books.evidence.edges(), options);
      if (!request.ok) return request;
      const optimisationId = randomUUID();
      const row: LicensingTables['optimisations'] = {
        optimisation_id: optimisationId,
        started_at: clock.wallNow(),
        seen_at: clock.wallNow(),
        state: 'running',
        progress: 0,
        options: JSON.stringify(options),
        result: null,
        fault: null,
      };
      const committed = await books.commit(asker, () =>
        done({
          facts: [],
          reply: { optimisationId },
          also: ({ db }) => rows.putOptimisation(db, row),
        }),
      );
      // Asked again with the same key: that run is under way, or done.
      if (!committed.ok || committed.value.optimisationId !== optimisationId) return committed;
      const abort = new AbortController();
      const work = run(optimisationId, options, request.value, abort.signal, () => abort.abort());
      running.set(optimisationId, { abort, work });
      return committed;
    },
    async cancel({ optimisationId }) {
      if ((await rows.optimisation(own.db, optimisationId)) === undefined)
        return licensingErrors.fault('LICENCE_NOT_FOUND');
      await rows.changeOptimisation(own.db, optimisationId, { state: 'cancelled' });
      running.get(optimisationId)?.abort.abort();
      return done({});
    },
    async apply({ optimisationId }, asker) {
      const row = await rows.optimisation(own.db, optimisationId);
      if (row?.state !== 'done') return licensingErrors.fault('LICENCE_NOT_FOUND');
      const all = await rows.movesAfter(
        own.db,
        optimisationId,
        -1,
        await rows.countMoves(own.db, optimisationId),
      );
      return books.commit(asker, (desk) =>
        applied(
          desk,
          all.map(({ move }) => move),
          books.evidence.edges(),
          who,
        ),
      );
    },
    async list() {
      const optimisations = (await rows.lastOptimisations(own.db, KEPT)).map(
        (row): Optimisation => ({
          optimisationId: row.optimisation_id,
          state: row.state as Optimisation['state'],
          progress: row.progress,
          startedAt: Number(row.started_at),
          options: JSON.parse(row.options),
          result: row.result === null ? null : JSON.parse(row.result),
          fault: row.fault,
        }),
      );
      return done({ optimisations });
    },
    async moves({ optimisationId, after, limit }) {
      if ((await rows.optimisation(own.db, optimisationId)) === undefined)
        return licensingErrors.fault('LICENCE_NOT_FOUND');
      const position = after === undefined ? -1 : Number.parseInt(after, 10);
      if (Number.isNaN(position)) return licensingErrors.fault('LICENCE_NOT_FOUND');
      const found = await rows.movesAfter(own.db, optimisationId, position, limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return done({
        items: items.map(({ move }) => move),
        ...(found.length > limit && last !== undefined ? { next: String(last.position) } : {}),
        total: await rows.countMoves(own.db, optimisationId),
      });
    },
    async tidy() {
      await rows.clearOptimisations(own.db, clock.wallNow() - DEAD_AFTER_MS, KEPT);
    },
    async [Symbol.asyncDispose]() {
      const ending = [...running];
      for (const [id, { abort }] of ending) {
        const fault = 'The server was stopped before it was done.';
        await rows.changeOptimisation(own.db, id, { state: 'failed', fault }).catch(() => {});
        abort.abort();
      }
      await Promise.all(ending.map(([, { work }]) => work));
    },
  };
}

/** What may be done today is done; the rest waits: for a purchase, for cover from elsewhere, or for its 90 days (S2). */
export function applied(desk: Desk, moves: readonly Move[], edges: Iterable<Edge>, people: People) {
  const draft: Ledger = copyOf(desk.ledger);
  const here: Desk = { ...desk, ledger: draft };
  const facts: Fact[] = [];
  const counts = { assigned: 0, moved: 0, unassigned: 0, waiting: 0 };
  const take = (made: readonly Fact[]) => {
    for (const fact of made) {
      facts.push(fact);
      foldFact(draft, fact);
    }
  };
  const held = (subject: Subject, sku: string): Assignment | undefined =>
    inForce(draft.assignments.values(), desk.today).find(
      (each) => each.sku === sku && each.subject.kind === subject.kind && each.subject.id === subject.id,
    );
  const heldNow = new Set(
    inForce(draft.assignments.values(), desk.today).map(({ sku, subject }) => keyOf(subject, sku)),
  );
  // What was taken back meanwhile is done.
  const open = moves.filter(({ action, sku, subject, from }) => {
    const holder = action === 'move' ? from : subject;
    const isTaking = action === 'move' || action === 'unassign';
    return !isTaking || (holder !== null && heldNow.has(keyOf(holder, sku)));
  });
  const waiting = carryOut(open, new Cover(draft, edges, desk.today), {
    assign(steps) {
      // Advice never over-assigns, whatever the mode.
      const settings = { ...draft.settings, mode: 'enforce' as const };
      const round = new AssignmentRound({ ...here, ledger: { ...draft, settings } }, people);
      const refused = steps.filter(
        ({ sku, subject }) => subject !== null && round.assign({ sku, subject }, 'optimiser') !== undefined,
      );
      take(round.facts);
      counts.assigned += steps.length - refused.length;
      return refused;
    },
    move({ sku }, from, to) {
      const assignmentId = held(from, sku)?.assignmentId ?? '';
      const made = reassignOne(here, { assignmentId, to, reason: 'permanent' }, people);
      if (!made.ok) return false;
      take(made.value.facts);
      counts.moved += 1;
      return true;
    },
    unassign({ sku }, from) {
      const assignmentId = held(from, sku)?.assignmentId ?? '';
      const gone = unassignOne(here, { assignmentId, reason: 'optimiser' });
      if (!gone.ok) return false;
      take(gone.value.facts);
      counts.unassigned += 1;
      return true;
    },
  });
  counts.waiting = waiting.length;
  return done({ facts, reply: counts, rules: ['M7', 'S2', 'S4'] });
}

function keyOf({ kind, id }: Subject, sku: string): string {
  return `${sku} ${kind} ${id}`;
}

function copyOf(ledger: Ledger): Ledger {
  return { ...emptyLedger(), ...ledger, assignments: new Map(ledger.assignments) };
}
