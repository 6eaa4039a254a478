// What licensing costs: a decision, folding, the optimiser beside SciPy's solver, compliance, files and the audit. The
// part `licensing` of the benchmarks; it needs no server.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { operations } from '@parley/services/licensing/cases';
import type { Figures } from './figures.ts';
import { estateFigures, portfolioFigures } from './licensing-estates.ts';

const run = promisify(execFile);
const OPTIMISER = join(import.meta.dirname, 'licensing-optimise.ts');
const SCIPY = join(import.meta.dirname, 'licensing-scipy.py');
const SOLVER_LIMIT_MS = 600_000;

type Given = Readonly<Record<string, unknown>>;

const uniform = { kind: 'uniform', users: 100_000, devices: 100_000, edges: 400_000, seed: 1 };
const both = { standard: 30, enterprise: 60 };
const questions: readonly { readonly name: string; readonly budgetS: number; readonly given: Given }[] = [
  {
    name: '100k × 100k, 400k edges',
    budgetS: 5,
    given: { generator: uniform, price: { user: 100, device: 100 } },
  },
  {
    name: 'office of 100k people',
    budgetS: 5,
    given: { generator: { kind: 'office', seed: 7 }, price: { user: 100, device: 85 } },
  },
  {
    name: 'both CALs, 400k edges',
    budgetS: 15,
    given: { generator: { ...uniform, enterprisePercent: 30 }, price: { user: both, device: both } },
  },
];
const packs: Given = {
  generator: { kind: 'office', seed: 7 },
  packPrice: { user: { 1: 100, 5: 480, 10: 900, 50: 4000 }, device: { 1: 90, 10: 800 } },
};
const BUDGET_MIB = 1536;

async function bench(given: Given): Promise<Readonly<Record<string, number>>> {
  return (await operations['bench']?.(given, { profile: 'printed' })) as Readonly<Record<string, number>>;
}

/** Some benchmarks of the cases leave the clock to who asks. */
async function timed(given: Given): Promise<number> {
  const start = performance.now();
  const found = await bench(given);
  return found['seconds'] ?? (performance.now() - start) / 1000;
}

export async function measureLicensing(figures: Figures): Promise<void> {
  const add = figures.add.bind(figures, 'licensing');
  const decide = await bench({ what: 'decide', users: 100_000, devices: 100_000, cached: true });
  add({ name: 'decision, median', value: decide['p50Ns'] ?? Number.NaN, unit: 'ns', budget: 1000 }, decide);
  const fold = { what: 'recordAccess', events: 1_000_000, distinctEdges: 400_000 };
  add({ name: '1M accesses folded into 400k edges', value: await timed(fold), unit: 's', budget: 5 });
  await measureOptimiser(figures);
  const estate = estateFigures();
  const people = `${estate.people.toLocaleString('en')} people, ${estate.assignments.toLocaleString('en')} assignments`;
  add({ name: 'compliance', value: estate.complianceSeconds, unit: 's', budget: 2, note: people }, estate);
  const portfolio = portfolioFigures();
  add({ name: 'transition of 10,000 lines', value: portfolio.seconds, unit: 's', budget: 1 }, portfolio);
  const file = await bench({ what: 'licenceFile' });
  const fileNs = file['p50Ns'] ?? (file['p50Ms'] ?? Number.NaN) * 1e6;
  add({ name: 'licence file verified', value: fileNs / 1e6, unit: 'ms', budget: 1 }, file);
  const audit = await timed({ what: 'auditVerify', records: 1_000_000 });
  add({ name: 'audit of 1M records verified', value: audit, unit: 's', budget: 10 });
}

interface Solved {
  readonly cost: number;
  readonly seconds: number;
  readonly peakMib: number;
  readonly lowerBound: number;
  readonly optimal: boolean;
}

async function optimised(given: Given): Promise<Solved> {
  const { stdout } = await run(process.execPath, [OPTIMISER, JSON.stringify(given)], {
    timeout: SOLVER_LIMIT_MS,
  });
  return JSON.parse(stdout) as Solved;
}

async function measureOptimiser(figures: Figures): Promise<void> {
  const peer = await scipy();
  if (peer === undefined)
    console.log(
      'SciPy is not installed here, so nobody else solves the same estates (apt-get install python3-scipy).',
    );
  for (const [at, { name, budgetS, given }] of questions.entries()) {
    const own = await optimised(given);
    const theirs = peer?.answers[at];
    const note =
      theirs === undefined
        ? `optimum ${own.cost}`
        : `optimum ${own.cost}; SciPy ${peer?.version}: ${theirs.cost}, its flow alone ${theirs.seconds.toFixed(2)} s`;
    if (theirs !== undefined && theirs.cost !== own.cost)
      throw new Error(`${name}: the optimum is ${theirs.cost} for SciPy and ${own.cost} for Parley`);
    figures.add(
      'licensing',
      { name: `mix, ${name}`, value: own.seconds, unit: 's', budget: budgetS, note },
      own,
    );
    const peak = { name: `mix, ${name}, peak memory`, value: own.peakMib, unit: 'MiB', budget: BUDGET_MIB };
    figures.add('licensing', peak);
  }
  const own = await optimised(packs);
  const note = own.optimal ? `proven optimum ${own.cost}` : `${own.cost}, at least ${own.lowerBound}`;
  figures.add(
    'licensing',
    { name: 'mix in packs, office of 100k people', value: own.seconds, unit: 's', note },
    own,
  );
}

interface Peer {
  readonly version: string;
  readonly answers: readonly { readonly cost: number; readonly seconds: number }[];
}

/** @returns undefined where it is not installed */
async function scipy(): Promise<Peer | undefined> {
  const isThere = await run('python3', ['-c', 'import scipy']).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const cases = JSON.stringify(questions.map(({ given }) => given));
  const { stdout } = await run('python3', [SCIPY, cases], { timeout: SOLVER_LIMIT_MS });
  return JSON.parse(stdout) as Peer;
}
