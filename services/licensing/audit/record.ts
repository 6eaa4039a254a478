// The audit is a chain: every record carries the SHA-256 of the one before it (licensing rule M6). Append-only; where the
// records are stored is another's business.
import { hash } from 'node:crypto';
import { canonicalJson, type JsonValue } from './canonical-json.ts';

export interface AuditEntry {
  /** Unix ms. */
  readonly at: number;
  /** Who did it: the address of a person, or the name of a part of the server. */
  readonly actor: string;
  /** What was done: `assign`, `file.install`, `profile.switch`. */
  readonly operation: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** The licensing rules that decided it. */
  readonly rules: readonly string[];
}

export interface AuditRecord extends AuditEntry {
  /** 1, 2, 3, … without a gap. */
  readonly seq: number;
  /** Lower-case hex. */
  readonly prevHash: string;
  /** Of everything above. It could be computed; stored, it tells an edited record from an edited link. */
  readonly hash: string;
}

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first record. */
export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: '0'.repeat(64) };

export function nextRecord(head: ChainHead, entry: AuditEntry): AuditRecord {
  const { at, actor, operation, before, after, rules } = entry;
  const record = { seq: head.seq + 1, prevHash: head.hash, at, actor, operation, before, after, rules };
  return { ...record, hash: hashOf(record) };
}

export function headOf({ seq, hash }: AuditRecord): ChainHead {
  return { seq, hash };
}

export function hashOf(record: Omit<AuditRecord, 'hash'>): string {
  const { seq, prevHash, at, actor, operation, before, after, rules } = record;
  // Canonical already at this level: written out, because a million of them are verified at once.
  const text =
    `{"actor":${JSON.stringify(actor)},"after":${canonicalJson(after)},"at":${canonicalJson(at)},` +
    `"before":${canonicalJson(before)},"operation":${JSON.stringify(operation)},"prevHash":${JSON.stringify(prevHash)},` +
    `"rules":${JSON.stringify(rules)},"seq":${canonicalJson(seq)}}`;
  return hash('sha256', text, 'hex');
}
