// A signed anchor says: at this instant the chain ended here (licensing rule M6). Kept apart from the records, anchors find
// what the chain alone cannot: a cut tail, and a chain that was computed anew from the place of an edit on.
import { done, type Outcome } from '@parley/platform/contract';
import { isSignedBy, signText } from '../licence-file/ed25519.ts';
import type { KeyRing } from '../licence-file/envelope.ts';
import type { IssuerKey } from '../licence-file/issue.ts';
import { canonicalBase64 } from '../licence-file/strict-json.ts';
import { licensingErrors } from '../rules/fault.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ChainHead } from './record.ts';

export interface AuditAnchor extends ChainHead {
  /** Unix ms. */
  readonly at: number;
  readonly kid: string;
  /** Base64, over the ASCII text `audit-anchor/` and the base64 of the canonical JSON of the rest. */
  readonly sig: string;
}

/** One anchor for so many records at most, and one a day where anything was recorded. */
export const RECORDS_PER_ANCHOR = 1000;

export function isAnchorDue(
  head: ChainHead,
  last: Pick<AuditAnchor, 'seq' | 'at'> | undefined,
  at: number,
): boolean {
  const anchored = last ?? { seq: 0, at: 0 };
  if (head.seq === anchored.seq) return false;
  return head.seq - anchored.seq >= RECORDS_PER_ANCHOR || at - anchored.at >= 86_400_000;
}

export function signAnchor(
  { seq, hash }: ChainHead,
  at: number,
  { kid, privateKey }: IssuerKey,
): AuditAnchor {
  const sig = Buffer.from(signText(privateKey, textOf({ seq, hash, at, kid }))).toString('base64');
  return { seq, hash, at, kid, sig };
}

export function checkAnchor(anchor: AuditAnchor, keys: KeyRing): Outcome<AuditAnchor> {
  const key = keys.get(anchor.kid);
  if (key === undefined) return licensingErrors.fault('LICENCE_UNKNOWN_KEY');
  const signature = canonicalBase64(anchor.sig);
  if (signature === undefined || !isSignedBy(key, textOf(anchor), signature))
    return licensingErrors.fault('LICENCE_BAD_SIGNATURE', `The anchor of record ${anchor.seq} is forged.`);
  return done(anchor);
}

function textOf({ seq, hash, at, kid }: Omit<AuditAnchor, 'sig'>): string {
  // Base64 keeps the signed text ASCII, whatever the key is called.
  return `audit-anchor/${Buffer.from(canonicalJson({ seq, hash, at, kid })).toString('base64')}`;
}
