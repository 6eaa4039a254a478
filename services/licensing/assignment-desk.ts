// CALs to people and devices: given, taken back, moved (licensing rules A10, S1 to S5, S7, S23). The rules decide each
// step; here they are asked with what the ledger holds, and all items of a request go through or none does.
import { randomUUID } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { Decision, Desk } from './books.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
} from './contract.ts';
import { assign, type MoveReason, type Refused, reassign, unassign } from './rules/assignment.ts';
import { skuOf } from './rules/catalogue.ts';
import { addDays } from './rules/day.ts';
import type { Fact, Ledger } from './rules/ledger.ts';
import type { Assignment, Subject } from './rules/model.ts';
import { earliestMoveOf, inForce, pools } from './rules/stock.ts';

const { fault } = licensingErrors;
type Decided<N extends OperationName> = Outcome<Decision<OperationReply<N>>>;

/** What the directory says of people: whether they exist and may still sign in. */
export interface People {
  isKnown(userId: string): boolean;
  isDisabled(userId: string): boolean;
}

type Item = OperationRequest<'assign'>['items'][number];

export function assignAll(
  desk: Desk,
  { items, reason = '' }: OperationRequest<'assign'>,
  people: People,
): Decided<'assign'> {
  const round = new AssignmentRound(desk, people);
  for (const item of items) {
    const refused = round.assign(item, reason);
    if (refused === undefined) continue;
    const { code, sentence } = refused.fault;
    const where = items.length === 1 ? sentence : `${sentence} (${item.subject.kind} ${item.subject.id})`;
    return { ok: false, fault: { ...refused.fault, code, sentence: where } };
  }
  return done({ facts: round.facts, reply: { assigned: items.length }, rules: round.rules });
}

/** Several assignments, each seeing those before it. Imports and the optimiser's advice go through here too. */
export class AssignmentRound {
  readonly facts: Fact[] = [];
  readonly #desk: Desk;
  readonly #people: People;
  readonly #holds = new Map<string, string[]>();
  readonly #pools = new Map<string, { total: number; assigned: number }>();
  readonly #rules = new Set<string>();

  constructor(desk: Desk, people: People) {
    this.#desk = desk;
    this.#people = people;
    const { ledger, today } = desk;
    for (const { sku, subject } of inForce(ledger.assignments.values(), today)) this.#held(subject).push(sku);
    for (const { sku, metric, total, assigned } of pools(
      ledger.grants.values(),
      ledger.assignments.values(),
      today,
    ))
      this.#pools.set(`${metric} ${sku}`, { total, assigned });
  }

