// a=rid: one restricted stream of several in a media description (RFC 8851 §4).
import { parseInteger, splitWord } from '../grammar.ts';

export interface Rid {
  readonly id: string;
  readonly direction: 'send' | 'recv';
  /** Payload types that it may use; absent is all of the media. */
  readonly payloadTypes?: readonly number[];
  /** `max-width`, `max-fps`, `depend`, …, in their order. */
  readonly restrictions: readonly (readonly [name: string, value: string | undefined])[];
}

const MAX_RESTRICTIONS = 32;

/** RFC 8851 §10: letters, digits, `-` and `_`; RFC 8852 §3.1 has no more than fits one header extension. */
export function isRid(text: string): boolean {
  return text.length <= 255 && /^[A-Za-z0-9_-]+$/.test(text);
}

export function parseRid(value: string): Rid | undefined {
  const [id, rest] = splitWord(value);
  const [direction, list] = splitWord(rest);
  if (!isRid(id) || (direction !== 'send' && direction !== 'recv')) return undefined;
  let payloadTypes: number[] | undefined;
  const restrictions: [string, string | undefined][] = [];
  for (const part of list.trim() === '' ? [] : list.split(';', MAX_RESTRICTIONS + 1)) {
    const equals = part.indexOf('=');
    const name = (equals === -1 ? part : part.slice(0, equals)).trim();
    const its = equals === -1 ? undefined : part.slice(equals + 1).trim();
    if (name === '' || restrictions.length === MAX_RESTRICTIONS) return undefined;
    if (name !== 'pt') restrictions.push([name, its]);
    else {
      const types = (its ?? '').split(',', 129).map((type) => parseInteger(type.trim(), 127));
      if (payloadTypes !== undefined || !types.every((type) => type !== undefined)) return undefined;
      payloadTypes = types;
    }
  }
  return { id, direction, ...(payloadTypes === undefined ? {} : { payloadTypes }), restrictions };
}

export function serializeRid({ id, direction, payloadTypes, restrictions }: Rid): string {
  const parts = restrictions.map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
  if (payloadTypes !== undefined) parts.unshift(`pt=${payloadTypes.join(',')}`);
  return [id, direction, ...(parts.length === 0 ? [] : [parts.join(';')])].join(' ');
}
