// Replaces and Join: the dialog that a new INVITE takes the place of, or joins (RFC 3891 §6.1, RFC 3911 §7.1).
import { type Params, parseParams, serializeParams, trimSpace } from '../grammar.ts';
import { isCallId } from './call-id.ts';

export interface DialogReference {
  readonly callId: string;
  /** The local tag of who receives the request; `0` also matches a dialog without one. */
  readonly toTag: string;
  /** The remote tag of who receives the request. */
  readonly fromTag: string;
  /** Replaces only: not where the dialog is confirmed (RFC 3891 §3). */
  readonly isEarlyOnly: boolean;
  /** Parameters other than the three above. */
  readonly params: Params;
}

export function parseReplaces(text: string): DialogReference | undefined {
  return parseReference(text, true);
}

export function parseJoin(text: string): DialogReference | undefined {
  return parseReference(text, false);
}

/** Both tags must be there, once each (RFC 3891 §6.1, RFC 3911 §7.1). */
function parseReference(text: string, mayBeEarlyOnly: boolean): DialogReference | undefined {
  const semicolon = text.indexOf(';');
  if (semicolon === -1) return undefined;
  const callId = trimSpace(text.slice(0, semicolon));
  const params = parseParams(text, semicolon);
  const toTag = params?.get('to-tag');
  const fromTag = params?.get('from-tag');
  if (params === undefined || !isCallId(callId) || !toTag || !fromTag) return undefined;
  const isEarlyOnly = mayBeEarlyOnly && params.has('early-only');
  if (isEarlyOnly && params.get('early-only') !== undefined) return undefined;
  const others = new Map(params);
  for (const name of ['to-tag', 'from-tag']) others.delete(name);
  if (isEarlyOnly) others.delete('early-only');
  return { callId, toTag, fromTag, isEarlyOnly, params: others };
}

/** For both fields. */
export function serializeDialogReference(
  value: Omit<DialogReference, 'params'> & { readonly params?: Params },
): string {
  const params = new Map<string, string | undefined>([
    ['to-tag', value.toTag],
    ['from-tag', value.fromTag],
  ]);
  if (value.isEarlyOnly) params.set('early-only', undefined);
  for (const [name, param] of value.params ?? []) params.set(name, param);
  return value.callId + serializeParams(params);
}
