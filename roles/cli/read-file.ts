// Files that a person names on the command line: text in UTF-8, JSON, with a sentence for whatever is wrong with them.
import { readFile } from 'node:fs/promises';
import { CommandFault, EXIT } from './answer.ts';

/** Nobody means to hand more than this to one command. */
const LIMIT_BYTES = 200_000_000;

export interface Unreadable {
  readonly code: string;
  readonly remedy: string;
}
const NOT_TEXT: Unreadable = { code: 'CLI_NOT_TEXT', remedy: 'Save it as UTF-8 text.' };

/** `-` is standard input. A byte order mark stays: what reads the text knows whether it may be there. */
export async function readTextFile(file: string, notText: Unreadable = NOT_TEXT): Promise<string> {
  const bytes = file === '-' ? await readInput() : await readNamed(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const { code, remedy } = notText;
    throw refused({ code, sentence: `${nameOf(file)} is not UTF-8 text.`, remedy });
  }
}

export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readTextFile(file);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const sentence = `${nameOf(file)} is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
    throw refused({ code: 'CLI_BAD_JSON', sentence, remedy: 'Correct it at the place that is named.' });
  }
}

/** A file that must hold an object, as everything that describes a question does. */
export async function readObjectFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readJsonFile(file);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  const remedy = 'See docs/licensing.md for what the file holds.';
  throw refused({ code: 'CLI_BAD_JSON', sentence: `${nameOf(file)} holds no JSON object.`, remedy });
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const sentence =
      code === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} cannot be read (${code}).`;
    throw new CommandFault({ code: 'CLI_NO_FILE', sentence, remedy: 'Check its name and rights.' });
  }
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LIMIT_BYTES) {
      const sentence = 'Standard input is larger than 200 MB.';
      throw refused({ code: 'CLI_TOO_LARGE', sentence, remedy: 'Hand it over in parts.' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function nameOf(file: string): string {
  return file === '-' ? 'Standard input' : file;
}

function refused(fault: { code: string; sentence: string; remedy: string }): CommandFault {
  return new CommandFault(fault, { exitCode: EXIT.refused });
}
