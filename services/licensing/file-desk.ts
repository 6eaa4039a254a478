// Licence files: verified, installed, removed (licensing rule M9). What a file grants stands in the stock until it ends,
// its days of grace included; a newer file of the same licence takes the older one's place.
import { randomUUID } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { Decision, Desk } from './books.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
} from './contract.ts';
import type { KeyRing } from './licence-file/envelope.ts';
import { keyRing, seqKey, type VerifiedFile, verifyLicenceFile } from './licence-file/verify.ts';
import { skuOf } from './rules/catalogue.ts';
import { addDays, DAY_MS, dayOf } from './rules/day.ts';
import type { Fact, Ledger } from './rules/ledger.ts';
import type { Grant, InstalledFile } from './rules/model.ts';

const { fault } = licensingErrors;
type Decided<N extends OperationName> = Outcome<Decision<OperationReply<N>>>;

export function pinnedRing(ledger: Ledger): KeyRing {
  const ring = keyRing(
    Object.fromEntries([...ledger.keys.values()].map(({ kid, publicKey }) => [kid, publicKey])),
  );
  // Each was checked when it was pinned.
  return ring.ok ? ring.value : new Map();
}

/** By issuer and licence: the file that is installed. The id of an installed file is that pair. */
function fileIdOf({ payload }: VerifiedFile): string {
  return seqKey(payload).slice(0, 200);
}

export function installFile(
  { ledger, now, newestAt }: Desk,
  { text, dryRun = false }: OperationRequest<'file-install'>,
): Decided<'file-install'> {
  const installedSeq = new Map([...ledger.files.values()].map(({ fileId, seq }) => [fileId, seq]));
  const verified = verifyLicenceFile(text, {
    keys: pinnedRing(ledger),
    at: now,
    installedSeq,
    newestAuditAt: newestAt,
  });
  if (!verified.ok) return verified;
  const { payload, kid, state, rules } = verified.value;
  if (state === 'expired' || state === 'revoked')
    return fault('LICENCE_FILE_ENDED', `This licence file is ${state}.`);
  const stranger = payload.grants.find(({ sku }) => skuOf(sku) === undefined);
  if (stranger !== undefined)
    return fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${stranger.sku}.`);
  const misfit = payload.grants.find(({ sku, metric }) => !skuOf(sku)?.metrics.includes(metric));
  if (misfit !== undefined)
    return fault('LICENCE_METRIC_MISMATCH', `${misfit.sku} is not licensed per ${misfit.metric}.`);
  const fileId = fileIdOf(verified.value);
  const file: InstalledFile = {
    fileId,
    kid,
    issuer: payload.issuer,
    customer: payload.customer,
    seq: payload.seq,
    notBefore: payload.notBefore,
    notAfter: payload.notAfter,
    graceDays: payload.graceDays,
    text,
  };
  if (dryRun) return done({ facts: [], reply: file, rules });
  const facts: Fact[] = [
    ...grantsOf(ledger, fileId).map((grant) => removed(grant, 'replaced by a newer file')),
    { name: 'file.installed', body: file },
    ...payload.grants.map((grant) => ({
      name: 'grant.put' as const,
      body: grantFrom(file, grant, skuOf(grant.sku)?.id),
    })),
  ];
  return done({ facts, reply: file, rules });
}

export function removeFile(
  { ledger }: Desk,
  { fileId, reason }: OperationRequest<'file-remove'>,
): Decided<'file-remove'> {
  if (!ledger.files.has(fileId)) return fault('LICENCE_NOT_FOUND');
  const facts: Fact[] = [
    ...grantsOf(ledger, fileId).map((grant) => removed(grant, reason)),
    { name: 'file.removed', body: { fileId, reason } },
  ];
  return done({ facts, reply: {}, rules: ['M9'] });
}

export function filesReport({ ledger, now, newestAt }: Desk): OperationReply<'files'> {
  const keys = pinnedRing(ledger);
  const warnings = new Set<string>();
  const files = [...ledger.files.values()].map((file) => {
    const verified = verifyLicenceFile(file.text, { keys, at: now, newestAuditAt: newestAt });
    if (!verified.ok) {
      warnings.add(`${file.customer}: ${verified.fault.sentence}`);
      return { ...file, state: 'unverified', graceDaysLeft: null };
    }
    for (const warning of verified.value.warnings) warnings.add(`${file.customer}: ${sentences[warning]}`);
    return { ...file, state: verified.value.state, graceDaysLeft: verified.value.graceDaysLeft ?? null };
  });
  return { files, keys: [...ledger.keys.values()], warnings: [...warnings] };
}

const sentences: Readonly<Record<VerifiedFile['warnings'][number], string>> = {
  'clock-rollback': 'The clock of this server was turned back: it is before the newest record of the audit.',
  grace: 'The licence file has ended and counts for its days of grace only.',
  'ends-within-30-days': 'The licence file ends within 30 days.',
  'issued-in-the-future': 'The licence file was issued in the future: check the clock of this server.',
};

function grantsOf({ grants }: Ledger, fileId: string): Grant[] {
  return [...grants.values()].filter(({ source, proof }) => source === 'licence-file' && proof === fileId);
}

function removed({ grantId }: Grant, reason: string): Fact {
  return { name: 'grant.removed', body: { grantId, reason } };
}

function grantFrom(
  { fileId, notBefore, notAfter, graceDays }: InstalledFile,
  { sku, metric, quantity }: { sku: string; metric: Grant['metric']; quantity: number },
  canonical = sku,
): Grant {
  return {
    grantId: randomUUID(),
    sku: canonical,
    metric,
    quantity,
    source: 'licence-file',
    from: dayAt(notBefore),
    to: notAfter === null ? null : addDays(dayAt(notAfter), graceDays),
    agreementId: null,
    proof: fileId,
    unitPrice: null,
  };
}

function dayAt(instant: string): string {
  return dayOf(Math.floor(Date.parse(instant) / DAY_MS));
}
