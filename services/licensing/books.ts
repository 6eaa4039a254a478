// The books: ledger, evidence and rights as one process holds them, and the one way to change them. A command is one
// transaction: lock, catch up, decide, append to the chain, reckon, announce (licensing rules M3, M4, M6, M11).
import { hash } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import type { JsonValue } from './audit/canonical-json.ts';
import { type AuditRecord, headOf, nextRecord } from './audit/record.ts';
import { licensingErrors, type PolicyRights, rightsChanged, type SubjectRights } from './contract.ts';
import { EvidenceBook } from './evidence-book.ts';
import { type Reckoning, reckon, type SubjectState } from './reckoning.ts';
import { DAY_MS, dayOf } from './rules/day.ts';
import { emptyLedger, type Fact, foldFact, type Ledger, ledgerAsOf, replacedBy } from './rules/ledger.ts';
import * as rows from './store.ts';
import type { LicensingTables } from './tables.ts';

const RECORDS_A_PAGE = 10_000;

export interface Decision<R> {
  readonly facts: readonly Fact[];
  readonly rules?: readonly string[];
  readonly reply: R;
  /** Rows beside the ledger that belong to it: they are written in the same transaction. */
  readonly also?: (work: rows.Work) => Promise<void>;
}

export interface Desk {
  readonly ledger: Ledger;
  readonly today: string;
  readonly now: number;
  /** Unix ms of the newest record: a clock before it was turned back. */
  readonly newestAt: number;
  readonly reckoning: () => Reckoning;
}

/** Who asks: what the audit names, and the key under which the answer is kept for who asks again. */
export interface Asker {
  readonly actor: string;
  readonly name: string;
  readonly repeat?: { readonly key: string; readonly operation: string; readonly request: unknown };
}

export const SYSTEM: Asker = { actor: 'licensing', name: 'licensing' };

export class Books {
  readonly #own: ServiceStore<LicensingTables>;
  readonly #clock: ServiceContext['clock'];
  readonly #evidence = new EvidenceBook();
  #ledger = emptyLedger();
  #head = { seq: 0, hash: '', at: 0 };
  /** What was written last, by everybody: `policy.version` in the database tells whether it is still true. */
  #rights = new Map<string, SubjectRights>();
  #policy: PolicyRights | undefined;
  #isTorn = false;
  #queue: Promise<unknown> = Promise.resolve();
  #reckoned: { readonly key: string; readonly value: Reckoning } | undefined;
  /** Told the facts of this process after they are committed. */
  onCommit: (facts: readonly Fact[]) => void = () => {};

