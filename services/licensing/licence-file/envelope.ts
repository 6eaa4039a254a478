// The envelope of everything signed: {alg, kid, enc, sig}, alone or in a frame of BEGIN and END lines that survives mail.
// `sig` is over the ASCII text `<purpose>/<enc>`, so that no signature serves two purposes (licensing rule M9).
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../rules/fault.ts';
import { isSignedBy, type PublicKey } from './ed25519.ts';
import { canonicalBase64, parseStrictJson, utf8 } from './strict-json.ts';

export const ALG = 'ed25519';
export type Purpose = 'licence' | 'revocations';

export interface Envelope {
  readonly alg: string;
  readonly kid: string;
  readonly enc: string;
  readonly sig: string;
}

/** Pinned by the administrator or built in; never taken from a file. */
export type KeyRing = ReadonlyMap<string, PublicKey>;

const TITLES: Readonly<Record<Purpose, string>> = {
  licence: 'LICENCE FILE',
  revocations: 'LICENCE REVOCATIONS',
};
/** A revocation list may name many files. */
const LIMIT_CHARS: Readonly<Record<Purpose, number>> = { licence: 65_536, revocations: 20_000_000 };
const FILES_LIMIT = 100;
const LINE_CHARS = 64;

export function writeFrame(purpose: Purpose, { alg, kid, enc, sig }: Envelope): string {
  const body = Buffer.from(JSON.stringify({ alg, kid, enc, sig })).toString('base64');
  const lines = body.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? [];
  const title = TITLES[purpose];
  return [`-----BEGIN ${title}-----`, ...lines, `-----END ${title}-----`, ''].join('\n');
}

/** One envelope or several in one text; text between frames is ignored, as in a mail. */
export function readEnvelopes(purpose: Purpose, text: string): Outcome<readonly Envelope[]> {
  if (text.length > LIMIT_CHARS[purpose] * FILES_LIMIT)
    return licensingErrors.fault('LICENCE_FILE_TOO_LARGE');
  const bodies = text.trimStart().startsWith('{') ? [text] : framed(purpose, text);
  if (bodies.length === 0 || bodies.length > FILES_LIMIT) return licensingErrors.fault('LICENCE_BAD_FRAME');
  const envelopes: Envelope[] = [];
  for (const body of bodies) {
    const envelope = readEnvelope(purpose, body);
    if (!envelope.ok) return envelope;
    envelopes.push(envelope.value);
  }
  return done(envelopes);
}

function framed(purpose: Purpose, text: string): string[] {
  const [begin, end] = [`-----BEGIN ${TITLES[purpose]}-----`, `-----END ${TITLES[purpose]}-----`];
  const bodies: string[] = [];
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, at + 1)) {
    const stop = text.indexOf(end, at);
    // A frame without its end is a file that was cut short.
    bodies.push(stop === -1 ? '' : text.slice(at + begin.length, stop).trim());
  }
  return bodies;
}

function readEnvelope(purpose: Purpose, body: string): Outcome<Envelope> {
  if (body.length > LIMIT_CHARS[purpose]) return licensingErrors.fault('LICENCE_FILE_TOO_LARGE');
  if (body.trimStart().startsWith('{')) return envelopeOf(purpose, parseStrictJson(body));
  const bytes = canonicalBase64(body.replace(/\s+/g, ''));
  return envelopeOf(purpose, parseStrictJson((bytes && utf8(bytes)) ?? ''));
}

/** An object that came as JSON already, or was parsed just now. */
export function envelopeOf(purpose: Purpose, value: unknown): Outcome<Envelope> {
  if (typeof value !== 'object' || value === null) return licensingErrors.fault('LICENCE_BAD_FRAME');
  const { alg, kid, enc, sig } = value as Readonly<Record<string, unknown>>;
  const isText = [alg, kid, enc, sig].every((part) => typeof part === 'string');
  if (!isText) return licensingErrors.fault('LICENCE_BAD_FRAME');
  const envelope = { alg, kid, enc, sig } as Envelope;
  if (envelope.enc.length + envelope.kid.length > LIMIT_CHARS[purpose])
    return licensingErrors.fault('LICENCE_FILE_TOO_LARGE');
  return done(envelope);
}

/** @returns the payload, not yet checked against a schema; nothing of it is read before the signature has been. */
export function openEnvelope(purpose: Purpose, envelope: Envelope, keys: KeyRing): Outcome<unknown> {
  // The name of the algorithm is compared, never looked up: the file does not choose how it is verified.
  if (envelope.alg !== ALG) return licensingErrors.fault('LICENCE_UNSUPPORTED_ALG');
  const key = keys.get(envelope.kid);
  if (key === undefined) return licensingErrors.fault('LICENCE_UNKNOWN_KEY');
  const signature = canonicalBase64(envelope.sig);
  const bytes = canonicalBase64(envelope.enc);
  if (
    signature === undefined ||
    bytes === undefined ||
    !isSignedBy(key, `${purpose}/${envelope.enc}`, signature)
  )
    return licensingErrors.fault('LICENCE_BAD_SIGNATURE');
  const payload = parseStrictJson(utf8(bytes) ?? '');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return licensingErrors.fault('LICENCE_BAD_PAYLOAD');
  return 'v' in payload && payload.v === 1 ? done(payload) : licensingErrors.fault('LICENCE_UNKNOWN_VERSION');
}
