// Fuzz target of whole messages: whatever the grammar of RFC 3261 §25.1 makes is read as it was meant, in each of its
// forms, and written as it was. Run by `npm run fuzz` and by the properties.
import type { SipMessage } from './message.ts';
import { DEFAULT_LIMITS } from './parse-limits.ts';
import { parseMessage } from './parser.ts';
import { serializeMessage } from './serializer.ts';
import { createStreamFramer } from './stream-framer.ts';
import { Choices } from './testing/choices.ts';
import { canonical } from './testing/header-forms.ts';
import { generatedMessage, writtenOtherwise } from './testing/message-grammar.ts';

/** Folders with seeds, from the root of the repository: any bytes are decisions. */
export const corpus: string[] = ['spec/corpora/rfc4475'];

const LIMITS = { ...DEFAULT_LIMITS, maxFields: Number.POSITIVE_INFINITY };

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  const messages = [generatedMessage(choices), ...choices.some(2, () => generatedMessage(choices))];
  const streams = messages.map((message) => checked(message, choices));
  checkStream(messages, streams, 1 + choices.below(200));
}

/** @returns it in one of its forms, for the stream. */
function checked(message: SipMessage, choices: Choices): Uint8Array {
  const plain = serializeMessage(message);
  const startLine = new TextDecoder().decode(plain.subarray(0, plain.indexOf(0x0d)));
  const other = writtenOtherwise({ message, startLine }, choices);
  for (const bytes of [plain, other]) {
    const read = parseMessage(bytes, LIMITS);
    if (!read.ok) throw new Error(`not read: ${read.reason}\n${new TextDecoder().decode(bytes)}`);
    mustEqual(meaning(read.message), meaning(message));
    mustEqual(new TextDecoder().decode(serializeMessage(read.message)).length > 0, true);
  }
  const again = parseMessage(plain, LIMITS);
  if (again.ok) mustEqual(serializeMessage(again.message), plain);
  return other;
}

/** The messages of one stream come out as they went in, however it is cut. */
function checkStream(
  messages: readonly SipMessage[],
  written: readonly Uint8Array[],
  pieceBytes: number,
): void {
  const framer = createStreamFramer();
  const found: unknown[] = [];
  for (const bytes of written) {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      for (const framed of framer.push(bytes.slice(at, at + pieceBytes))) {
        if (framed.kind !== 'message') throw new Error(`framed as ${framed.kind}`);
        found.push(meaning(framed.message));
      }
    }
  }
  mustEqual(found, messages.map(meaning));
}

/** What a message says, however it was written. */
function meaning({ headers, body, ...startLine }: SipMessage): unknown {
  const names = new Set([...headers.entries()].map(([name]) => long(name)));
  const known = [...names].filter((name) => name !== 'content-length' && name !== 'l');
  const values = known.map((name) => [name, headers.getAll(name)] as const);
  return { startLine, values: values.sort(([one], [other]) => (one < other ? -1 : 1)), body: [...body] };
}

const LONG: Readonly<Record<string, string>> = {
  c: 'content-type',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  m: 'contact',
  s: 'subject',
  t: 'to',
  v: 'via',
};

function long(name: string): string {
  const lower = name.toLowerCase();
  return LONG[lower] ?? lower;
}

function mustEqual(actual: unknown, expected: unknown): void {
  const [a, b] = [canonical(actual), canonical(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
