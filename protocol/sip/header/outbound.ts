// Flow-Timer, and the parameters by which a user agent keeps one registration for each of its flows (RFC 5626 §4.1,
// §4.2.1, §5.4). Used by the registrar.
import { parseNumber, trimSpace } from '../grammar.ts';
import { parseSipUri } from '../uri.ts';
import { parseExpires, serializeExpires } from './expires.ts';
import type { NameAddr } from './name-addr.ts';

/** Seconds without keep-alive after which the server takes a flow for dead (RFC 5626 §5.4). */
export function parseFlowTimer(text: string): number | undefined {
  return parseExpires(trimSpace(text));
}

export const serializeFlowTimer: (timerS: number) => string = serializeExpires;

const MAX_REG_ID = 2 ** 31 - 1;
const MAX_INSTANCE_CHARS = 1_024;

/** The `reg-id` of a Contact: 1 … 2³¹−1 (RFC 5626 §4.2.1). */
export function contactRegId(contact: NameAddr): number | undefined {
  const regId = parseNumber(contact.params.get('reg-id') ?? '', MAX_REG_ID);
  return regId === 0 ? undefined : regId;
}

/** The URN of `+sip.instance`, without its angle brackets: which device this is (RFC 5626 §4.1). */
export function contactInstance(contact: NameAddr): string | undefined {
  const match = /^<([^<>\s]+)>$/.exec(contact.params.get('+sip.instance') ?? '');
  const urn = match?.[1];
  return urn === undefined || urn.length > MAX_INSTANCE_CHARS || !/^urn:/i.test(urn) ? undefined : urn;
}

/** Whether a URI asks for requests of its dialog over the flow of the registration (RFC 5626 §4.3). */
export function isOutboundUri(uri: string): boolean {
  return parseSipUri(uri)?.params.has('ob') ?? false;
}
