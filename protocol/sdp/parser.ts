// Bytes to a session description (RFC 8866 §5). Strict where a mistake could change what is sent where, lenient where
// phones are known to be wrong: each leniency is told as a note. Nothing that a peer sends throws.
import type {
  Attribute,
  Bandwidth,
  Connection,
  MediaDescription,
  Origin,
  SessionDescription,
  TimeDescription,
  TimeZoneAdjustment,
} from './description.ts';
import { isDigits, parseInteger, wordsOf } from './grammar.ts';
import { DEFAULT_SDP_LIMITS, MAX_NOTES, type SdpLimits } from './limits.ts';
import {
  parseBandwidth,
  parseConnection,
  parseOrigin,
  parseRepeat,
  parseTime,
  parseTimeZones,
} from './line-values.ts';

export type SdpParseResult =
  | { readonly ok: true; readonly description: SessionDescription; readonly notes: readonly SdpNote[] }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** A mistake that was put up with. */
export interface SdpNote {
  readonly reason: string;
  /** Where its line begins: in bytes, or in characters where text was given. */
  readonly offset: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Reads a description as a SIP body or a browser has it. Lines end in CR LF or in LF.
 * @returns `ok: false` with the reason and the offset of the line (bytes, or characters of a text) for what is not SDP, is
 * ambiguous, or is larger than `limits`.
 */
export function parseSdp(input: Uint8Array | string, limits: SdpLimits = DEFAULT_SDP_LIMITS): SdpParseResult {
  if (input.length > limits.maxBytes)
    return {
      ok: false,
      reason: `description is larger than ${limits.maxBytes} bytes`,
      offset: limits.maxBytes,
    };
  const { text, charset } = typeof input === 'string' ? { text: input, charset: undefined } : decoded(input);
  const isWide = typeof input !== 'string' && charset === undefined && text.length !== input.length;
  const offsetOf = (at: number) => (isWide ? encoder.encode(text.slice(0, at)).length : at);
  const draft = new Draft(limits, charset);
  const failure = readLines(text, draft, limits) ?? draft.missing();
  if (failure !== undefined) return { ok: false, reason: failure.reason, offset: offsetOf(failure.at) };
  const notes = draft.notes.map(({ reason, at }) => ({ reason, offset: offsetOf(at) }));
  return { ok: true, description: draft.description(), notes };
}

/** RFC 8866 §5 has UTF-8; what is none is read byte by byte, so that it can be passed on as it came. */
function decoded(bytes: Uint8Array): { text: string; charset: 'iso-8859-1' | undefined } {
  try {
    return { text: utf8.decode(bytes), charset: undefined };
  } catch {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { text, charset: 'iso-8859-1' };
  }
}

interface Failure {
  readonly reason: string;
  readonly at: number;
}

function readLines(text: string, draft: Draft, limits: SdpLimits): Failure | undefined {
  // RFC 8866 §9: no value holds NUL, CR or LF. A bare CR would be a line end to the next reader.
  const nul = text.indexOf('\0');
  if (nul !== -1) return { reason: 'NUL in the description', at: nul };
  let emptyAt = -1;
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const next = feed === -1 ? text.length : feed + 1;
    let end = feed === -1 ? text.length : feed;
    if (end > at && text.charCodeAt(end - 1) === 0x0d) end--;
    else if (feed !== -1) draft.noteOnce('lines end in LF, not in CR LF', at);
    const line = text.slice(at, end);
    draft.at = at;
    at = next;
    if (line === '') {
      if (emptyAt === -1) emptyAt = draft.at;
      continue;
    }
    if (emptyAt !== -1) draft.noteOnce('empty line', emptyAt);
    if (line.length > limits.maxLineChars)
      return { reason: `line is longer than ${limits.maxLineChars} characters`, at: draft.at };
    if (line.includes('\r')) return { reason: 'CR within a line', at: draft.at };
    const reason = draft.read(line);
    if (reason !== undefined) return { reason, at: draft.at };
  }
  return undefined;
}

const SESSION_ORDER = 'vosiuepcbtrzkam';
const MEDIA_ORDER = 'micbka';

type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K];
};

