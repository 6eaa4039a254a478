// MIME-Version: which MIME the body follows (RFC 3261 §20.24).
import { parseNumber, trimSpace } from '../grammar.ts';

export interface MimeVersion {
  readonly major: number;
  readonly minor: number;
}

const MAX_VERSION = 999;

export function parseMimeVersion(text: string): MimeVersion | undefined {
  const trimmed = trimSpace(text);
  const dot = trimmed.indexOf('.');
  if (dot === -1) return undefined;
  const major = parseNumber(trimmed.slice(0, dot), MAX_VERSION);
  const minor = parseNumber(trimmed.slice(dot + 1), MAX_VERSION);
  return major === undefined || minor === undefined ? undefined : { major, minor };
}

export function serializeMimeVersion(value: MimeVersion): string {
  return `${value.major}.${value.minor}`;
}
