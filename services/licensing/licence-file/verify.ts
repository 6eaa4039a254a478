// Is this licence file genuine, and what does it grant at an instant? Offline, with pinned keys (licensing rule M9).
// A genuine file may be over or not begun: that is a state, not a fault. Nothing is ever switched off by a clock alone.
import { done, type Outcome } from '@parley/platform/contract';
import { DAY_MS, instantMs } from '../rules/day.ts';
import { licensingErrors } from '../rules/fault.ts';
import { publicKeyFrom } from './ed25519.ts';
import { type Envelope, envelopeOf, type KeyRing, openEnvelope, readEnvelopes } from './envelope.ts';
import {
  isLicencePayload,
  isRevocationPayload,
  type LicencePayload,
  type RevocationPayload,
} from './payload.ts';

/** `grace`: over, but its grants still count. */
export type FileState = 'not-yet-valid' | 'active' | 'grace' | 'expired' | 'revoked';
export type FileWarning = 'clock-rollback' | 'grace' | 'ends-within-30-days' | 'issued-in-the-future';

export interface VerifiedFile {
  readonly payload: LicencePayload;
  readonly kid: string;
  readonly state: FileState;
  /** Whole or begun days for which the grants still count after the end; only in `grace`. */
  readonly graceDaysLeft?: number;
  readonly warnings: readonly FileWarning[];
  readonly rules: readonly string[];
}

export interface Verification {
  readonly keys: KeyRing;
  /** Unix ms of the question. */
  readonly at: number;
  /** The highest `seq` that was ever installed, by issuer and id: see `seqKey`. */
  readonly installedSeq?: ReadonlyMap<string, number>;
  readonly revocations?: readonly VerifiedRevocations[];
  /** Unix ms of the newest audit record: a clock before it was turned back. */
  readonly newestAuditAt?: number;
}

export interface VerifiedRevocations {
  readonly kid: string;
  readonly payload: RevocationPayload;
}

const RULES = ['M9'];
const SOON_MS = 30 * DAY_MS;
/** Clocks are set by a second or two all the time. */
const CLOCK_SLACK_MS = 60_000;

/** Keys by id. @returns LICENCE_BAD_KEY for the first that is none. */
export function keyRing(keys: Readonly<Record<string, string>>): Outcome<KeyRing> {
  const ring = new Map<string, KeyRing extends ReadonlyMap<string, infer K> ? K : never>();
  for (const [kid, hex] of Object.entries(keys)) {
    const key = publicKeyFrom(kid, hex);
    if (!key.ok) return key;
    ring.set(kid, key.value);
  }
  return done(ring);
}

export function seqKey({ issuer, id }: Pick<LicencePayload, 'issuer' | 'id'>): string {
  return JSON.stringify([issuer, id]);
}

/** `file` is the text of one file, or the object {alg, kid, enc, sig}. */
export function verifyLicenceFile(file: unknown, verification: Verification): Outcome<VerifiedFile> {
  const envelope = oneEnvelope(file);
  if (!envelope.ok) return envelope;
  const opened = openEnvelope('licence', envelope.value, verification.keys);
  if (!opened.ok) return opened;
  const payload = opened.value;
  if (!isLicencePayload(payload)) return licensingErrors.fault('LICENCE_BAD_PAYLOAD');
  if (payload.seq < (verification.installedSeq?.get(seqKey(payload)) ?? 0))
    return licensingErrors.fault('LICENCE_SEQ_ROLLBACK');
  const { kid } = envelope.value;
  const state = stateOf(payload, kid, verification);
  return done({
    payload,
    kid,
    ...state,
    warnings: warningsOf(payload, state.state, verification),
    rules: RULES,
  });
}

/**
 * What several files grant together, by SKU and metric. Of files with the same issuer and id only the newest counts.
 */
