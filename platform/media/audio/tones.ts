// What lines sound like (ITU-T E.180, supplement 2; ETSI TS 101 041; ANSI T1.401) and the tones of keys (ITU-T Q.23), as data.

export interface ToneSegment {
  /** Empty: silence. */
  readonly hz: readonly number[];
  readonly forMs: number;
}

export interface Tone {
  readonly segments: readonly ToneSegment[];
  /** From the begin again, or over at its end. */
  readonly repeats: boolean;
}

export type ToneName = 'ringback' | 'busy' | 'congestion' | 'call-waiting' | 'dial';
/** The European tones serve where a country has none of its own here. */
export type ToneCountry = 'eu' | 'us' | 'gb';

const on = (forMs: number, ...hz: number[]): ToneSegment => ({ hz, forMs });
const off = (forMs: number): ToneSegment => ({ hz: [], forMs });
const repeat = (...segments: ToneSegment[]): Tone => ({ segments, repeats: true });

const tones: Readonly<Record<ToneCountry, Readonly<Record<ToneName, Tone>>>> = {
  eu: {
    ringback: repeat(on(1_000, 425), off(4_000)),
    busy: repeat(on(500, 425), off(500)),
    congestion: repeat(on(250, 425), off(250)),
    'call-waiting': repeat(on(200, 425), off(200), on(200, 425), off(5_000)),
    dial: repeat(on(1_000, 425)),
  },
  us: {
    ringback: repeat(on(2_000, 440, 480), off(4_000)),
    busy: repeat(on(500, 480, 620), off(500)),
    congestion: repeat(on(250, 480, 620), off(250)),
    'call-waiting': repeat(on(300, 440), off(9_700)),
    dial: repeat(on(1_000, 350, 440)),
  },
  gb: {
    ringback: repeat(on(400, 400, 450), off(200), on(400, 400, 450), off(2_000)),
    busy: repeat(on(375, 400), off(375)),
    congestion: repeat(on(400, 400), off(350), on(225, 400), off(525)),
    'call-waiting': repeat(on(100, 400), off(4_000)),
    dial: repeat(on(1_000, 350, 440)),
  },
};

export function toneOf(name: ToneName, country: ToneCountry = 'eu'): Tone {
  return tones[country][name];
}

export const DTMF_ROWS = [697, 770, 852, 941] as const;
export const DTMF_COLUMNS = [1_209, 1_336, 1_477, 1_633] as const;
/** By row and column. */
export const DTMF_KEYS = ['123A', '456B', '789C', '*0#D'] as const;

/**
 * Keys as they sound, for peers that take no telephone events. What is none of `0–9 * # A–D` is a pause.
 *
 * @param pressMs Q.24 takes 40 ms at least.
 */
export function keyTones(keys: string, pressMs = 100, gapMs = 80): Tone {
  const segments: ToneSegment[] = [];
  for (const key of keys.toUpperCase()) {
    const row = DTMF_KEYS.findIndex((each) => each.includes(key));
    const column = DTMF_KEYS[row]?.indexOf(key) ?? -1;
    segments.push(
      row === -1 ? off(pressMs) : on(pressMs, DTMF_ROWS[row]!, DTMF_COLUMNS[column]!),
      off(gapMs),
    );
  }
  return { segments, repeats: false };
}
