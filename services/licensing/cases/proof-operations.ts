// The operations of case files about proof: licence files and the audit, and the timing of both.
import { signAnchor } from '../audit/anchor.ts';
import { type AuditEntry, type AuditRecord, EMPTY_CHAIN, headOf, nextRecord } from '../audit/record.ts';
import { verifyAudit } from '../audit/verify.ts';
import { issueLicenceFile, issuerKey, newIssuerKey } from '../licence-file/issue.ts';
import type { LicencePayload } from '../licence-file/payload.ts';
import {
  grantsInForce,
  keyRing,
  seqKey,
  type VerifiedFile,
  type VerifiedRevocations,
  verifyLicenceFile,
  verifyRevocations,
} from '../licence-file/verify.ts';
import { instantMs, isDay } from '../rules/day.ts';
import { caseError } from './case-error.ts';
import { anyOf, listOf, numberOf, recordOf, textOf } from './given.ts';
import type { BenchmarkTable, Given, OperationTable } from './operation.ts';

export const proofOperations: OperationTable = {
  licenceFile(given) {
    const ring = keyRing(recordOf(given['publicKeys']) as Readonly<Record<string, string>>);
    if (!ring.ok) return { valid: false, error: caseError(ring.fault.code), sentence: ring.fault.sentence };
    const revocationText = textOf(given, 'revocations', 'revocationList');
    const revocations =
      revocationText === undefined ? undefined : verifyRevocations(revocationText, ring.value);
    const newestAuditAt = timeIn(given, keyLike(given, /audit|last-?seen|newest-?(?:record|time)/i));
    const verified: VerifiedFile[] = [];
    if (listOf(given, 'files', 'file', 'text').length === 0)
      return { valid: false, error: 'bad-frame', sentence: 'There is no licence file.' };
    for (const file of listOf(given, 'files', 'file', 'text')) {
      const one = verifyLicenceFile(file, {
        keys: ring.value,
        at: timeIn(given, 'on', 'at') ?? Number.NaN,
        revocations: revocations?.ok === true ? [revocations.value] : [],
        ...(newestAuditAt === undefined ? {} : { newestAuditAt }),
      });
      if (!one.ok) return { valid: false, error: caseError(one.fault.code), sentence: one.fault.sentence };
      const { payload } = one.value;
      const lastSeq = numberOf(given, keyLike(given, /seq/i));
      const installedSeq = new Map(lastSeq === undefined ? [] : [[seqKey(payload), lastSeq]]);
      // Verified again with what only the payload tells: which licence the earlier file was of.
      const again = verifyLicenceFile(file, {
        keys: ring.value,
        at: timeIn(given, 'on', 'at') ?? Number.NaN,
        installedSeq,
        revocations: [
          ...(revocations?.ok === true ? [revocations.value] : []),
          ...plainRevocations(given, one.value),
        ],
        ...(newestAuditAt === undefined ? {} : { newestAuditAt }),
      });
      if (!again.ok)
        return { valid: false, error: caseError(again.fault.code), sentence: again.fault.sentence };
      verified.push(again.value);
    }
    return describeFiles(verified);
  },

  async auditVerify(given) {
    const tamper = textOf(given, 'tamper') ?? 'none';
    const { records, tampered, anchors, keys } = tamperedAudit(tamper, numberOf(given, 'records') ?? 100);
    const verdict = await verifyAudit(records, { anchors, keys });
    if (verdict.ok) return verdict;
    const firstBad = verdict.firstBad === tampered ? 'tampered-index' : verdict.firstBad;
    return { ...verdict, firstBad, firstBadSeq: verdict.firstBad, error: verdict.problem };
  },
};

export const proofBenchmarks: BenchmarkTable = {
  licenceFile: () => verifyBenchmark(),
  auditVerify: (given) => auditBenchmark(numberOf(given, 'records') ?? 1_000_000),
};

function describeFiles(files: readonly VerifiedFile[]) {
  const quantity: Record<string, number> = {};
  for (const { sku, quantity: count } of grantsInForce(files)) quantity[sku] = (quantity[sku] ?? 0) + count;
  const warnings = files.flatMap((file) => file.warnings);
  const [first] = files;
  return {
    valid: files.length > 0,
    state: first?.state,
    states: files.map(({ state }) => state),
    ...(first?.graceDaysLeft === undefined ? {} : { graceDaysLeft: first.graceDaysLeft }),
    quantity,
    warnings,
    warning: warnings[0],
    clockRollback: warnings.includes('clock-rollback'),
    seq: first?.payload.seq,
    customer: first?.payload.customer,
    rules: ['M9'],
  };
}

/** A list of ids in the case stands for a signed list of the same issuer. */
function plainRevocations(given: Given, { kid, payload }: VerifiedFile): VerifiedRevocations[] {
  const ids = listOf(given, 'revoked', 'revokedIds').map((each) =>
    typeof each === 'object' && each !== null ? String((each as Given)['id']) : String(each),
  );
  const revoked = ids.map((id) => ({ id, at: '1970-01-01T00:00:00Z', reason: '' }));
  const list = { v: 1 as const, issuer: payload.issuer, issuedAt: payload.issuedAt, seq: 0, revoked };
  return ids.length === 0 ? [] : [{ kid, payload: list }];
}

