// Fuzz target of STUN messages: whatever the bytes, nothing throws, and what was read survives writing and reading. Run by
// `npm run fuzz` and by the properties.
import {
  answerBindingRequest,
  buildStun,
  checkStun,
  isStun,
  localCredentials,
  localUfragOf,
  parseStun,
  readIpAddress,
  STUN_ATTRIBUTES,
  type StunAttributeName,
  stunAttribute,
  stunAttributes,
  unknownAttributes,
  verifyFingerprint,
  verifyIntegrity,
  writeIpAddress,
} from './index.ts';
import { nodeHashes } from './node-hashes.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/stun'];

const local = localCredentials('evtj', 'VOkJxbRl1RmTxUk/WvJxBt', nodeHashes);
const source = { address: '192.0.2.1', port: 9 };

export function fuzz(data: Uint8Array): void {
  fuzzAddress(data);
  const before = data.slice();
  answerBindingRequest(data, local, source);
  localUfragOf(data);
  const parsed = parseStun(data);
  if (parsed.ok !== (checkStun(data) === undefined)) throw new Error('checked and read are two things');
  if (!parsed.ok) return;
  if (!isStun(data)) throw new Error('read, and no STUN message');
  verifyFingerprint(data);
  verifyIntegrity(data, local.key);
  unknownAttributes(data, new Set());
  mustEqual(parseStun(buildStun(parsed.message)), parsed);
  for (const name of Object.keys(STUN_ATTRIBUTES) as StunAttributeName[]) fuzzAttribute(data, name, parsed);
  mustEqual([...data], [...before]);
}

function fuzzAttribute(
  data: Uint8Array,
  name: StunAttributeName,
  { message }: Extract<ReturnType<typeof parseStun>, { readonly ok: true }>,
): void {
  const values = message.attributes.filter(([found]) => found === name || found === STUN_ATTRIBUTES[name]);
  const all = stunAttributes(data, name);
  if (all !== undefined)
    mustEqual(
      all,
      values.map(([, value]) => value),
    );
  mustEqual(stunAttribute(data, name) !== undefined, values[0]?.[0] === name);
}

/** An address that is read is written as the same bytes. */
function fuzzAddress(data: Uint8Array): void {
  const text = String.fromCharCode(...data.subarray(0, 64));
  const bytes = new Uint8Array(16);
  writeIpAddress(text, bytes, 0);
  for (const size of [4, 16] as const) {
    if (data.length < size) continue;
    if (writeIpAddress(readIpAddress(data, 0, size), bytes, 0) !== size) throw new Error('another family');
    mustEqual([...bytes.subarray(0, size)], [...data.subarray(0, size)]);
  }
}

function mustEqual(actual: unknown, expected: unknown): void {
  const write = (value: unknown) =>
    JSON.stringify(value, (_, held) => (held instanceof Uint8Array ? [...held] : held));
  const [a, b] = [write(actual), write(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}
