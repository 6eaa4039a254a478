import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { issuerKey, newIssuerKey } from '../licence-file/issue.ts';
import { keyRing } from '../licence-file/verify.ts';
import { type AuditAnchor, isAnchorDue, signAnchor } from './anchor.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import {
  type AuditEntry,
  type AuditRecord,
  type ChainHead,
  EMPTY_CHAIN,
  headOf,
  nextRecord,
} from './record.ts';
import { type AuditExpectation, verifyAudit } from './verify.ts';

const made = newIssuerKey('audit');
const key = issuerKey('audit', made.privateKeyPem);
const ring = keyRing({ audit: made.publicKey });
assert.ok(key.ok && ring.ok);
const signer = key.value;
const keys = ring.value;

function entry(index: number): AuditEntry {
  const subject = { kind: 'user', id: `person-${index % 7}@example.com` };
  return {
    at: Date.UTC(2026, 0, 1) + index * 1000,
    actor: 'alice@example.com',
    operation: 'assign',
    before: null,
    after: { sku: 'parley-standard-cal', subject, from: '2026-01-01' },
    rules: ['A10', 'S1'],
  };
}

function chain(
  length: number,
  head = EMPTY_CHAIN,
  change = (one: AuditEntry, _seq: number) => one,
): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let end = head; records.length < length; end = headOf(records.at(-1)!))
    records.push(nextRecord(end, change(entry(end.seq + 1), end.seq + 1)));
  return records;
}

const written = chain(100);
const anchors = [25, 50, 75, 100].map((seq) => signAnchor(headOf(written[seq - 1]!), entry(seq).at, signer));
const expectation: AuditExpectation = { keys, anchors };

async function found(records: AuditRecord[], expected: AuditExpectation = expectation) {
  const verdict = await verifyAudit(records, expected);
  return verdict.ok ? 'as written' : `${verdict.problem} ${verdict.firstBad}`;
}

describe('audit (licensing rule M6)', () => {
  it('accepts what was written, from a store page by page too', async () => {
    async function* pages() {
      yield* written;
    }
    for (const records of [written, pages()]) {
      const verdict = await verifyAudit(records, expectation);
      const {
        head,
        records: count,
        anchoredTo,
        newestAt,
      } = verdict.ok ? verdict : assert.fail(verdict.sentence);
      assert.deepEqual(
        [head, count, anchoredTo, newestAt],
        [headOf(written[99]!), 100, 100, written[99]!.at],
      );
    }
    assert.equal(await found([], {}), 'as written');
  });

  it('survives a database that reorders keys', async () => {
    const reordered = written.map((record) => {
      const { after, ...rest } = record;
      return { after: Object.fromEntries(Object.entries(after as object).reverse()), ...rest } as AuditRecord;
    });
    assert.equal(await found(reordered), 'as written');
  });

  it('finds an edited record, whichever field, with or without its hash computed anew', async () => {
    const edits: Partial<AuditRecord>[] = [
      { actor: 'bob@example.com' },
      { at: 5 },
      { operation: 'unassign' },
      { before: {} },
      { after: null },
      { rules: [] },
      { prevHash: 'f'.repeat(64) },
      { hash: 'f'.repeat(64) },
    ];
    for (const [at, edit] of edits.entries()) {
      for (const seq of [1, 42 + at, 99, 100]) {
        const plain = written.with(seq - 1, { ...written[seq - 1]!, ...edit });
        assert.equal(await found(plain, {}), `record-edited ${seq}`);
        if ('prevHash' in edit || 'hash' in edit || seq === 100) continue;
        const previous: ChainHead = seq === 1 ? EMPTY_CHAIN : headOf(written[seq - 2]!);
        const rehashed = written.with(seq - 1, nextRecord(previous, { ...written[seq - 1]!, ...edit }));
        assert.equal(await found(rehashed, {}), `record-edited ${seq}`);
      }
    }
  });

  it('finds removed, inserted, doubled and exchanged records', async () => {
    assert.equal(await found(written.toSpliced(41, 1)), 'record-missing 42');
    assert.equal(await found(written.toSpliced(0, 1)), 'record-missing 1');
    assert.equal(await found(written.toSpliced(41, 0, written[41]!)), 'record-out-of-order 43');
    assert.equal(await found(written.with(41, written[42]!).with(42, written[41]!)), 'record-missing 42');
  });

  it('finds a cut tail by the anchor beyond it', async () => {
    assert.equal(await found(written.slice(0, 99)), 'tail-missing 100');
    assert.equal(await found([]), 'tail-missing 1');
    assert.equal(await found(written.slice(0, 60), { head: headOf(written[79]!) }), 'tail-missing 61');
  });

  it('finds a chain that was computed anew from an edit on', async () => {
    const forged = chain(100, EMPTY_CHAIN, (one, seq) =>
      seq === 60 ? { ...one, actor: 'bob@example.com' } : one,
    );
    assert.equal(await found(forged, {}), 'as written', 'the chain alone cannot know');
    assert.equal(await found(forged), 'chain-rewritten 51');
  });

  it('refuses forged anchors and unknown keys', async () => {
    const forged: AuditAnchor = { ...anchors[0]!, seq: 26 };
    assert.equal(await found(written, { keys, anchors: [forged] }), 'anchor-forged 26');
    assert.equal(await found(written, { anchors }), 'anchor-forged 25');
  });

  it('is anchored every thousand records and every day on which something happened', () => {
    const head = { seq: 1000, hash: '' };
    assert.equal(isAnchorDue(head, { seq: 1, at: 0 }, 1), false);
    assert.equal(isAnchorDue(head, { seq: 0, at: 0 }, 1), true);
    assert.equal(isAnchorDue(head, { seq: 999, at: 0 }, 86_400_000), true);
    assert.equal(isAnchorDue(head, { seq: 1000, at: 0 }, 86_400_000), false);
  });

  it('hashes JSON in one form: what survives JSON has the same text, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as JsonValue);
        assert.equal(canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue), text);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
    assert.equal(
      canonicalJson({ b: 1, a: [undefined as never, null].slice(1), c: undefined }),
      '{"a":[null],"b":1}',
    );
    assert.throws(() => canonicalJson(Number.NaN));
  });
});
