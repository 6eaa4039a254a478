// Fuzz target of the XML documents: whatever the bytes, nothing throws, and what was read survives building and
// reading. Run by `npm run fuzz` and by the properties.
import { buildIsComposing, parseIsComposing } from './is-composing.ts';
import { buildPidf, parsePidf } from './pidf.ts';
import { DEFAULT_XML_LIMITS, parseXml, type XmlElement } from './xml-reader.ts';
import { xmlId } from './xml-text.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/pidf'];

export function fuzz(data: Uint8Array): void {
  const xml = parseXml(data);
  if (xml.ok) checkBounds(xml.root, 1);

  const presence = parsePidf(data);
  if (presence.ok) {
    const { pidf } = presence;
    // Building escapes ids that are no plain names.
    const tuples = pidf.tuples.map((tuple) => ({ ...tuple, id: xmlId(tuple.id) }));
    mustEqual(parsePidf(buildPidf(pidf)), { ok: true, pidf: { ...pidf, tuples } });
  }
  const composing = parseIsComposing(data);
  if (composing.ok) mustEqual(parseIsComposing(buildIsComposing(composing.isComposing)), composing);
}

function checkBounds(element: XmlElement, depth: number): void {
  if (depth > DEFAULT_XML_LIMITS.maxDepth) throw new Error('deeper than allowed');
  for (const child of element.children) checkBounds(child, depth + 1);
}

function mustEqual(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
