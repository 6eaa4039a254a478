// "bob is typing": the is-composing document (RFC 3994 §3, §6). Used by the im service's sip.ts, both ways.
import { parseExpires } from '../sip/header/expires.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';
import { parseXml } from './xml-reader.ts';
import { escapeXml } from './xml-text.ts';

export const IS_COMPOSING_TYPE = 'application/im-iscomposing+xml';

const NAMESPACE = 'urn:ietf:params:xml:ns:im-iscomposing';

export interface IsComposing {
  readonly state: 'active' | 'idle';
  /** What is being written: `text/plain`. */
  readonly contentType?: string | undefined;
  /** How often the sender says `active` again, at least 60 (RFC 3994 §3). */
  readonly refreshS?: number | undefined;
  /** Unix milliseconds. */
  readonly lastActiveMs?: number | undefined;
}

export type IsComposingResult =
  | { readonly ok: true; readonly isComposing: IsComposing }
  | { readonly ok: false; readonly reason: string; readonly at: number };

/** Children in the order of the schema: state, lastactive, contenttype, refresh (RFC 3994 §6). */
export function buildIsComposing(value: IsComposing): string {
  const { state, contentType, refreshS, lastActiveMs } = value;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<isComposing xmlns="${NAMESPACE}"><state>${state}</state>`,
    lastActiveMs === undefined ? '' : `<lastactive>${formatTimestamp(lastActiveMs)}</lastactive>`,
    contentType === undefined ? '' : `<contenttype>${escapeXml(contentType)}</contenttype>`,
    refreshS === undefined ? '' : `<refresh>${refreshS}</refresh>`,
    '</isComposing>\n',
  ].join('');
}

export function parseIsComposing(source: string | Uint8Array): IsComposingResult {
  const xml = parseXml(source);
  if (!xml.ok) return xml;
  const { root } = xml;
  if (root.namespace !== NAMESPACE || root.name !== 'isComposing')
    return refused('not an is-composing document');
  const text = (name: string) =>
    root.children.find((child) => child.namespace === NAMESPACE && child.name === name)?.text.trim();
  const state = text('state');
  if (state === undefined || state === '') return refused('is-composing has no state');
  const contentType = text('contenttype');
  const refreshS = parseExpires(text('refresh') ?? '');
  const lastActiveMs = parseTimestamp(text('lastactive') ?? '');
  return {
    ok: true,
    isComposing: {
      // RFC 3994 §3: any state but "active" means idle.
      state: state === 'active' ? 'active' : 'idle',
      ...(contentType ? { contentType } : {}),
      ...(refreshS ? { refreshS } : {}),
      ...(lastActiveMs === undefined ? {} : { lastActiveMs }),
    },
  };
}

function refused(reason: string): IsComposingResult {
  return { ok: false, reason, at: 0 };
}
