// What the body of a MESSAGE says, however it is wrapped: text, alternatives of it, CPIM around it (RFC 3862 §2), that somebody
// writes (RFC 3994 §3), or word back about a message (RFC 5438 §4). Pure. Used by the im service's sip.ts.
import { IS_COMPOSING_TYPE, parseIsComposing } from '../presence/is-composing.ts';
import { multipartBoundary, parseMultipart } from '../sip/body/multipart.ts';
import { type MediaType, parseContentType } from '../sip/header/content-type.ts';
import { CPIM_TYPE, parseCpim } from './cpim.ts';
import { textOfHtml } from './html-text.ts';
import { IMDN_TYPE, type Imdn, type ImdnRequest, imdnRequestOf, parseImdn } from './imdn.ts';

/** What `readMessageBody` can read, for Accept. */
export const MESSAGE_TYPES = [
  'text/plain',
  'text/html',
  'multipart/alternative',
  'multipart/mixed',
  CPIM_TYPE,
  IMDN_TYPE,
  IS_COMPOSING_TYPE,
] as const;

export type MessageBody =
  /** `request` where it came as CPIM with an id. */
  | { readonly kind: 'text'; readonly text: string; readonly request?: ImdnRequest | undefined }
  | { readonly kind: 'composing'; readonly isActive: boolean }
  | { readonly kind: 'disposition'; readonly imdn: Imdn }
  | { readonly kind: 'unreadable' };

const UNREADABLE: MessageBody = { kind: 'unreadable' };
/** A multipart in a CPIM in a multipart is more than anybody sends. */
const MAX_DEPTH = 3;

export function readMessageBody(contentType: string | undefined, body: Uint8Array, depth = 0): MessageBody {
  // RFC 3261 §20.15 wants the field with every body; what has none is taken for text.
  const type = parseContentType(contentType ?? 'text/plain');
  if (type === undefined || depth > MAX_DEPTH) return UNREADABLE;
  const name = `${type.type}/${type.subtype}`;
  switch (name) {
    case 'text/plain':
      return textIn(type, body, (text) => text);
    case 'text/html':
      return textIn(type, body, textOfHtml);
    case IS_COMPOSING_TYPE: {
      const parsed = parseIsComposing(body);
      return parsed.ok ? { kind: 'composing', isActive: parsed.isComposing.state === 'active' } : UNREADABLE;
    }
    case IMDN_TYPE: {
      const parsed = parseImdn(body);
      return parsed.ok ? { kind: 'disposition', imdn: parsed.imdn } : UNREADABLE;
    }
    case CPIM_TYPE:
      return insideCpim(body, depth);
    default:
      return type.type === 'multipart' ? amongParts(contentType, body, depth) : UNREADABLE;
  }
}

function textIn(type: MediaType, body: Uint8Array, read: (text: string) => string): MessageBody {
  const charset = type.params.get('charset') ?? 'utf-8';
  try {
    return { kind: 'text', text: read(new TextDecoder(charset).decode(body)) };
  } catch {
    // A charset that nobody knows.
    return UNREADABLE;
  }
}

function insideCpim(body: Uint8Array, depth: number): MessageBody {
  const parsed = parseCpim(body);
  if (!parsed.ok) return UNREADABLE;
  const { cpim } = parsed;
  const content = readMessageBody(cpim.contentHeaders.get('content-type'), cpim.content, depth + 1);
  if (content.kind !== 'text') return content;
  const request = imdnRequestOf(cpim);
  return request === undefined ? content : { ...content, request };
}

/** The plainest part that can be read (RFC 2046 §5.1.4 has the plainest first); what cannot is passed over. */
function amongParts(contentType: string | undefined, body: Uint8Array, depth: number): MessageBody {
  const boundary = multipartBoundary(contentType);
  const parts = boundary === undefined ? undefined : parseMultipart(body, boundary);
  if (parts === undefined) return UNREADABLE;
  const read = parts.map((part) => ({
    isPlain: /^\s*text\/plain\b/i.test(part.headers.get('Content-Type') ?? 'text/plain'),
    body: readMessageBody(part.headers.get('Content-Type'), part.body, depth + 1),
  }));
  const texts = read.filter((part) => part.body.kind === 'text');
  return (texts.find((part) => part.isPlain) ?? texts[0])?.body ?? UNREADABLE;
}