/** Case files name the same thing in several ways. */
function keyLike(given: Given, pattern: RegExp): string {
  return Object.keys(given).find((key) => pattern.test(key)) ?? '';
}

function timeIn(given: Given, ...names: readonly string[]): number | undefined {
  const value = anyOf(given, ...names);
  if (typeof value === 'number') return value;
  const text = String(value);
  return isDay(text) ? Date.parse(`${text}T00:00:00Z`) : instantMs(text);
}

function signer(kid: string) {
  const made = newIssuerKey(kid);
  const key = issuerKey(kid, made.privateKeyPem);
  const keys = keyRing({ [kid]: made.publicKey });
  if (!key.ok || !keys.ok) throw new Error('a new key is refused');
  return { key: key.value, keys: keys.value };
}

function entryOf(seq: number): AuditEntry {
  const subject = { kind: 'user', id: `person-${seq}@example.com` };
  return {
    at: Date.UTC(2026, 0, 1) + seq * 60_000,
    actor: 'alice@example.com',
    operation: 'assign',
    before: null,
    after: { sku: 'parley-standard-cal', subject },
    rules: ['A10', 'S1'],
  };
}

function written(count: number, changed?: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let head = EMPTY_CHAIN; head.seq < count; head = headOf(records.at(-1)!)) {
    const entry = entryOf(head.seq + 1);
    records.push(nextRecord(head, head.seq + 1 === changed ? { ...entry, actor: 'bob@example.com' } : entry));
  }
  return records;
}

/** Records as the case says they were tampered with, and the first that was. */
function tamperedAudit(tamper: string, count: number) {
  const records = written(count);
  const { key, keys } = signer('audit');
  // One every ten and one for the last: what a day of work leaves behind.
  const anchors = records
    .filter(({ seq }) => seq % 10 === 0 || seq === count)
    .map((record) => signAnchor(headOf(record), record.at, key));
  const middle = Math.floor(count / 2) + 1;
  const edit = (seq: number) => records.with(seq - 1, { ...records[seq - 1]!, actor: 'bob@example.com' });
  const result = (changed: readonly AuditRecord[], tampered: number, forged = anchors) => ({
    records: changed,
    tampered,
    anchors: forged,
    keys,
  });
  if (/none|untouched|intact/.test(tamper)) return result(records, 0);
  if (/anchor/.test(tamper)) {
    const forged = anchors.map((anchor, index) =>
      index === 0 ? { ...anchor, hash: 'f'.repeat(64) } : anchor,
    );
    return result(records, anchors[0]!.seq, forged);
  }
  if (/rewrit|rehash|recomput|rebuil/.test(tamper)) return result(written(count, middle), middle);
  if (/tail|trunc|cut/.test(tamper)) return result(records.slice(0, count - 5), count - 4);
  if (/reorder|swap|exchang/.test(tamper)) {
    const [a, b] = [records[middle - 1]!, records[middle]!];
    return result(records.with(middle - 1, b).with(middle, a), middle);
  }
  if (/insert|dupl|doubl/.test(tamper))
    return result(records.toSpliced(middle - 1, 0, records[middle - 2]!), middle);
  const place = /first/.test(tamper) ? 1 : /last/.test(tamper) ? count : middle;
  if (/remov|delet|miss|drop/.test(tamper)) return result(records.toSpliced(place - 1, 1), place);
  if (/hash|link/.test(tamper))
    return result(records.with(place - 1, { ...records[place - 1]!, prevHash: 'f'.repeat(64) }), place);
  return result(edit(place), place);
}

function verifyBenchmark() {
  const { key, keys } = signer('k1');
  const payload: LicencePayload = {
    v: 1,
    id: 'lic-1',
    issuer: 'issuer.example.com',
    customer: 'example.com',
    issuedAt: '2026-01-01T00:00:00Z',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00Z',
    graceDays: 30,
    grants: [{ sku: 'parley-standard-cal', metric: 'user', quantity: 100 }],
    seq: 1,
  };
  const file = issueLicenceFile(payload, key);
  if (!file.ok) throw new Error(file.fault.sentence);
  const at = Date.UTC(2026, 5, 1);
  const times: number[] = [];
  for (let count = 0; count < 500; count++) {
    const start = performance.now();
    verifyLicenceFile(file.value, { keys, at });
    times.push(performance.now() - start);
  }
  const ms = times.toSorted((a, b) => a - b)[250]!;
  return { p50Ms: ms, ms, p50Ns: ms * 1e6 };
}

async function auditBenchmark(count: number) {
  const records = written(count);
  const start = performance.now();
  const verdict = await verifyAudit(records);
  return { seconds: (performance.now() - start) / 1000, records: count, ok: verdict.ok };
}
