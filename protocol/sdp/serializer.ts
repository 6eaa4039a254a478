// A session description to text and bytes, its lines in the order of RFC 8866 §5. What cannot be written is our own
// mistake and throws: a line break in a value would be a line of its own to the reader.
import type { Attribute, Bandwidth, SessionDescription } from './description.ts';
import {
  serializeBandwidth,
  serializeConnection,
  serializeOrigin,
  serializeRepeat,
  serializeTime,
  serializeTimeZones,
} from './line-values.ts';

/** @throws TypeError for a value that holds a line break or NUL, and for an attribute's name with a colon. */
export function serializeSdp(description: SessionDescription): Uint8Array {
  const text = sdpText(description);
  if (description.charset === undefined) return new TextEncoder().encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) throw new TypeError('A character is not in ISO 8859-1.');
    bytes[at] = code;
  }
  return bytes;
}

/** As `serializeSdp`, for who takes text: browsers do. */
export function sdpText(description: SessionDescription): string {
  let text = '';
  const line = (type: string, value: string): void => {
    if (/[\r\n\0]/.test(value)) throw new TypeError(`The value of ${type}= holds a line break or NUL.`);
    text += `${type}=${value}\r\n`;
  };
  const lines = (type: string, values: readonly string[]): void => {
    for (const value of values) line(type, value);
  };
  const rest = (bandwidths: readonly Bandwidth[]) => lines('b', bandwidths.map(serializeBandwidth));
  const { information, uri, connection } = description;
  line('v', '0');
  line('o', serializeOrigin(description.origin));
  line('s', description.name);
  if (information !== undefined) line('i', information);
  if (uri !== undefined) line('u', uri);
  lines('e', description.emails);
  lines('p', description.phones);
  if (connection !== undefined) line('c', serializeConnection(connection));
  rest(description.bandwidths);
  for (const time of description.times) {
    line('t', serializeTime(time));
    lines('r', time.repeats.map(serializeRepeat));
  }
  if (description.timeZones.length > 0) line('z', serializeTimeZones(description.timeZones));
  lines('a', description.attributes.map(attributeText));
  for (const media of description.media) {
    const ports = media.portCount === undefined ? `${media.port}` : `${media.port}/${media.portCount}`;
    line('m', [media.kind, ports, media.protocol, ...media.formats].join(' '));
    if (media.information !== undefined) line('i', media.information);
    lines('c', media.connections.map(serializeConnection));
    rest(media.bandwidths);
    lines('a', media.attributes.map(attributeText));
  }
  return text;
}

function attributeText({ name, value }: Attribute): string {
  if (name.includes(':')) throw new TypeError(`An attribute's name has no colon: ${name}`);
  return value === undefined ? name : `${name}:${value}`;
}
