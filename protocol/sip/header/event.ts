// Event and Allow-Events: which package a subscription is about (RFC 6665 §8.2.1, §8.2.2).
import { isToken, type Params, parseParams, serializeParams, tokenEnd } from '../grammar.ts';

export interface Event {
  /** Package with its templates, as it came: `presence`, `presence.winfo`. Compared case-sensitively (RFC 6665 §8.2.1). */
  readonly type: string;
  /** Tells several subscriptions of one dialog apart. */
  readonly id?: string | undefined;
  /** Parameters other than `id`. */
  readonly params: Params;
}

export function parseEvent(text: string): Event | undefined {
  const end = tokenEnd(text, 0);
  if (end === 0) return undefined;
  const params = parseParams(text, end);
  if (params === undefined) return undefined;
  const { id, others } = withoutId(params);
  return { type: text.slice(0, end), ...(id === undefined ? {} : { id }), params: others };
}

function withoutId(params: Params): { id: string | undefined; others: Params } {
  if (!params.has('id')) return { id: undefined, others: params };
  const others = new Map(params);
  others.delete('id');
  return { id: params.get('id'), others };
}

export function serializeEvent(event: {
  readonly type: string;
  readonly id?: string | undefined;
  readonly params?: Params;
}): string {
  if (!isToken(event.type)) throw new TypeError(`"${event.type}" is not an event package`);
  const params = new Map(event.params ?? []);
  if (event.id !== undefined) params.set('id', event.id);
  return event.type + serializeParams(params);
}
