// Word back about a message: it arrived, it was shown (RFC 5438 §4). What is asked stands in the header fields of a CPIM
// message, the answer is a document. Pure. Used by the im service's sip.ts, both ways.
import { formatTimestamp, parseTimestamp } from '../presence/timestamp.ts';
import { parseXml, textOf, type XmlElement } from '../presence/xml-reader.ts';
import { escapeXml } from '../presence/xml-text.ts';
import type { Cpim, CpimExtension } from './cpim.ts';

export const IMDN_TYPE = 'message/imdn+xml';
/** Of the header fields (RFC 5438 §6.1). */
export const IMDN_NAMESPACE = 'urn:ietf:params:imdn';

const DOCUMENT = 'urn:ietf:params:xml:ns:imdn';
const MAX_ID_CHARS = 200;

export const DISPOSITIONS = ['positive-delivery', 'negative-delivery', 'processing', 'display'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** What the sender wants to hear of a message. */
export interface ImdnRequest {
  readonly messageId: string;
  readonly wanted: readonly Disposition[];
}

/** The id of a message and what is asked of it; undefined where it has no id. */
export function imdnRequestOf({ extensions }: Cpim): ImdnRequest | undefined {
  const value = (name: string) =>
    extensions.find((one) => one.namespace === IMDN_NAMESPACE && one.name === name)?.value.trim();
  const messageId = value('Message-ID');
  if (!messageId || messageId.length > MAX_ID_CHARS) return undefined;
  // RFC 5438 §6.2: tokens with parameters; unknown ones mean nothing.
  const asked = (value('Disposition-Notification') ?? '')
    .split(',')
    .map((one) => one.split(';')[0]!.trim().toLowerCase());
  return { messageId, wanted: DISPOSITIONS.filter((one) => asked.includes(one)) };
}

export function imdnHeaders({ messageId, wanted }: ImdnRequest): CpimExtension[] {
  const id = { namespace: IMDN_NAMESPACE, name: 'Message-ID', value: messageId };
  if (wanted.length === 0) return [id];
  return [id, { namespace: IMDN_NAMESPACE, name: 'Disposition-Notification', value: wanted.join(', ') }];
}

const STATUSES = {
  delivery: ['delivered', 'failed', 'forbidden', 'error'],
  processing: ['processed', 'stored', 'forbidden', 'error'],
  display: ['displayed', 'forbidden', 'error'],
} as const;
const KINDS = ['delivery', 'processing', 'display'] as const;

export type ImdnOutcome = {
  [K in keyof typeof STATUSES]: { readonly kind: K; readonly status: (typeof STATUSES)[K][number] };
}[keyof typeof STATUSES];

/** RFC 5438 §11.1. */
export interface Imdn {
  readonly messageId: string;
  /** Unix milliseconds: when the message was sent. */
  readonly dateTimeMs?: number | undefined;
  /** Whom it reached or not. */
  readonly recipientUri?: string | undefined;
  readonly outcome: ImdnOutcome;
}

export type ImdnResult =
  | { readonly ok: true; readonly imdn: Imdn }
  | { readonly ok: false; readonly reason: string };

export function buildImdn({ messageId, dateTimeMs, recipientUri, outcome }: Imdn): string {
  const { kind, status } = outcome;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<imdn xmlns="${DOCUMENT}"><message-id>${escapeXml(messageId)}</message-id>`,
    dateTimeMs === undefined ? '' : `<datetime>${formatTimestamp(dateTimeMs)}</datetime>`,
    recipientUri === undefined ? '' : `<recipient-uri>${escapeXml(recipientUri)}</recipient-uri>`,
    `<${kind}-notification><status><${status}/></status></${kind}-notification></imdn>\n`,
  ].join('');
}

export function parseImdn(source: string | Uint8Array): ImdnResult {
  const xml = parseXml(source);
  if (!xml.ok) return { ok: false, reason: xml.reason };
  const { root } = xml;
  if (root.namespace !== DOCUMENT || root.name !== 'imdn') return refused('not a disposition notification');
  const messageId = textOf(root, DOCUMENT, 'message-id');
  if (!messageId || messageId.length > MAX_ID_CHARS) return refused('it names no message');
  const outcome = outcomeOf(root);
  if (outcome === undefined) return refused('it does not say what became of the message');
  const dateTimeMs = parseTimestamp(textOf(root, DOCUMENT, 'datetime') ?? '');
  const recipientUri = textOf(root, DOCUMENT, 'recipient-uri');
  return {
    ok: true,
    imdn: {
      messageId,
      outcome,
      ...(dateTimeMs === undefined ? {} : { dateTimeMs }),
      ...(recipientUri ? { recipientUri } : {}),
    },
  };
}

function outcomeOf(root: XmlElement): ImdnOutcome | undefined {
  for (const kind of KINDS) {
    const notification = root.children.find(({ name }) => name === `${kind}-notification`);
    const told = notification?.children.find(({ name }) => name === 'status')?.children ?? [];
    const status = STATUSES[kind].find((known) => told.some(({ name }) => name === known));
    if (status !== undefined) return { kind, status } as ImdnOutcome;
  }
  return undefined;
}

function refused(reason: string): ImdnResult {
  return { ok: false, reason };
}
