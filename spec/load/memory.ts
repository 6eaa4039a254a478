// Memory of a Standard Edition that has nothing to do.
import { setTimeout as pass } from 'node:timers/promises';
import type { Figures } from './figures.ts';
import type { Organisation } from './organisation.ts';
import { memoryOfTree, type ProcessMemory } from './process-memory.ts';
import { startProduct } from './product.ts';

/** Long enough for what a start leaves behind to be collected. */
const IDLE_MS = 15_000;
const MB = 1e6;

export async function measureMemory(figures: Figures, { data }: Organisation): Promise<void> {
  await using product = await startProduct(data);
  await pass(IDLE_MS);
  const tree = memoryOfTree(product.pid);
  const own = tree.filter(({ pid }) => pid === product.pid);
  const postgres = tree.filter(({ name }) => name.startsWith('postgres'));
  const others = tree.filter(({ pid, name }) => pid !== product.pid && !name.startsWith('postgres'));
  report('Parley, idle', own, 250);
  report('PostgreSQL, idle', postgres, 100);
  if (others.length > 0) report(`beside them: ${others.map(({ name }) => name).join(', ')}`, others);

  /** Proportional: what PostgreSQL's processes share is counted once. */
  function report(name: string, processes: readonly ProcessMemory[], budget?: number): void {
    const sum = (of: (one: ProcessMemory) => number) => processes.reduce((all, one) => all + of(one), 0) / MB;
    const value = sum(({ pssBytes }) => pssBytes);
    const note = `PSS of ${processes.length}; RSS ${sum(({ rssBytes }) => rssBytes).toFixed(0)} MB`;
    const figure = { name, value, unit: 'MB', note };
    figures.add('memory', budget === undefined ? figure : { ...figure, budget }, { processes });
  }
}
