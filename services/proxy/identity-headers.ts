// Who is calling, told from one side to the other (RFC 3325 §5 to §9, RFC 3323 §5): what nobody here has proven is taken
// out, what was proven is put in, and what the sender wants hidden does not leave trusted hands. Pure. Used by fork.ts.
import {
  type HeaderFields,
  parseHistoryInfo,
  parseIdentities,
  parsePrivacy,
  parseSipUri,
  serializeHistoryInfo,
  unescapeUri,
} from '@parley/protocol/sip';

/** A message on its way from one side of us to the other. */
export interface Crossing {
  readonly method: string;
  /** Addresses of the user who was proven to have sent it (`local@domain`), the usual one first; empty for anyone else. */
  readonly senders: readonly string[];
  /** It came from a server that we believe. */
  readonly fromTrusted: boolean;
  /** It goes to a server that may know. */
  readonly toTrusted: boolean;
}

/** RFC 3325 §9.1: the field has no place in these. */
const WITHOUT_IDENTITY: ReadonlySet<string> = new Set(['ACK', 'CANCEL', 'REGISTER']);
/** RFC 3323 §5.3: told by the user agent for people to read, and not needed by anything. */
const INFORMATIONAL = ['Subject', 'Call-Info', 'Organization', 'User-Agent', 'Reply-To', 'In-Reply-To'];
/** RFC 3323 §5: what only a back-to-back user agent can hide, because answers and later requests depend on it. */
const BEYOND_A_PROXY = ['header', 'session', 'user'];
const ANONYMOUS = 'sip:anonymous@anonymous.invalid';

/**
 * Changes the header fields for the next hop.
 * @returns false where the sender says that his privacy is critical and it cannot be had (RFC 3323 §5: 500).
 */
export function carryIdentity(headers: HeaderFields, crossing: Crossing): boolean {
  const { fromTrusted, toTrusted } = crossing;
  if (!fromTrusted) assertSender(headers, crossing);
  else if (headers.has('P-Asserted-Identity')) keepReadable(headers);
  // RFC 3325 §9.2: it is a word from a user agent to its proxy.
  if (headers.has('P-Preferred-Identity')) headers.remove('P-Preferred-Identity');
  return toTrusted || !headers.has('Privacy') || hide(headers);
}

/** RFC 3325 §5: the identity that was authenticated replaces whatever the message said of itself. */
function assertSender(headers: HeaderFields, { method, senders }: Crossing): void {
  const [usual] = senders;
  if (usual === undefined || WITHOUT_IDENTITY.has(method)) {
    if (headers.has('P-Asserted-Identity')) headers.remove('P-Asserted-Identity');
    return;
  }
  const sender = senders.length > 1 ? (preferred(headers, senders) ?? usual) : usual;
  headers.set('P-Asserted-Identity', `<sip:${sender}>`);
}

/** RFC 3325 §6: a hint that counts only among the sender's own identities. */
function preferred(headers: HeaderFields, senders: readonly string[]): string | undefined {
  for (const { uri } of parseIdentities(headers, 'P-Preferred-Identity') ?? []) {
    const wanted = parseSipUri(uri);
    if (wanted?.user === undefined) continue;
    const address = `${unescapeUri(wanted.user)}@${wanted.host}`.toLowerCase();
    const own = senders.find((sender) => sender.toLowerCase() === address);
    if (own !== undefined) return own;
  }
  return undefined;
}

function keepReadable(headers: HeaderFields): void {
  if (parseIdentities(headers, 'P-Asserted-Identity') === undefined) headers.remove('P-Asserted-Identity');
}

/** RFC 3325 §7: "the proxy MUST remove all the P-Asserted-Identity header fields" before a node that it does not trust. */
function hide(headers: HeaderFields): boolean {
  const wanted = parsePrivacy(headers);
  const isWanted = (value: string) => wanted === undefined || wanted.has(value);
  if (wanted?.has('critical') === true && BEYOND_A_PROXY.some((value) => wanted.has(value))) return false;
  if (wanted?.has('none') === true) return true;
  if (isWanted('id') || isWanted('user') || isWanted('header')) headers.remove('P-Asserted-Identity');
  if (isWanted('user')) for (const name of INFORMATIONAL) headers.remove(name);
  if ((isWanted('history') || isWanted('header')) && headers.has('History-Info')) hideHistory(headers);
  return true;
}

/** RFC 7044 §10.1.2: the entries stay, so that their tree stays whole, but name nobody. */
function hideHistory(headers: HeaderFields): void {
  const entries = parseHistoryInfo(headers);
  if (entries === undefined) headers.remove('History-Info');
  else
    headers.set(
      'History-Info',
      serializeHistoryInfo(entries.map(({ index, retargeting }) => ({ uri: ANONYMOUS, index, retargeting }))),
    );
}
