// The backup archive: what backup.ts writes and restore.ts reads. A gzip stream of lines, each one JSON:
//   the manifest · for each table of the manifest, in order, one array of texts or nulls for each row · the seal.
// The seal holds the SHA-256 of every byte before it, so that a damaged or shortened archive is known as such.
import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { StoreError } from './store-error.ts';

export const archiveFormat = 1;
/** The longest row that an archive may hold. */
const lineLimitBytes = 256 * 1024 * 1024;

export const Manifest = Type.Object({
  archive: Type.Literal('parley'),
  format: Type.Integer({ minimum: 1 }),
  /** The Parley that made it. */
  version: Type.String(),
  madeAt: Type.String(),
  schemas: Type.Array(
    Type.Object({
      name: Type.String(),
      migrations: Type.Array(Type.Object({ name: Type.String(), checksum: Type.String() })),
    }),
  ),
  tables: Type.Array(
    Type.Object({
      schema: Type.String(),
      name: Type.String(),
      columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
      rows: Type.Integer({ minimum: 0 }),
    }),
  ),
  sequences: Type.Array(
    Type.Object({ schema: Type.String(), name: Type.String(), lastValue: Type.String() }),
  ),
});
export type Manifest = Static<typeof Manifest>;
export type ArchivedTable = Manifest['tables'][number];
/** PostgreSQL's own text of each value, in the order of the columns. */
export type ArchivedRow = readonly (string | null)[];

export interface Seal {
  readonly sealed: string;
}

const manifestCheck = Compile(Manifest);
const formatCheck = Compile(Type.Object({ archive: Type.Literal('parley'), format: Type.Integer() }));

export function damaged(what: string, cause?: unknown): StoreError {
  return new StoreError('STORE_ARCHIVE_DAMAGED', `The backup is damaged: ${what}.`, { cause });
}

/** Adds the seal to the lines of an archive. */
export async function* sealed(lines: AsyncIterable<object>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const line of lines) {
    const text = `${JSON.stringify(line)}\n`;
    hash.update(text);
    yield text;
  }
  const seal: Seal = { sealed: hash.digest('hex') };
  yield `${JSON.stringify(seal)}\n`;
}

/** Reads an archive from front to back. **The rows are to be believed only after `verify` has returned.** */
export class ArchiveReader {
  readonly #lines: AsyncGenerator<Buffer>;
  readonly #hash = createHash('sha256');

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#lines = linesOf(bytes);
  }

  /** @throws StoreError STORE_ARCHIVE_DAMAGED, STORE_ARCHIVE_NEWER */
  async manifest(): Promise<Manifest> {
    const value = await this.#next();
    if (!formatCheck.Check(value)) throw damaged('it does not begin as a backup of Parley does');
    if (value.format > archiveFormat) {
      throw new StoreError(
        'STORE_ARCHIVE_NEWER',
        `The backup has format ${value.format}; this version reads ${archiveFormat}.`,
      );
    }
    if (!manifestCheck.Check(value)) throw damaged('its list of contents cannot be read');
    return value;
  }

  async *rows(table: ArchivedTable): AsyncGenerator<ArchivedRow> {
    for (let row = 0; row < table.rows; row++) {
      const value = await this.#next();
      if (!Array.isArray(value) || value.length !== table.columns.length) {
        throw damaged(`row ${row + 1} of ${table.schema}.${table.name} cannot be read`);
      }
      yield value as ArchivedRow;
    }
  }

  /** @throws StoreError STORE_ARCHIVE_DAMAGED if anything that was read is not what was written */
  async verify(): Promise<void> {
    const expected = this.#hash.digest('hex');
    const last = await this.#lines.next();
    const seal = last.done ? undefined : (parse(last.value) as Partial<Seal> | null);
    if (seal?.sealed !== expected) throw damaged('its checksum is not right');
    if (!(await this.#lines.next()).done) throw damaged('it goes on after its end');
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  async #next(): Promise<unknown> {
    const line = await this.#lines.next();
    if (line.done) throw damaged('it ends too early');
    this.#hash.update(line.value).update('\n');
    return parse(line.value);
  }
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (error) {
    throw damaged('a line of it cannot be read', error);
  }
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of unzipped(bytes)) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      yield Buffer.concat(parts);
      parts = [];
      lengthBytes = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    lengthBytes += chunk.length - from;
    if (lengthBytes > lineLimitBytes) throw damaged('a row of it is too long');
  }
  if (parts.length > 0) throw damaged('it ends too early');
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const feeding = feed(bytes, gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    await feeding;
  } catch (error) {
    throw isZlibError(error) ? damaged('it cannot be unpacked', error) : error;
  } finally {
    gunzip.destroy();
  }
}

/** Passes on what it reads; its own failure to read becomes the failure of the unpacking. */
async function feed(
  bytes: AsyncIterable<Uint8Array>,
  gunzip: ReturnType<typeof createGunzip>,
): Promise<void> {
  try {
    for await (const chunk of bytes) {
      if (gunzip.destroyed) return;
      if (!gunzip.write(chunk))
        await new Promise((resolve) => gunzip.once('drain', resolve).once('close', resolve));
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function isZlibError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^(Z_|ERR_BUFFER|ERR_STREAM_PREMATURE)/.test(String(error.code))
  );
}
