// The body of a NOTIFY about a list: the list first, then the documents that changed, as multipart/related (RFC 4662 §4.5,
// RFC 2387 §3). Used by the presence service's list.ts.
import { multipartBoundary, parseMultipart } from '../sip/body/multipart.ts';
import { parseContentType } from '../sip/header/content-type.ts';
import { buildRlmi, parseRlmi, RLMI_TYPE, type Rlmi } from './rlmi.ts';

export const LIST_NOTIFICATION_TYPE = 'multipart/related';
/** Besides the text of a document, what it costs in the body. */
export const PART_OVERHEAD_BYTES = 160;

const MAX_PARTS = 4_096;
const encoder = new TextEncoder();

export interface ListDocument {
  /** Content-ID, without angle brackets; the list names it. */
  readonly cid: string;
  readonly contentType: string;
  readonly text: string;
}

export interface ListNotification {
  readonly rlmi: Rlmi;
  readonly documents: readonly ListDocument[];
}

export type ListNotificationResult =
  | ({ readonly ok: true } & ListNotification)
  | { readonly ok: false; readonly reason: string };

/**
 * @param boundary unguessable, of letters and digits, and in no Content-ID: the texts of the parts are not looked at, and
 * linphone looks for it everywhere.
 */
export function buildListNotification(
  { rlmi, documents }: ListNotification,
  boundary: string,
): { readonly contentType: string; readonly body: Uint8Array } {
  const start = 'list@here';
  let text = partOf(boundary, { cid: start, contentType: RLMI_TYPE, text: buildRlmi(rlmi) });
  for (const document of documents) text += partOf(boundary, document);
  return {
    // COMPAT(linphone 5.1): it takes quotation marks for a part of the boundary; until none of those is left.
    contentType: `${LIST_NOTIFICATION_TYPE};type="${RLMI_TYPE}";start="<${start}>";boundary=${boundary}`,
    body: encoder.encode(`${text}--${boundary}--\r\n`),
  };
}

function partOf(boundary: string, { cid, contentType, text }: ListDocument): string {
  return `--${boundary}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${cid}>\r\nContent-Type: ${contentType};charset="UTF-8"\r\n\r\n${text}\r\n`;
}

export function parseListNotification(contentType: string, body: Uint8Array): ListNotificationResult {
  const type = parseContentType(contentType);
  const boundary = multipartBoundary(contentType);
  if (boundary === undefined || type?.subtype !== 'related') return refused('not multipart/related');
  const parts = parseMultipart(body, boundary, MAX_PARTS);
  if (parts === undefined) return refused('its parts cannot be read');
  const documents = parts.map(({ headers, body: bytes }) => ({
    cid: (headers.get('Content-ID') ?? '').trim().replace(/^<(.*)>$/, '$1'),
    contentType: (headers.get('Content-Type') ?? '').split(';')[0]!.trim().toLowerCase(),
    bytes,
  }));
  const start = type.params.get('start')?.replace(/^<(.*)>$/, '$1');
  // RFC 2387 §3.2: without `start` the root is the first part.
  const root = start === undefined ? documents[0] : documents.find(({ cid }) => cid === start);
  if (root?.contentType !== RLMI_TYPE) return refused('it has no list');
  const parsed = parseRlmi(root.bytes);
  if (!parsed.ok) return refused(parsed.reason);
  return {
    ok: true,
    rlmi: parsed.rlmi,
    documents: documents
      .filter((document) => document !== root)
      .map(({ bytes, ...document }) => ({ ...document, text: new TextDecoder().decode(bytes) })),
  };
}

function refused(reason: string): ListNotificationResult {
  return { ok: false, reason };
}
