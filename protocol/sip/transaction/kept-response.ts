// A final response that is kept for half a minute in case that its request comes again (RFC 3261 §17.2), in as little memory
// as it takes: its text, and not the fields, which hold pieces of the request. Used by the server transactions.
import type { SipResponse } from '../message.ts';
import { parseMessage } from '../parser.ts';
import { serializeHead } from '../serializer.ts';

const encoder = new TextEncoder();

export class KeptResponse {
  readonly #head: string;
  readonly #body: Uint8Array;

  /** @param response with its `head`. */
  constructor({ head = '', body }: SipResponse) {
    this.#head = head;
    this.#body = body;
  }

  /** The same with its `head`, so that it is put together once for the wire and for us. */
  static headed(response: SipResponse): SipResponse {
    const head = serializeHead(response);
    // A text that was put together holds on to its pieces until somebody reads a character of it.
    head.charCodeAt(0);
    return { ...response, head };
  }

  /** As it was sent. Costs a parse: retransmissions are rare. Undefined for what nobody could have read either. */
  get message(): SipResponse | undefined {
    const head = encoder.encode(this.#head);
    const bytes = new Uint8Array(head.length + this.#body.length);
    bytes.set(head);
    bytes.set(this.#body, head.length);
    const parsed = parseMessage(bytes, KEPT_LIMITS);
    return parsed.ok && parsed.message.kind === 'response' ? parsed.message : undefined;
  }
}

/** What we have written we read back, whatever its size. */
const KEPT_LIMITS = {
  maxMessageBytes: Number.MAX_SAFE_INTEGER,
  maxFields: Number.MAX_SAFE_INTEGER,
  maxLineChars: Number.MAX_SAFE_INTEGER,
};
