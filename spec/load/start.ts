// How long Parley takes from the command to the ready line, on data that is there already.
import { type Figures, median, spread } from './figures.ts';
import type { Organisation } from './organisation.ts';
import { startProduct } from './product.ts';

const RUNS = 5;

export async function measureStart(figures: Figures, { data, firstStartMs }: Organisation): Promise<void> {
  if (firstStartMs !== undefined) {
    figures.add('start', {
      name: 'first start, which makes the database',
      value: firstStartMs / 1000,
      unit: 's',
      note: 'includes building the clients where they are not built',
    });
  }
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await using product = await startProduct(data);
    seconds.push(product.readyMs / 1000);
    cpuSeconds.push(product.readyCpuMs / 1000);
  }
  const figure = { name: 'second start', value: median(seconds), unit: 's', budget: 3 };
  figures.add('start', { ...figure, note: spread(seconds) }, { seconds });
  const cpu = { name: 'second start, CPU time of Parley', value: median(cpuSeconds), unit: 's' };
  figures.add('start', { ...cpu, note: spread(cpuSeconds) }, { cpuSeconds });
}