/** The description while it is read; lives as long as one call of `parseSdp`. */
class Draft {
  /** Where the line that is read begins. */
  at = 0;
  readonly notes: { reason: string; at: number }[] = [];
  readonly #limits: SdpLimits;
  readonly #charset: 'iso-8859-1' | undefined;
  readonly #told = new Set<string>();
  #rank = -1;
  #otherLines = 0;
  #hasVersion = false;
  #origin: Origin | undefined;
  #name: string | undefined;
  #information: string | undefined;
  #uri: string | undefined;
  #connection: Connection | undefined;
  readonly #emails: string[] = [];
  readonly #phones: string[] = [];
  readonly #bandwidths: Bandwidth[] = [];
  readonly #times: Writable<TimeDescription>[] = [];
  #timeZones: TimeZoneAdjustment[] = [];
  readonly #attributes: Attribute[] = [];
  readonly #media: Writable<MediaDescription>[] = [];

  constructor(limits: SdpLimits, charset: 'iso-8859-1' | undefined) {
    this.#limits = limits;
    this.#charset = charset;
  }

  noteOnce(reason: string, at = this.at): void {
    if (this.#told.has(reason) || this.notes.length >= MAX_NOTES) return;
    this.#told.add(reason);
    this.notes.push({ reason, at });
  }

  /** @returns why the whole description is refused. */
  read(line: string): string | undefined {
    const type = line.charAt(0);
    const media = this.#media.at(-1);
    if (!this.#hasVersion) {
      if (line.trimEnd() !== 'v=0') return 'description does not begin with v=0';
      this.#hasVersion = true;
      this.#rank = 0;
      return undefined;
    }
    if (line.charAt(1) !== '=') return `line is not of the form "x=…"`;
    if (type === 'm') return this.#startMedia(line.slice(2));
    if (type === 'a') return this.#attribute(line.slice(2), media?.attributes ?? this.#attributes);
    const rank = (media === undefined ? SESSION_ORDER : MEDIA_ORDER).indexOf(type);
    if (rank === -1) {
      // DEVIATES RFC 8866 §5: a description with an unknown type is read without that line, because refusing the call for
      // it helps nobody, and no line can change what the others mean.
      this.noteOnce(`line ${type}= is unknown here and was left out`);
      return undefined;
    }
    if (this.#otherLines++ >= this.#limits.maxOtherLines)
      return `more than ${this.#limits.maxOtherLines} lines that are no attributes`;
    this.#ordered(rank, type);
    return this.#value(type, line.slice(2), media);
  }

  #ordered(rank: number, type: string): void {
    // `t=` and `r=` may alternate.
    if (rank < this.#rank && type !== 't') this.noteOnce(`line ${type}= is not in its place`);
    else this.#rank = rank;
  }

  #value(type: string, value: string, media: Writable<MediaDescription> | undefined): string | undefined {
    switch (type) {
      case 'v':
        return 'second v= line';
      case 'o':
        return this.#readOrigin(value);
      case 's':
        if (this.#name !== undefined) this.noteOnce('second s= line was left out');
        else {
          if (value === '') this.noteOnce('s= is empty');
          this.#name = value;
        }
        return undefined;
      case 'i':
        if ((media ?? { information: this.#information }).information !== undefined)
          this.noteOnce('second i= line was left out');
        else if (media === undefined) this.#information = value;
        else media.information = value;
        return undefined;
      case 'u':
        if (this.#uri === undefined) this.#uri = value;
        else this.noteOnce('second u= line was left out');
        return undefined;
      case 'e':
        this.#emails.push(value);
        return undefined;
      case 'p':
        this.#phones.push(value);
        return undefined;
      case 'c':
        return this.#readConnection(value, media);
      case 'b': {
        const bandwidth = parseBandwidth(value);
        if (bandwidth === undefined) this.noteOnce('b= line cannot be read and was left out');
        else (media?.bandwidths ?? this.#bandwidths).push(bandwidth);
        return undefined;
      }
      case 'k':
        // RFC 8866 §5.12: "MUST discard it if received".
        this.noteOnce('k= line was left out');
        return undefined;
      default:
        this.#readTime(type, value);
        return undefined;
    }
  }

  #readOrigin(value: string): string | undefined {
    if (this.#origin !== undefined) return 'second o= line';
    this.#origin = parseOrigin(value);
    if (this.#origin === undefined) return 'o= has not six parts';
    const { username, sessionId, sessionVersion } = this.#origin;
    if (username.includes(' ')) this.noteOnce('username of o= has spaces');
    if (!isDigits(sessionId) || !isDigits(sessionVersion)) this.noteOnce('numbers of o= are no numbers');
    return undefined;
  }

  #readConnection(value: string, media: Writable<MediaDescription> | undefined): string | undefined {
    const connection = parseConnection(value);
    if (connection === undefined) return 'c= cannot be read';
    if (connection.addressType === 'IP4' && connection.address.includes(':'))
      this.noteOnce('c= says IP4 and has an IPv6 address');
    if (media !== undefined) media.connections.push(connection);
    else if (this.#connection === undefined) this.#connection = connection;
    else return 'second c= line of the session';
    return undefined;
  }

  #readTime(type: string, value: string): void {
    if (type === 't') {
      const time = parseTime(value);
      if (time === undefined) this.noteOnce('t= cannot be read and counts as 0 0');
      this.#times.push({ start: 0, stop: 0, ...time, repeats: [] });
    } else if (type === 'r') {
      const repeat = parseRepeat(value);
      const time = this.#times.at(-1);
      if (repeat === undefined || time === undefined) this.noteOnce('r= line was left out');
      else time.repeats.push(repeat);
    } else {
      const adjustments = parseTimeZones(value);
      if (adjustments === undefined) this.noteOnce('z= line was left out');
      else this.#timeZones = [...this.#timeZones, ...adjustments];
    }
  }

  #attribute(text: string, attributes: Attribute[]): string | undefined {
    if (attributes.length >= this.#limits.maxAttributes)
      return `more than ${this.#limits.maxAttributes} attributes`;
    const colon = text.indexOf(':');
    attributes.push(
      colon === -1 ? { name: text } : { name: text.slice(0, colon), value: text.slice(colon + 1) },
    );
    // Attributes are last, but some phones go on with c= or b= behind them, which is noted there.
    this.#rank = Math.max(this.#rank, (this.#media.length === 0 ? SESSION_ORDER : MEDIA_ORDER).indexOf('a'));
    return undefined;
  }

  #startMedia(text: string): string | undefined {
    if (this.#media.length >= this.#limits.maxMedia) return `more than ${this.#limits.maxMedia} m= lines`;
    const [kind, ports = '', protocol, ...formats] = wordsOf(text);
    if (kind === undefined || protocol === undefined) return 'm= has less than a kind, a port and a protocol';
    if (formats.length > this.#limits.maxFormats)
      return `more than ${this.#limits.maxFormats} formats in one m= line`;
    if (formats.length === 0) this.noteOnce('m= has no format');
    const slash = ports.indexOf('/');
    const port = parseInteger(slash === -1 ? ports : ports.slice(0, slash), 65_535);
    const portCount = slash === -1 ? undefined : parseInteger(ports.slice(slash + 1), 65_535);
    if (port === undefined || (slash !== -1 && !portCount)) return 'port of m= cannot be read';
    this.#media.push({
      kind,
      port,
      ...(portCount === undefined ? {} : { portCount }),
      protocol,
      formats,
      connections: [],
      bandwidths: [],
      attributes: [],
    });
    this.#rank = 0;
    this.#otherLines = 0;
    return undefined;
  }

  /** Notes what should be there, and fails for what must. */
  missing(): Failure | undefined {
    if (!this.#hasVersion) return { reason: 'no description', at: 0 };
    if (this.#origin === undefined) return { reason: 'no o= line', at: 0 };
    if (this.#name === undefined) this.noteOnce('no s= line', 0);
    if (this.#times.length === 0) this.noteOnce('no t= line', 0);
    const needsConnection = this.#media.some(({ port, connections }) => port > 0 && connections.length === 0);
    if (needsConnection && this.#connection === undefined) this.noteOnce('no c= line for a stream', 0);
    return undefined;
  }

  description(): SessionDescription {
    return {
      origin: this.#origin as Origin,
      name: this.#name ?? '-',
      ...(this.#information === undefined ? {} : { information: this.#information }),
      ...(this.#uri === undefined ? {} : { uri: this.#uri }),
      emails: this.#emails,
      phones: this.#phones,
      ...(this.#connection === undefined ? {} : { connection: this.#connection }),
      bandwidths: this.#bandwidths,
      times: this.#times.length === 0 ? [{ start: 0, stop: 0, repeats: [] }] : this.#times,
      timeZones: this.#timeZones,
      attributes: this.#attributes,
      media: this.#media,
      ...(this.#charset === undefined ? {} : { charset: this.#charset }),
    };
  }
}
