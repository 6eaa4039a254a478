// Fuzz target of message bodies: whatever the bytes, nothing throws, and what was read survives building and reading. Run
// by `npm run fuzz` and by the properties.
import { buildCpim, parseCpim } from './cpim.ts';
import { textOfHtml } from './html-text.ts';
import { buildImdn, IMDN_NAMESPACE, parseImdn } from './imdn.ts';
import { MESSAGE_TYPES, readMessageBody } from './message-body.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/cpim', 'spec/corpora/imdn'];

/** Escapes make a text six times as long at most: what is built of a longer one may be more than is read. */
const READ_BACK_BYTES = 2_500;

export function fuzz(data: Uint8Array): void {
  const parsed = parseCpim(data);
  if (parsed.ok && data.length <= READ_BACK_BYTES) {
    const { cpim } = parsed;
    const known = { ...cpim, extensions: cpim.extensions.filter((one) => one.namespace === IMDN_NAMESPACE) };
    // Names that are no names, such as "imdn.", cannot be written.
    if (known.extensions.every(({ name }) => /^[A-Za-z-]+$/.test(name)))
      mustEqual(parseCpim(buildCpim(known, { imdn: IMDN_NAMESPACE })), { ok: true, cpim: known });
  }
  const imdn = parseImdn(data);
  if (imdn.ok) mustEqual(parseImdn(buildImdn(imdn.imdn)), imdn);
  for (const type of MESSAGE_TYPES) readMessageBody(`${type};boundary=x`, data);
  textOfHtml(new TextDecoder().decode(data));
}

function mustEqual(actual: unknown, expected: unknown): void {
  const write = (value: unknown) =>
    JSON.stringify(value, (_, held) =>
      held instanceof Map ? [...held] : held instanceof Uint8Array ? [...held] : held,
    );
  const [a, b] = [write(actual), write(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
