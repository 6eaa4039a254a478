// Resource list meta-information: which people a list has and whose documents stand beside it (RFC 4662 §5). Used by
// list-notification.ts.
import { childrenOf, parseXml, textOf, type XmlElement, type XmlLimits } from './xml-reader.ts';
import { escapeXml } from './xml-text.ts';

export const RLMI_TYPE = 'application/rlmi+xml';

const NAMESPACE = 'urn:ietf:params:xml:ns:rlmi';
const LIMITS: XmlLimits = { maxChars: 1024 * 1024, maxDepth: 8, maxElements: 16_384, maxAttributes: 16 };
const STATES = ['active', 'pending', 'terminated'] as const;

export interface RlmiInstance {
  readonly id: string;
  readonly state: (typeof STATES)[number];
  /** Why it is terminated, in the words of Subscription-State. */
  readonly reason?: string;
  /** Content-ID of its document, without angle brackets. */
  readonly cid?: string;
}

export interface RlmiResource {
  readonly uri: string;
  readonly name?: string;
  readonly instances: readonly RlmiInstance[];
}

export interface Rlmi {
  readonly uri: string;
  /** One more with each NOTIFY of a subscription (RFC 4662 §5.2). */
  readonly version: number;
  /** False: only the resources that changed. */
  readonly isFullState: boolean;
  readonly resources: readonly RlmiResource[];
}

export type RlmiResult =
  | { readonly ok: true; readonly rlmi: Rlmi }
  | { readonly ok: false; readonly reason: string; readonly at: number };

export function buildRlmi({ uri, version, isFullState, resources }: Rlmi): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<list xmlns="${NAMESPACE}" uri="${escapeXml(uri)}" version="${version}" fullState="${isFullState}">`,
    ...resources.map(buildResource),
    '</list>\n',
  ].join('');
}

function buildResource({ uri, name, instances }: RlmiResource): string {
  const start = `<resource uri="${escapeXml(uri)}"`;
  if (name === undefined && instances.length === 0) return `${start}/>`;
  const shown = name === undefined ? '' : `<name>${escapeXml(name)}</name>`;
  return `${start}>${shown}${instances.map(buildInstance).join('')}</resource>`;
}

function buildInstance({ id, state, reason, cid }: RlmiInstance): string {
  const why = reason === undefined ? '' : ` reason="${escapeXml(reason)}"`;
  const document = cid === undefined ? '' : ` cid="${escapeXml(cid)}"`;
  return `<instance id="${escapeXml(id)}" state="${state}"${why}${document}/>`;
}

export function parseRlmi(source: string | Uint8Array): RlmiResult {
  const xml = parseXml(source, LIMITS);
  if (!xml.ok) return xml;
  const { root } = xml;
  if (root.namespace !== NAMESPACE || root.name !== 'list') return refused('not a list of resources');
  const uri = root.attributes.get('uri');
  const version = root.attributes.get('version') ?? '';
  const fullState = root.attributes.get('fullState') ?? '';
  if (!uri) return refused('list has no uri');
  if (!/^\d{1,10}$/.test(version)) return refused('list has no version');
  if (!/^(?:true|false|0|1)$/.test(fullState)) return refused('list does not say whether it is whole');
  const resources: RlmiResource[] = [];
  for (const element of childrenOf(root, NAMESPACE, 'resource')) {
    const resource = resourceOf(element);
    if (typeof resource === 'string') return refused(resource);
    resources.push(resource);
  }
  const isFullState = fullState === 'true' || fullState === '1';
  return { ok: true, rlmi: { uri, version: Number(version), isFullState, resources } };
}

/** The resource, or why it is none. */
function resourceOf(element: XmlElement): RlmiResource | string {
  const uri = element.attributes.get('uri');
  if (!uri) return 'resource has no uri';
  const name = textOf(element, NAMESPACE, 'name');
  const instances: RlmiInstance[] = [];
  for (const { attributes } of childrenOf(element, NAMESPACE, 'instance')) {
    const id = attributes.get('id');
    const state = STATES.find((known) => known === attributes.get('state'));
    if (!id || state === undefined) return 'instance has no id or no state';
    const [reason, cid] = [attributes.get('reason'), attributes.get('cid')];
    instances.push({ id, state, ...(reason ? { reason } : {}), ...(cid ? { cid } : {}) });
  }
  return { uri, ...(name ? { name } : {}), instances };
}

function refused(reason: string): RlmiResult {
  return { ok: false, reason, at: 0 };
}