export function grantsInForce(files: readonly VerifiedFile[]): LicencePayload['grants'] {
  const newest = new Map<string, VerifiedFile>();
  for (const file of files) {
    const key = seqKey(file.payload);
    const known = newest.get(key);
    if (known === undefined || known.payload.seq < file.payload.seq) newest.set(key, file);
  }
  const sums = new Map<string, LicencePayload['grants'][number]>();
  for (const { payload, state } of newest.values()) {
    if (state !== 'active' && state !== 'grace') continue;
    for (const grant of payload.grants) {
      const key = JSON.stringify([grant.sku, grant.metric]);
      sums.set(key, { ...grant, quantity: grant.quantity + (sums.get(key)?.quantity ?? 0) });
    }
  }
  return [...sums.values()];
}

/** @param newestSeq of the lists seen before: an older list would bring revoked files back. */
export function verifyRevocations(text: string, keys: KeyRing, newestSeq = 0): Outcome<VerifiedRevocations> {
  const envelopes = readEnvelopes('revocations', text);
  if (!envelopes.ok) return envelopes;
  const [envelope] = envelopes.value;
  if (envelope === undefined || envelopes.value.length > 1) return licensingErrors.fault('LICENCE_BAD_FRAME');
  const opened = openEnvelope('revocations', envelope, keys);
  if (!opened.ok) return opened;
  if (!isRevocationPayload(opened.value)) return licensingErrors.fault('LICENCE_BAD_PAYLOAD');
  if (opened.value.seq < newestSeq) return licensingErrors.fault('LICENCE_SEQ_ROLLBACK');
  return done({ kid: envelope.kid, payload: opened.value });
}

function oneEnvelope(file: unknown): Outcome<Envelope> {
  if (typeof file !== 'string') return envelopeOf('licence', file);
  const envelopes = readEnvelopes('licence', file);
  if (!envelopes.ok) return envelopes;
  const [envelope] = envelopes.value;
  if (envelope === undefined || envelopes.value.length > 1)
    return licensingErrors.fault(
      'LICENCE_BAD_FRAME',
      'This text holds several licence files; verify them one by one.',
    );
  return done(envelope);
}

function stateOf(
  payload: LicencePayload,
  kid: string,
  { at, revocations = [] }: Verification,
): { readonly state: FileState; readonly graceDaysLeft?: number } {
  if (revocations.some((list) => revokes(list, payload, kid, at))) return { state: 'revoked' };
  if (at < instantMs(payload.notBefore)!) return { state: 'not-yet-valid' };
  if (payload.notAfter === null) return { state: 'active' };
  const over = at - instantMs(payload.notAfter)!;
  if (over < 0) return { state: 'active' };
  const graceDaysLeft = payload.graceDays - Math.floor(over / DAY_MS);
  return graceDaysLeft > 0 ? { state: 'grace', graceDaysLeft } : { state: 'expired' };
}

/** Only the key that signed a file revokes it: another pinned issuer has no say. */
function revokes(list: VerifiedRevocations, payload: LicencePayload, kid: string, at: number): boolean {
  if (list.kid !== kid || list.payload.issuer !== payload.issuer) return false;
  return list.payload.revoked.some((entry) => entry.id === payload.id && instantMs(entry.at)! <= at);
}

function warningsOf(
  payload: LicencePayload,
  state: FileState,
  { at, newestAuditAt }: Verification,
): FileWarning[] {
  const warnings: FileWarning[] = [];
  if (newestAuditAt !== undefined && at < newestAuditAt - CLOCK_SLACK_MS) warnings.push('clock-rollback');
  if (state === 'grace') warnings.push('grace');
  const end = payload.notAfter === null ? Number.POSITIVE_INFINITY : instantMs(payload.notAfter)!;
  if (state === 'active' && end - at <= SOON_MS) warnings.push('ends-within-30-days');
  if (instantMs(payload.issuedAt)! > at + CLOCK_SLACK_MS && state === 'active')
    warnings.push('issued-in-the-future');
  return warnings;
}
