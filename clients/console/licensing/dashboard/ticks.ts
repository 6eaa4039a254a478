// Round numbers for the side of a chart. Pure.

/** From nought to at least `most`, in four steps at the most, each of 1, 2, 5 or 10 and so on. */
export function ticksUpTo(most: number): number[] {
  const rough = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const ticks = [0];
  while ((ticks.at(-1) ?? 0) < most) ticks.push(ticks.length * step);
  return ticks.length === 1 ? [0, 1] : ticks;
}
