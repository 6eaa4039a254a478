// A session description as a value (RFC 8866 §5): every line in its place, attributes as they were written. What the
// attributes mean is in attribute/, what two descriptions mean together in negotiation/.

export interface SessionDescription {
  readonly origin: Origin;
  /** `s=`; `-` where nobody named the session. */
  readonly name: string;
  readonly information?: string;
  readonly uri?: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** For all media that have none of their own. */
  readonly connection?: Connection;
  readonly bandwidths: readonly Bandwidth[];
  /** At least one; `0 0` is a session without bounds (RFC 8866 §5.9). */
  readonly times: readonly TimeDescription[];
  readonly timeZones: readonly TimeZoneAdjustment[];
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaDescription[];
  /** Only where the bytes were not UTF-8: each one is read as one character, and written as one byte again. */
  readonly charset?: 'iso-8859-1';
}

/** `o=` (RFC 8866 §5.2): together, all but the version name one session on earth. */
export interface Origin {
  readonly username: string;
  /** Digits, of any length: phones write 64-bit numbers, which a JavaScript number does not hold. */
  readonly sessionId: string;
  /** Digits. One more with every change of the description (RFC 3264 §8). */
  readonly sessionVersion: string;
  readonly netType: string;
  readonly addressType: string;
  readonly address: string;
}

/** `c=` (RFC 8866 §5.7). */
export interface Connection {
  readonly netType: string;
  /** `IP4` or `IP6`; others are kept. */
  readonly addressType: string;
  readonly address: string;
  /** Time to live of an IPv4 multicast address, 0 … 255. */
  readonly ttl?: number;
  /** Number of contiguous multicast addresses. */
  readonly count?: number;
}

/** `b=` (RFC 8866 §5.8): `CT` and `AS` in kilobits, `TIAS` in bits a second (RFC 3890 §6.2). */
export interface Bandwidth {
  readonly type: string;
  readonly value: number;
}

/** `t=` with its `r=` lines. Seconds since 1900, as NTP counts them; 0 is no bound. */
export interface TimeDescription {
  readonly start: number;
  readonly stop: number;
  readonly repeats: readonly RepeatTime[];
}

/** `r=` (RFC 8866 §5.10). */
export interface RepeatTime {
  readonly intervalS: number;
  readonly durationS: number;
  /** From `start` of the time. */
  readonly offsetsS: readonly number[];
}

/** One pair of `z=` (RFC 8866 §5.11): from `time` on, clocks are `offsetS` off. */
export interface TimeZoneAdjustment {
  readonly time: number;
  readonly offsetS: number;
}

/** `a=name` or `a=name:value`, byte for byte as it was written. */
export interface Attribute {
  readonly name: string;
  /** Absent for a flag; empty for `a=name:`. */
  readonly value?: string;
}

/** `m=` and the lines up to the next one (RFC 8866 §5.14). */
export interface MediaDescription {
  /** `audio`, `video`, `text`, `application`, `message`, `image`, or what comes. */
  readonly kind: string;
  /** 0 … 65535. 0 is a stream that is rejected or gone, or one that is bundled (RFC 9143 §6). */
  readonly port: number;
  /** Of hierarchically encoded streams: `m=video 49170/2 …`. */
  readonly portCount?: number;
  /** `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, `UDP/DTLS/SCTP`, …, as written. */
  readonly protocol: string;
  /** Payload types of RTP as text, or what the protocol has for formats. */
  readonly formats: readonly string[];
  readonly information?: string;
  /** Several only for multicast. */
  readonly connections: readonly Connection[];
  readonly bandwidths: readonly Bandwidth[];
  readonly attributes: readonly Attribute[];
}

/** What has attributes: a session or one of its media. */
export interface HasAttributes {
  readonly attributes: readonly Attribute[];
}

export function hasAttribute(section: HasAttributes, name: string): boolean {
  return section.attributes.some((attribute) => attribute.name === name);
}

/** The value of the first attribute with this name; '' for a flag. Names are case-sensitive (RFC 8866 §9). */
export function attributeValue(section: HasAttributes, name: string): string | undefined {
  const found = section.attributes.find((attribute) => attribute.name === name);
  return found === undefined ? undefined : (found.value ?? '');
}

/** The values of all attributes with this name, in their order. */
export function attributeValues(section: HasAttributes, name: string): string[] {
  const values: string[] = [];
  for (const attribute of section.attributes) if (attribute.name === name) values.push(attribute.value ?? '');
  return values;
}

/** The section with `name:value` in place of the first such attribute, or at the end; further ones go. */
export function withAttribute<T extends HasAttributes>(section: T, name: string, value?: string): T {
  const made: Attribute = value === undefined ? { name } : { name, value };
  const at = section.attributes.findIndex((attribute) => attribute.name === name);
  if (at === -1) return { ...section, attributes: [...section.attributes, made] };
  const before = section.attributes.slice(0, at);
  const behind = section.attributes.slice(at + 1).filter((attribute) => attribute.name !== name);
  return { ...section, attributes: [...before, made, ...behind] };
}

export function withoutAttributes<T extends HasAttributes>(section: T, ...names: readonly string[]): T {
  return { ...section, attributes: section.attributes.filter(({ name }) => !names.includes(name)) };
}

/** What `c=` and `o=` say of an address: IPv6 has colons; names count as IPv4, as most writers do. */
export function connectionTo(address: string): Connection {
  return { netType: 'IN', addressType: address.includes(':') ? 'IP6' : 'IP4', address };
}
