// Fuzz target of the documents about lists: whatever the bytes, nothing throws, and what was read survives building and
// reading. Run by `npm run fuzz` and by the properties.
import { buildListNotification, parseListNotification } from './list-notification.ts';
import { buildResourceLists, parseResourceLists } from './resource-lists.ts';
import { buildRlmi, parseRlmi } from './rlmi.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/rlmi', 'spec/corpora/resource-lists'];

export function fuzz(data: Uint8Array): void {
  const list = parseRlmi(data);
  if (list.ok) {
    mustEqual(parseRlmi(buildRlmi(list.rlmi)), list);
    const told = buildListNotification({ rlmi: list.rlmi, documents: [] }, 'x');
    mustEqual(parseListNotification(told.contentType, told.body), {
      ok: true,
      rlmi: list.rlmi,
      documents: [],
    });
  }
  const entries = parseResourceLists(data);
  if (entries.ok) mustEqual(parseResourceLists(buildResourceLists(entries.entries)), entries);
  parseListNotification('multipart/related;type="application/rlmi+xml";boundary=x', data);
}

function mustEqual(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
