// SIP-ETag and SIP-If-Match: which publication a PUBLISH makes, refreshes or removes (RFC 3903 §11.3.1, §11.3.2).
import { isToken } from '../grammar.ts';

const MAX_ETAG_CHARS = 256;

/** entity-tag = token; compared byte by byte. */
export function parseEtag(text: string): string | undefined {
  return text.length <= MAX_ETAG_CHARS && isToken(text) ? text : undefined;
}
