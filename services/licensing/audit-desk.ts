// The audit: read, verified as a whole, and anchored by signatures (licensing rule M6). The key of the anchors is made at
// the first one and lies in the database; who wants to find an edit of the database too keeps the anchors elsewhere.
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import { isAnchorDue, signAnchor } from './audit/anchor.ts';
import { verifyAudit } from './audit/verify.ts';
import type { Books } from './books.ts';
import type { OperationReply, OperationRequest } from './contract.ts';
import { type IssuerKey, issuerKey, newIssuerKey } from './licence-file/issue.ts';
import { keyRing } from './licence-file/verify.ts';
import * as rows from './store.ts';
import type { LicensingTables } from './tables.ts';

type Own = ServiceStore<LicensingTables>;

export async function auditPage(
  own: Own,
  { query = '', before, limit }: OperationRequest<'audit'>,
): Promise<Outcome<OperationReply<'audit'>>> {
  const { items, total } = await rows.auditPage(own.db, { query, before, limit });
  return done({
    items: items.map(({ prevHash: _, rules, ...record }) => ({ ...record, rules: [...rules] })),
    total,
  });
}

export async function auditVerdict(own: Own, books: Books): Promise<Outcome<OperationReply<'audit-verify'>>> {
  const anchors = await rows.anchors(own.db);
  const keys = await rows.anchorKeys(own.db);
  const ring = keyRing(Object.fromEntries(keys.map((key) => [key.kid, key.public_key])));
  if (!ring.ok) return ring;
  const verdict = await verifyAudit(books.records(), { keys: ring.value, anchors });
  const head = await rows.headOfLedger(own.db);
  return done({
    ok: verdict.ok,
    records: verdict.ok ? verdict.records : head.seq,
    anchors: anchors.length,
    firstBad: verdict.ok ? null : verdict.firstBad,
    reason: verdict.ok ? null : verdict.sentence,
  });
}

/** Signs where the chain ends now, when that is due. One process does. */
export async function anchorAudit(own: Own, now: number): Promise<void> {
  const due = async (db: rows.Db) => {
    const [head, last] = [await rows.headOfLedger(db), await rows.lastAnchor(db)];
    return isAnchorDue(head, last, now) ? head : undefined;
  };
  if ((await due(own.db)) === undefined) return;
  await own.transaction(async ({ db }) => {
    await rows.lockLedger(db);
    const head = await due(db);
    if (head === undefined) return;
    await rows.insertAnchor(db, signAnchor(head, now, await anchorKey(db)));
  });
}

async function anchorKey(db: rows.Tx): Promise<IssuerKey> {
  const [held] = await rows.anchorKeys(db);
  const made = held === undefined ? newIssuerKey('anchor') : undefined;
  if (made !== undefined) {
    const { kid, publicKey, privateKeyPem } = made;
    await rows.insertAnchorKey(db, { kid, public_key: publicKey, private_key: privateKeyPem });
  }
  const key = issuerKey(held?.kid ?? 'anchor', held?.private_key ?? made?.privateKeyPem ?? '');
  if (!key.ok) throw new Error('the key that signs the anchors of the audit cannot be read');
  return key.value;
}
