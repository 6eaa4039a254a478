// Inputs for fuzz targets: seeds of the corpus, cut, joined and damaged. The same number makes the same inputs.
// Used by fuzz-worker.ts.

/** 0 ≤ x < 1. */
export type Random = () => number;

export const maxInputBytes = 64 * 1024;

/** mulberry32: small, fast, and good enough to choose where to damage. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What parsers of text trip over. */
const morsels = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  '\r\n ',
  '\0',
  '"',
  '""',
  '\\',
  '\\"',
  '<',
  '>',
  '<>',
  ';',
  ';;',
  ',',
  ':',
  '::',
  '@',
  '=',
  '&',
  '%',
  '%00',
  '%ff',
  '(',
  ')',
  '[',
  ']',
  '[::1]',
  '*',
  '-1',
  '0',
  '4294967295',
  '4294967296',
  '99999999999999999999',
  '1e9',
  'NaN',
  ' ',
  '\t',
  '\u00e4',
  '\ufeff',
  '\u202e',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '&amp;',
  '&#0;',
  '<?',
  '__proto__',
  'constructor',
].map((text) => new TextEncoder().encode(text));

export function mutated(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const any = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  let data = seeds.length === 0 ? new Uint8Array() : any(seeds);
  // Mostly a little damage, so that the input gets past the first checks; sometimes much.
  const times = random() < 0.8 ? 1 + below(4) : 1 + below(40);
  for (let time = 0; time < times; time += 1) data = step(data);
  return data.slice(0, maxInputBytes);

  function step(from: Uint8Array): Uint8Array {
    const at = below(from.length + 1);
    const end = Math.min(from.length, at + 1 + below(random() < 0.9 ? 16 : 512));
    switch (below(8)) {
      case 0:
        return joined(from.slice(0, at), any(morsels), from.slice(at));
      case 1:
        return joined(from.slice(0, at), any(morsels), from.slice(end));
      case 2:
        return joined(from.slice(0, at), from.slice(end));
      case 3:
        return joined(from.slice(0, end), from.slice(at));
      case 4: {
        const other = seeds.length === 0 ? from : any(seeds);
        return joined(from.slice(0, at), other.slice(below(other.length + 1)));
      }
      case 5:
        return joined(
          from.slice(0, at),
          ...Array<Uint8Array>(1 + below(64)).fill(from.slice(at, end)),
          from.slice(end),
        );
      case 6: {
        const copy = from.slice();
        if (at < copy.length) copy[at] = below(256);
        return copy;
      }
      default: {
        const copy = from.slice();
        if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << below(8));
        return copy;
      }
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