  constructor(own: ServiceStore<LicensingTables>, clock: ServiceContext['clock']) {
    this.#own = own;
    this.#clock = clock;
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get evidence(): EvidenceBook {
    return this.#evidence;
  }

  get seq(): number {
    return this.#head.seq;
  }

  /** Unix ms of the newest record that this process has read. */
  get newestAt(): number {
    return this.#head.at;
  }

  get today(): string {
    return dayOf(Math.floor(this.#clock.wallNow() / DAY_MS));
  }

  /** Of what this process holds now; after `catchUp` that is everything. */
  get reckoning(): Reckoning {
    const day = this.today;
    const key = `${day} ${this.#head.seq} ${this.#evidence.version}`;
    if (this.#reckoned?.key !== key)
      this.#reckoned = { key, value: reckon(this.#ledger, this.#evidence.edges(), day) };
    return this.#reckoned.value;
  }

  /** For reports: what every process has written by now. */
  catchUp(): Promise<void> {
    return this.#alone(async () => {
      await this.#read(this.#own.db);
    });
  }

  /** The ledger at the end of a day (rule M11). */
  async asOf(day: string): Promise<Ledger> {
    const records = this.records();
    async function* facts() {
      for await (const record of records) yield { at: record.at, fact: factOf(record) };
    }
    return await ledgerAsOf(facts(), day);
  }

  async *records(): AsyncGenerator<AuditRecord> {
    let seq = 0;
    for (;;) {
      const page = await rows.recordsAfter(this.#own.db, seq, RECORDS_A_PAGE);
      yield* page;
      seq = page.at(-1)?.seq ?? seq;
      if (page.length < RECORDS_A_PAGE) return;
    }
  }

  /** Nothing is written where `decide` refuses. It may be asked again: it changes nothing itself. */
  commit<R>(
    asker: Asker,
    decide: (desk: Desk) => Outcome<Decision<R>> | Promise<Outcome<Decision<R>>>,
  ): Promise<Outcome<R>> {
    return this.#alone(async () => {
      let written: Fact[] = [];
      let attempts = 0;
      try {
        const outcome = await this.#own.transaction(async (work): Promise<Outcome<R>> => {
          written = [];
          attempts += 1;
          if (attempts > 1) this.#isTorn = true;
          await rows.lockLedger(work.db);
          const answered = await answeredBefore<R>(work, asker);
          if (answered !== undefined) return answered;
          await this.#read(work.db);
          const now = this.#clock.wallNow();
          const decided = await decide({
            ledger: this.#ledger,
            today: this.today,
            now,
            newestAt: this.#head.at,
            reckoning: () => this.reckoning,
          });
          if (!decided.ok) return decided;
          const { facts, rules = [], reply, also } = decided.value;
          await this.#append(work, asker.name, facts, rules, now);
          written.push(...facts);
          await also?.(work);
          written.push(...(await this.#settle(work, now)));
          await keepAnswer(work, asker, reply, now);
          return done(reply);
        });
        if (written.length > 0) this.onCommit(written);
        return outcome;
      } catch (error) {
        // What was folded may not have been written: everything is read again.
        this.#isTorn = true;
        throw error;
      }
    });
  }

  /** Rights and overage after evidence or the day changed. */
  async settle(): Promise<void> {
    const settled = await this.commit(SYSTEM, () => done({ facts: [], reply: {} }));
    if (!settled.ok) throw new Error(`the rights were not reckoned: ${settled.fault.code}`);
  }

  async #append(
    work: rows.Work,
    by: string,
    facts: readonly Fact[],
    rules: readonly string[],
    at: number,
  ): Promise<void> {
    // Folding is undone by reading again if the transaction is.
    this.#isTorn = true;
    const records = facts.map((fact) => {
      const before = jsonOf(replacedBy(this.#ledger, fact));
      const entry = { at, actor: by, operation: fact.name, before, after: jsonOf(fact.body), rules };
      const record = nextRecord(this.#head, entry);
      foldFact(this.#ledger, fact);
      this.#head = { ...headOf(record), at };
      return record;
    });
    if (records.length > 0) await rows.appendRecords(work.db, records);
    this.#isTorn = false;
  }

  /** Writes what the reckoning changes: overage into the ledger, rights and policy into their rows, and announces. */
  async #settle(work: rows.Work, now: number): Promise<Fact[]> {
    const { isOver } = this.reckoning;
    const facts: Fact[] = [];
    if (isOver !== (this.#ledger.overSince !== null))
      facts.push({ name: 'overage.changed', body: { since: isOver ? this.today : null } });
    await this.#append(work, SYSTEM.name, facts, ['M3'], now);
    const changed = this.#changedRights(this.reckoning);
    const policy = this.#policyNow(this.reckoning);
    const isPolicyChanged =
      this.#policy === undefined ||
      JSON.stringify({ ...policy, version: 0 }) !== JSON.stringify({ ...this.#policy, version: 0 });
    if (changed.length === 0 && !isPolicyChanged) return facts;
    this.#isTorn = true;
    await rows.putRights(work.db, changed);
    await rows.putPolicy(work.db, policy);
    if (isPolicyChanged) await work.announce(rightsChanged, policy);
    await work.announceAll(rightsChanged, changed);
    for (const rights of changed) this.#rights.set(rightsKey(rights), rights);
    this.#policy = policy;
    this.#isTorn = false;
    return facts;
  }

  #policyNow({ room }: Reckoning): PolicyRights {
    const { mode, contact } = this.#ledger.settings;
    return { kind: 'policy', mode, room: { ...room }, contact, version: (this.#policy?.version ?? 0) + 1 };
  }

  #changedRights({ users, devices }: Reckoning): SubjectRights[] {
    const { mode } = this.#ledger.settings;
    const changed: SubjectRights[] = [];
    const version = (this.#policy?.version ?? 0) + 1;
    const seen = new Set<string>();
    const look = (rights: SubjectRights) => {
      const held = this.#rights.get(rightsKey(rights));
      if (
        (held?.features ?? 0) === rights.features &&
        (held?.tolerated ?? 0) === rights.tolerated &&
        (held?.commonArea ?? false) === (rights.commonArea ?? false)
      )
        return;
      changed.push(rights);
    };
    for (const side of [users, devices]) {
      for (const state of side.values()) {
        const rights = this.#rightsFrom(state, mode === 'enforce' ? state.tolerated : 0, version);
        seen.add(rightsKey(rights));
        look(rights);
      }
    }
    for (const [key, { subject }] of this.#rights) {
      if (!seen.has(key)) look({ kind: 'subject', subject, features: 0, tolerated: 0, version });
    }
    return changed;
  }

  #rightsFrom({ subject, features }: SubjectState, tolerated: number, version: number): SubjectRights {
    const isShared = subject.kind === 'device' && this.#ledger.devices.get(subject.id)?.commonArea === true;
    return {
      kind: 'subject',
      subject,
      features,
      tolerated,
      ...(isShared ? { commonArea: true } : {}),
      version,
    };
  }

  async #read(db: rows.Db): Promise<void> {
    if (this.#isTorn) {
      this.#ledger = emptyLedger();
      this.#head = { seq: 0, hash: '', at: 0 };
      this.#policy = undefined;
      this.#rights.clear();
      this.#reckoned = undefined;
      this.#isTorn = false;
    }
    for (;;) {
      const page = await rows.recordsAfter(db, this.#head.seq, RECORDS_A_PAGE);
      for (const record of page) {
        foldFact(this.#ledger, factOf(record));
        this.#head = { ...headOf(record), at: record.at };
      }
      if (page.length < RECORDS_A_PAGE) break;
    }
    if (this.#head.seq === 0) this.#head = await rows.headOfLedger(db);
    await this.#evidence.catchUp(db);
    const policy = await rows.policy(db);
    if (policy?.version === this.#policy?.version) return;
    this.#policy = policy;
    this.#rights = new Map((await rows.allRights(db)).map((rights) => [rightsKey(rights), rights]));
  }

  /** One at a time in this process; the lock in the database keeps the others out. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

export function factOf({ operation, after }: AuditRecord): Fact {
  return { name: operation, body: after } as unknown as Fact;
}

function rightsKey({ subject }: SubjectRights): string {
  return `${subject.kind} ${subject.id}`;
}

/** As it comes back from the database: what is undefined is not there. */
function jsonOf(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}

function requestHash(repeat: NonNullable<Asker['repeat']>): string {
  return hash('sha256', `${repeat.operation}\n${JSON.stringify(repeat.request)}`, 'hex');
}

async function answeredBefore<R>(work: rows.Work, { actor, repeat }: Asker): Promise<Outcome<R> | undefined> {
  if (repeat === undefined) return undefined;
  const answer = await rows.findAnswer(work.db, actor, repeat.key);
  if (answer === undefined) return undefined;
  if (answer.request_hash !== requestHash(repeat)) return licensingErrors.fault('LICENCE_KEY_REUSED');
  return done(JSON.parse(answer.reply) as R);
}

async function keepAnswer(work: rows.Work, { actor, repeat }: Asker, reply: unknown, at: number) {
  if (repeat === undefined) return;
  await rows.insertAnswer(work.db, {
    actor,
    key: repeat.key,
    operation: repeat.operation,
    request_hash: requestHash(repeat),
    reply: JSON.stringify(reply),
    at,
  });
}
