// A built client as files: `index.html` with a fresh nonce for every page below its prefix that is no file, hashed
// assets for ever, the rest revalidated; compressed once and kept.
import { randomBytes } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
};
const HASHED = /[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const NONCE_MARK = '__CSP_NONCE__';
/** Below this a packet is sent anyway. */
const COMPRESS_FROM_BYTES = 1_400;
const CACHE_LIMIT_BYTES = 64 * 1024 * 1024;

const compressors = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
} as const;
type Encoding = keyof typeof compressors | 'identity';

/** A nonce for one answer; the listener writes the same one into the Content-Security-Policy. */
export function freshNonce(): string {
  return randomBytes(16).toString('base64');
}

interface FoundFile {
  readonly file: string;
  readonly version: string;
}

export class ClientFiles {
  readonly #folder: string;
  readonly #nonceOf: (reply: FastifyReply) => string;
  readonly #cache = new Map<string, Buffer>();
  #cachedBytes = 0;

  constructor(folder: string, nonceOf: (reply: FastifyReply) => string) {
    this.#folder = resolve(folder);
    this.#nonceOf = nonceOf;
  }

  /** @returns false when there is no such file and the path names one (`app.js`), so that nothing can stand in for it. */
  async send(path: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const found = path === '' || path === 'index.html' ? undefined : await this.#find(path);
    if (found !== undefined) {
      await this.#sendFile(found, request, reply);
      return true;
    }
    if (extname(path) !== '' && path !== 'index.html') return false;
    return this.#sendIndex(reply);
  }

  async #find(path: string): Promise<FoundFile | undefined> {
    if (path.includes('\0') || path.includes('\\')) return undefined;
    const file = join(this.#folder, path);
    if (!file.startsWith(this.#folder + sep) || path.split('/').some((part) => part.startsWith('.')))
      return undefined;
    const [home, real] = await Promise.all([realpath(this.#folder), realpath(file)]).catch(() => []);
    if (home === undefined || real?.startsWith(home + sep) !== true) return undefined;
    const found = await stat(real).catch(() => undefined);
    if (found === undefined || !found.isFile()) return undefined;
    return { file, version: `${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}` };
  }

  async #sendFile({ file, version }: FoundFile, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const type = types[extname(file)] ?? 'application/octet-stream';
    const isHashed = file.startsWith(join(this.#folder, 'assets') + sep) && HASHED.test(file);
    const encoding = compressible(type) ? acceptedEncoding(request.headers['accept-encoding']) : 'identity';
    const etag = `"${version}-${encoding}"`;
    reply
      .header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      .header('etag', etag)
      .header('vary', 'accept-encoding')
      .type(type);
    if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) {
      await reply.code(304).send();
      return;
    }
    const bytes = await this.#bytes(file, version, encoding);
    if (encoding !== 'identity' && bytes.encoded) reply.header('content-encoding', encoding);
    await reply.send(bytes.content);
  }

  async #bytes(
    file: string,
    version: string,
    encoding: Encoding,
  ): Promise<{ content: Buffer; encoded: boolean }> {
    const key = `${encoding}:${version}:${file}`;
    const kept = this.#cache.get(key);
    if (kept !== undefined) return { content: kept, encoded: true };
    const plain = await readFile(file);
    if (encoding === 'identity' || plain.length < COMPRESS_FROM_BYTES)
      return { content: plain, encoded: false };
    const content = await compressors[encoding](plain);
    this.#keep(key, content);
    return { content, encoded: true };
  }

  #keep(key: string, content: Buffer): void {
    this.#cache.set(key, content);
    this.#cachedBytes += content.length;
    for (const [oldest, held] of this.#cache) {
      if (this.#cachedBytes <= CACHE_LIMIT_BYTES) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= held.length;
    }
  }

  async #sendIndex(reply: FastifyReply): Promise<boolean> {
    const page = await readFile(join(this.#folder, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined) return false;
    await reply
      .header('cache-control', 'no-cache')
      .type(types['.html']!)
      .send(page.replaceAll(NONCE_MARK, this.#nonceOf(reply)));
    return true;
  }
}

function compressible(type: string): boolean {
  return /^text\/|^application\/(json|manifest|wasm)|svg/.test(type);
}

function acceptedEncoding(header: string | string[] | undefined): Encoding {
  const accepted = String(header ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';', 1)[0]!.trim());
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : 'identity';
}
