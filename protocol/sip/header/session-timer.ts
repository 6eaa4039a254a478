// Session-Expires and Min-SE: for how long a session lives without a refresh, and who refreshes it (RFC 4028 §4, §5).
import { type Params, parseParams, serializeParams } from '../grammar.ts';
import { parseExpires, serializeExpires } from './expires.ts';

export interface SessionExpires {
  readonly intervalS: number;
  readonly refresher?: 'uac' | 'uas' | undefined;
  /** Parameters other than `refresher`. */
  readonly params: Params;
}

/** The shortest interval that may be asked for, and what a missing Min-SE stands for (RFC 4028 §5). */
export const LEAST_MIN_SE_S = 90;

export function parseSessionExpires(text: string): SessionExpires | undefined {
  const read = secondsAndParams(text);
  if (read === undefined) return undefined;
  const { seconds, params } = read;
  if (!params.has('refresher')) return { intervalS: seconds, params };
  const refresher = params.get('refresher')?.toLowerCase();
  if (refresher !== 'uac' && refresher !== 'uas') return undefined;
  const others = new Map(params);
  others.delete('refresher');
  return { intervalS: seconds, refresher, params: others };
}

export function serializeSessionExpires(
  value: Omit<SessionExpires, 'params'> & { readonly params?: Params },
): string {
  const refresher = value.refresher === undefined ? '' : `;refresher=${value.refresher}`;
  return serializeExpires(value.intervalS) + refresher + serializeParams(value.params ?? new Map());
}

/** Seconds; parameters, of which none is defined, are skipped. */
export function parseMinSe(text: string): number | undefined {
  return secondsAndParams(text)?.seconds;
}

export const serializeMinSe: (minS: number) => string = serializeExpires;

function secondsAndParams(text: string): { seconds: number; params: Params } | undefined {
  const end = text.search(/[^0-9]|$/);
  const seconds = parseExpires(text.slice(0, end));
  const params = parseParams(text, end);
  return seconds === undefined || params === undefined ? undefined : { seconds, params };
}
