// Reads the whole audit once and says whether it is what was written (licensing rule M6): finds edited, removed, inserted
// and reordered records, a cut tail, and a chain that was computed anew.
import type { KeyRing } from '../licence-file/envelope.ts';
import { type AuditAnchor, checkAnchor } from './anchor.ts';
import { type AuditRecord, type ChainHead, EMPTY_CHAIN, hashOf, headOf } from './record.ts';

export type AuditProblem =
  | 'record-edited'
  | 'record-missing'
  | 'record-out-of-order'
  | 'chain-rewritten'
  | 'tail-missing'
  | 'anchor-forged';

export type AuditVerdict =
  | {
      readonly ok: true;
      readonly records: number;
      readonly head: ChainHead;
      /** The last record that a signed anchor vouches for; what follows it could still be cut unnoticed. */
      readonly anchoredTo: number;
      /** Unix ms of the newest record: the clock must not be before it. */
      readonly newestAt: number;
      readonly rules: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problem: AuditProblem;
      /** The first `seq` that is not as it was written. */
      readonly firstBad: number;
      readonly sentence: string;
      readonly rules: readonly string[];
    };

export interface AuditExpectation {
  readonly keys?: KeyRing;
  readonly anchors?: readonly AuditAnchor[];
  /** Where the chain ended when somebody last looked, known from elsewhere. */
  readonly head?: ChainHead;
}

type Records = AsyncIterable<AuditRecord> | Iterable<AuditRecord>;
const RULES = ['M6'];

export async function verifyAudit(
  records: Records,
  expectation: AuditExpectation = {},
): Promise<AuditVerdict> {
  const { keys = new Map(), anchors = [], head } = expectation;
  for (const anchor of anchors) {
    const checked = checkAnchor(anchor, keys);
    if (!checked.ok) return bad('anchor-forged', anchor.seq, checked.fault.sentence);
  }
  const chain = new ChainCheck([...anchors, ...(head === undefined ? [] : [head])]);
  // A store reads pages, not records: an await for each of a million would cost more than the hashes.
  if (Symbol.iterator in records) {
    for (const record of records) if (!chain.accepts(record)) break;
  } else {
    for await (const record of records) if (!chain.accepts(record)) break;
  }
  return chain.verdict(anchors.reduce((last, { seq }) => Math.max(last, seq), 0));
}

/** The head that the records must have passed, by seq. */
class ChainCheck {
  readonly #known = new Map<number, string>();
  #head: ChainHead = EMPTY_CHAIN;
  #confirmed = 0;
  #newestAt = Number.NEGATIVE_INFINITY;
  /** A record whose successor's link does not fit: which of the two was edited shows at the one after. */
  #doubt: AuditRecord | undefined;
  #found: AuditVerdict | undefined;

  constructor(heads: readonly ChainHead[]) {
    for (const { seq, hash } of heads) {
      const other = this.#known.get(seq);
      if (other !== undefined && other !== hash)
        this.#found = bad('chain-rewritten', seq, `Two signed anchors disagree about record ${seq}.`);
      this.#known.set(seq, hash);
    }
  }

  /** @returns whether to go on reading. */
  accepts(record: AuditRecord): boolean {
    if (this.#found !== undefined) return false;
    this.#found = this.#doubt === undefined ? this.#problemOf(record) : this.#settled(this.#doubt, record);
    if (this.#found !== undefined) return false;
    if (this.#doubt !== undefined) return true;
    this.#head = headOf(record);
    this.#newestAt = Math.max(this.#newestAt, record.at);
    return true;
  }

  verdict(anchoredTo: number): AuditVerdict {
    if (this.#found !== undefined) return this.#found;
    if (this.#doubt !== undefined) {
      const { seq, hash } = this.#doubt;
      const known = this.#known.get(seq);
      return edited(known !== undefined && known !== hash ? seq : seq - 1);
    }
    const furthest = [...this.#known.keys()].reduce((a, b) => Math.max(a, b), 0);
    const { seq } = this.#head;
    if (seq < furthest)
      return bad(
        'tail-missing',
        seq + 1,
        `The records from ${seq + 1} on are missing; there were ${furthest} or more.`,
      );
    return { ok: true, records: seq, head: this.#head, anchoredTo, newestAt: this.#newestAt, rules: RULES };
  }

  #problemOf(record: AuditRecord): AuditVerdict | undefined {
    const expected = this.#head.seq + 1;
    if (record.seq !== expected) {
      return record.seq > expected
        ? bad(
            'record-missing',
            expected,
            `Record ${expected} is missing: ${record.seq} follows ${expected - 1}.`,
          )
        : bad('record-out-of-order', expected, `Record ${record.seq} stands where ${expected} belongs.`);
    }
    if (hashOf(record) !== record.hash) return edited(expected);
    if (record.prevHash !== this.#head.hash) {
      if (expected === 1) return edited(1);
      this.#doubt = record;
      return undefined;
    }
    const known = this.#known.get(expected);
    if (known === undefined) return undefined;
    if (known === record.hash) {
      this.#confirmed = expected;
      return undefined;
    }
    const from = this.#confirmed + 1;
    const sentence = `The records from ${from} to ${expected} were changed and the chain computed anew: the signed anchor disagrees.`;
    return bad('chain-rewritten', from, sentence);
  }

  /** The link into `doubt` does not fit. If the link out of it does, `doubt` is as written and the one before was edited. */
  #settled(doubt: AuditRecord, next: AuditRecord): AuditVerdict {
    return edited(next.prevHash === doubt.hash ? doubt.seq - 1 : doubt.seq);
  }
}

function edited(seq: number): AuditVerdict {
  return bad('record-edited', seq, `Record ${seq} was changed after it was written.`);
}

function bad(problem: AuditProblem, firstBad: number, sentence: string): AuditVerdict {
  return { ok: false, problem, firstBad, sentence, rules: RULES };
}
