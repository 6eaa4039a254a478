// Header field names: one key for every spelling, compact forms included (RFC 3261 §7.3.1, §7.3.3), and which
// fields may hold several values in one line. Used by the header list and the parser.

const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Names whose usual spelling is known, so that the common case is one look-up. */
const USUAL = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Authorization',
  'CSeq',
  'Call-ID',
  'Call-Info',
  'Contact',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'Date',
  'Diversion',
  'Event',
  'Expires',
  'From',
  'History-Info',
  'Info-Package',
  'MIME-Version',
  'Max-Breadth',
  'Max-Forwards',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'P-Asserted-Identity',
  'P-Preferred-Identity',
  'Path',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'RSeq',
  'Reason',
  'Record-Route',
  'Recv-Info',
  'Refer-To',
  'Referred-By',
  'Replaces',
  'Reply-To',
  'Require',
  'Retry-After',
  'Route',
  'SIP-ETag',
  'SIP-If-Match',
  'Server',
  'Service-Route',
  'Session-Expires',
  'Subject',
  'Subscription-State',
  'Supported',
  'Timestamp',
  'To',
  'Unsupported',
  'User-Agent',
  'Via',
  'WWW-Authenticate',
  'Warning',
];

const COMPACT_KEYS: ReadonlyMap<string, string> = new Map(Object.entries(COMPACT));

interface KnownName {
  readonly spelling: string;
  readonly key: string;
}

/** Known spellings by length and first letter: a name is found without cutting it out of its text or hashing it. */
const known: (KnownName[] | undefined)[] = [];

function slotOf(length: number, firstCode: number): number {
  return (length << 5) | (firstCode & 31);
}

function know(spelling: string, key: string): void {
  const slot = slotOf(spelling.length, spelling.charCodeAt(0));
  const names = known[slot] ?? [];
  if (!names.some((name) => name.spelling === spelling)) names.push({ spelling, key });
  known[slot] = names;
}

for (const name of USUAL) know(name, name.toLowerCase());
for (const [short, long] of Object.entries(COMPACT)) {
  know(short, long);
  know(short.toUpperCase(), long);
}
for (const name of USUAL) know(name.toLowerCase(), name.toLowerCase());

/** The name that stands in `text` from `start` to `end`, with its key. */
export function headerNameAt(text: string, start: number, end: number): KnownName {
  const names = known[slotOf(end - start, text.charCodeAt(start))];
  if (names !== undefined) {
    for (const name of names) if (text.startsWith(name.spelling, start)) return name;
  }
  const spelling = text.slice(start, end);
  return { spelling, key: headerKey(spelling) };
}

const keys = new Map<string, string>();
for (const names of known) for (const { spelling, key } of names ?? []) keys.set(spelling, key);

/** The lower-case long form: what two names are compared by. */
export function headerKey(name: string): string {
  const key = keys.get(name);
  if (key !== undefined) return key;
  const lower = name.toLowerCase();
  return COMPACT_KEYS.get(lower) ?? lower;
}

/** "#header" fields: `a, b` in one line means the same as two lines (RFC 3261 §7.3.1). */
const LISTS = new Set([
  'accept',
  'accept-contact',
  'accept-encoding',
  'accept-language',
  'accept-resource-priority',
  'alert-info',
  'allow',
  'allow-events',
  'call-info',
  'contact',
  'content-encoding',
  'content-language',
  'diversion',
  'error-info',
  'geolocation',
  'history-info',
  'in-reply-to',
  'p-asserted-identity',
  'p-associated-uri',
  'p-preferred-identity',
  'path',
  'proxy-require',
  'reason',
  'record-route',
  'recv-info',
  'reject-contact',
  'request-disposition',
  'require',
  'resource-priority',
  'route',
  'security-client',
  'security-server',
  'security-verify',
  'service-route',
  'supported',
  'unsupported',
  'via',
  'warning',
]);

export function isListHeader(key: string): boolean {
  return LISTS.has(key);
}
