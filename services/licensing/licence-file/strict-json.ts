// JSON and base64 that can be read in one way only: what two readers could take for two different things is refused.
// Used for what is signed (licensing rule M9).

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const DEPTH_LIMIT = 12;

/** @returns undefined where the text is no JSON, names a key twice in one object, or nests too deeply. */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return hasPlainKeys(text) ? value : undefined;
}

/** Walks text that is known to be JSON; an escaped key counts as what it spells. */
function hasPlainKeys(text: string): boolean {
  const open: Set<string>[] = [];
  let previous = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(new Set());
      if (open.length > DEPTH_LIMIT) return false;
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = JSON.parse(previous) as string;
      const keys = open.at(-1)!;
      if (key === '__proto__' || keys.has(key)) return false;
      keys.add(key);
    }
    previous = token;
  }
  return true;
}

/** @returns undefined unless the text is the one base64 form of its bytes (RFC 4648 §4: padded, no stray bits). */
export function canonicalBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}

/** @returns undefined where the bytes are not UTF-8. A byte order mark stays and is then no JSON. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
