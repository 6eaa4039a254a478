// A running time in its largest unit. Pure.

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;

export function durationParts(ms: number): { unit: 'days' | 'hours' | 'minutes'; count: number } {
  for (const [unit, lengthMs] of UNITS) if (ms >= lengthMs) return { unit, count: Math.floor(ms / lengthMs) };
  return { unit: 'minutes', count: 0 };
}
