// Ids in reports for readers who need no names (licensing rule M2): the same id always gets the same pseudonym, and only
// who has the key can tell which. HMAC-SHA-256 by the platform's own Web Crypto, in browser and server alike.
export interface Named {
  readonly userId: string | null;
  readonly deviceId: string | null;
}

/** 80 bits: no two of a million ids meet by chance. */
const PSEUDONYM_BYTES = 10;
const AT_ONCE = 1000;
const encoder = new TextEncoder();

/** @param key secret, at least 16 bytes; another key gives other pseudonyms */
export async function pseudonymise<E extends Named>(
  edges: readonly E[],
  key: Uint8Array<ArrayBuffer>,
): Promise<E[]> {
  if (key.length < 16) throw new Error('A key for pseudonyms has at least 16 bytes.');
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const users = await pseudonyms(hmac, 'user', new Set(edges.flatMap(({ userId }) => userId ?? [])));
  const devices = await pseudonyms(hmac, 'device', new Set(edges.flatMap(({ deviceId }) => deviceId ?? [])));
  return edges.map((edge) => ({
    ...edge,
    userId: edge.userId === null ? null : users.get(edge.userId)!,
    deviceId: edge.deviceId === null ? null : devices.get(edge.deviceId)!,
  }));
}

async function pseudonyms(
  hmac: CryptoKey,
  kind: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const all = [...ids];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    const signatures = await Promise.all(
      some.map((id) => crypto.subtle.sign('HMAC', hmac, encoder.encode(`${kind}\n${id}`))),
    );
    for (const [index, signature] of signatures.entries())
      found.set(some[index]!, `${kind}-${hex(new Uint8Array(signature, 0, PSEUDONYM_BYTES))}`);
  }
  return found;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
