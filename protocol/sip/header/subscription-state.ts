// Subscription-State: how a subscription stands, in every NOTIFY (RFC 6665 §4.1.3, §8.2.3).
import { isToken, type Params, parseParams, serializeParams, tokenEnd } from '../grammar.ts';
import { parseExpires, serializeExpires } from './expires.ts';

export interface SubscriptionState {
  /** `active`, `pending`, `terminated`, or an extension; lower case. */
  readonly state: string;
  readonly expiresS?: number | undefined;
  /** Why it ended: `deactivated`, `probation`, `rejected`, `timeout`, `giveup`, `noresource`, `invariant`. */
  readonly reason?: string | undefined;
  readonly retryAfterS?: number | undefined;
  /** Parameters other than the three above. */
  readonly params: Params;
}

export function parseSubscriptionState(text: string): SubscriptionState | undefined {
  const end = tokenEnd(text, 0);
  if (end === 0) return undefined;
  const params = parseParams(text, end);
  if (params === undefined) return undefined;
  const expiresS = parseExpires(params.get('expires') ?? '');
  const retryAfterS = parseExpires(params.get('retry-after') ?? '');
  const reason = params.get('reason')?.toLowerCase();
  const others = new Map(params);
  for (const name of ['expires', 'reason', 'retry-after']) others.delete(name);
  return {
    state: text.slice(0, end).toLowerCase(),
    ...(expiresS === undefined ? {} : { expiresS }),
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    params: others,
  };
}

export function serializeSubscriptionState(
  value: Omit<SubscriptionState, 'params'> & { readonly params?: Params },
): string {
  if (!isToken(value.state)) throw new TypeError(`"${value.state}" is not a subscription state`);
  const params = new Map<string, string | undefined>();
  if (value.expiresS !== undefined) params.set('expires', serializeExpires(value.expiresS));
  if (value.reason !== undefined) params.set('reason', value.reason);
  if (value.retryAfterS !== undefined) params.set('retry-after', serializeExpires(value.retryAfterS));
  for (const [name, param] of value.params ?? []) params.set(name, param);
  return value.state + serializeParams(params);
}
