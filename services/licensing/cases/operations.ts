// Every operation that a case file can ask for, put together from the tables of each topic.
import { DAY_MS, dayOf, instantMs } from '../rules/day.ts';
import { accessBenchmarks, accessOperations } from './access-operations.ts';
import { estateBenchmarks } from './estate-benchmark.ts';
import { estateOperations } from './estate-operations.ts';
import { explainOperation } from './explain-operation.ts';
import { textOf } from './given.ts';
import { type BenchmarkTable, type Given, meant, type Operation, type OperationTable } from './operation.ts';
import { optimiseOperations, benchmarks as optimiserBenchmarks } from './optimise-operations.ts';
import { proofBenchmarks } from './proof-operations.ts';
import { tradeOperations } from './trade-operations.ts';

export const benchmarks: BenchmarkTable = {
  ...accessBenchmarks,
  ...estateBenchmarks,
  ...optimiserBenchmarks,
  ...proofBenchmarks,
};

/** An instant counts as the day it lies in, in UTC: only licence files know hours. */
function inDays(value: unknown): unknown {
  if (typeof value === 'string') {
    const ms = instantMs(value);
    return ms === undefined ? value : dayOf(Math.floor(ms / DAY_MS));
  }
  if (Array.isArray(value)) return value.map(inDays);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inDays(each)]));
}

function countedInDays(table: OperationTable): OperationTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]): [string, Operation] => [
      name,
      name === 'licenceFile' ? operation : (given, context) => operation(inDays(given) as Given, context),
    ]),
  );
}

const answering = countedInDays({
  ...accessOperations,
  ...estateOperations,
  ...tradeOperations,
  ...optimiseOperations,
});

export const operations: OperationTable = {
  ...answering,
  explain: explainOperation(answering),
  bench(given, context) {
    const what = textOf(given, 'what') ?? '';
    const benchmark = meant(benchmarks, what);
    if (benchmark === undefined) throw new Error(`there is no benchmark ${what}`);
    return benchmark(given, context);
  },
};