  get rules(): string[] {
    return [...this.#rules];
  }

  /** @returns why not; undefined where it is noted. */
  assign({ sku, subject }: Item, reason: string): Refused | ReturnType<typeof fault> | undefined {
    const unknown = strangerAmong(this.#people, subject);
    if (unknown !== undefined) return unknown;
    const id = skuOf(sku)?.id ?? sku;
    const pool = this.#pools.get(`${subject.kind} ${id}`) ?? { total: 0, assigned: 0 };
    const holds = this.#held(subject);
    const verdict = assign({
      sku: id,
      subject,
      holds,
      disabled: subject.kind === 'user' && this.#people.isDisabled(subject.id),
      pool,
      mode: this.#desk.ledger.settings.mode,
    });
    if (!verdict.allowed) return verdict;
    for (const rule of verdict.rules) this.#rules.add(rule);
    pool.assigned += 1;
    this.#pools.set(`${subject.kind} ${id}`, pool);
    holds.push(id);
    const assignment: Assignment = {
      assignmentId: randomUUID(),
      sku: id,
      subject,
      from: this.#desk.today,
      to: null,
      kind: 'permanent',
      reason,
      previous: null,
    };
    this.facts.push({ name: 'assignment.put', body: assignment });
    return undefined;
  }

  #held({ kind, id }: Subject): string[] {
    const key = `${kind} ${id}`;
    const held = this.#holds.get(key) ?? [];
    this.#holds.set(key, held);
    return held;
  }
}

export function unassignOne(
  { ledger, today }: Desk,
  { assignmentId, reason }: OperationRequest<'unassign'>,
): Decided<'unassign'> {
  const current = currentOf(ledger, today, assignmentId);
  if (current === undefined) return fault('LICENCE_NOT_ASSIGNED');
  const { sku, subject } = current;
  const verdict = unassign({ sku, subject, holds: holdsOf(ledger, today, subject) });
  if (!verdict.allowed) return verdict.fault === undefined ? fault('LICENCE_NOT_ASSIGNED') : refusal(verdict);
  return done({ facts: [ended(current, today, reason)], reply: {}, rules: verdict.rules });
}

export function reassignOne(
  { ledger, today }: Desk,
  request: OperationRequest<'reassign'>,
  people: People,
): Decided<'reassign'> {
  const current = currentOf(ledger, today, request.assignmentId);
  if (current === undefined) return fault('LICENCE_NOT_ASSIGNED');
  const { to } = request;
  const unknown = strangerAmong(people, to);
  if (unknown !== undefined) return unknown;
  const { sku, subject } = current;
  const permanent = permanentOf(ledger, current);
  const returns = current.kind === 'temporary' && sameSubject(permanent.subject, to);
  const verdict = reassign({
    metric: subject.kind,
    from: subject.id,
    to: to.id,
    toMetric: to.kind,
    lastAssigned: permanent.from,
    movedBefore: permanent.previous !== null,
    on: today,
    reason: returns ? 'return' : (request.reason as MoveReason),
    until: request.until,
    clock: ledger.settings.clock,
    assurance: assuranceOf(ledger, sku, today),
    toDisabled: to.kind === 'user' && people.isDisabled(to.id),
    sku,
    fromHolds: holdsOf(ledger, today, subject),
    toHolds: holdsOf(ledger, today, to),
  });
  if (!verdict.allowed) return refusal(verdict);
  const { rules } = verdict;
  if (returns)
    return done({
      facts: [ended(current, today, 'return')],
      reply: { assignmentId: permanent.assignmentId },
      rules,
    });
  const isLoan = request.reason === 'temporary';
  const moved: Assignment = {
    assignmentId: randomUUID(),
    sku,
    subject: to,
    from: today,
    to: isLoan ? (request.until ?? null) : null,
    kind: isLoan ? 'temporary' : 'permanent',
    reason: request.reason,
    previous: isLoan ? current.assignmentId : permanent.assignmentId,
  };
  const facts: Fact[] = [];
  // S3: while it is lent the lender's assignment stays, and the clock with it.
  if (!isLoan) {
    facts.push(ended(current, today, request.reason));
    if (permanent !== current) facts.push(ended(permanent, today, request.reason));
  }
  facts.push({ name: 'assignment.put', body: moved });
  return done({ facts, reply: { assignmentId: moved.assignmentId }, rules });
}

function refusal({ fault: because }: Refused): { readonly ok: false; readonly fault: Refused['fault'] } {
  return { ok: false, fault: because };
}

/** The last day it was held is the day before: the new holder has it from today on. */
function ended(assignment: Assignment, today: string, reason: string): Fact {
  return {
    name: 'assignment.put',
    body: { ...assignment, to: addDays(today, -1), reason: reason.slice(0, 500) },
  };
}

export function currentOf(ledger: Ledger, today: string, assignmentId: string): Assignment | undefined {
  const found = ledger.assignments.get(assignmentId);
  if (found === undefined) return undefined;
  return inForce(ledger.assignments.values(), today).includes(found) ? found : undefined;
}

function permanentOf({ assignments }: Ledger, assignment: Assignment): Assignment {
  let found = assignment;
  for (let steps = 0; found.kind === 'temporary' && found.previous !== null && steps < 100; steps++)
    found = assignments.get(found.previous) ?? found;
  return found;
}

function holdsOf(ledger: Ledger, today: string, subject: Subject): string[] {
  return inForce(ledger.assignments.values(), today)
    .filter((each) => sameSubject(each.subject, subject))
    .map(({ sku }) => sku);
}

function assuranceOf({ saTerms }: Ledger, sku: string, today: string) {
  const term = [...saTerms.values()].find(
    (each) => each.sku === sku && each.from <= today && today <= each.to,
  );
  // S5: the switch is made when the term that runs is renewed, on the day its successor begins.
  const renewal = [...saTerms.values()].find((each) => each.sku === sku && each.from === today);
  if (term === undefined) return undefined;
  const isRenewed =
    renewal !== undefined &&
    [...saTerms.values()].some((each) => each.sku === sku && each.to === addDays(today, -1));
  return { active: true, renewalOn: isRenewed ? today : addDays(term.to, 1) };
}

export function sameSubject(one: Subject, other: Subject): boolean {
  return one.kind === other.kind && one.id === other.id;
}

function strangerAmong(people: People, { kind, id }: Subject) {
  if (kind === 'device' || people.isKnown(id)) return undefined;
  return fault('LICENCE_NOT_FOUND', `There is no person ${id}.`);
}

export function earliestMoves(ledger: Ledger, held: readonly Assignment[]): ReadonlyMap<string, string> {
  const { clock } = ledger.settings;
  return new Map(held.map((each) => [each.assignmentId, earliestMoveOf(each, ledger.assignments, clock)]));
}
