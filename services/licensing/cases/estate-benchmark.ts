// How long the position of a large organisation and the transition of a large portfolio take: two of the `bench` cases.
import { type Release, releaseById } from '../rules/catalogue.ts';
import { compliance } from '../rules/compliance.ts';
import type { Assignment, Grant } from '../rules/model.ts';
import { type Holding, transition } from '../rules/transition.ts';
import { answer, numberOf } from './given.ts';
import type { BenchmarkTable, Given } from './operation.ts';

const DAY = '2026-06-01';

/** Every second person needs the Enterprise CAL, and every tenth was assigned none. */
function complianceBenchmark(given: Given): unknown {
  const count = numberOf(given, 'people', 'users') ?? 100_000;
  const people = Array.from({ length: count }, (_, i) => ({
    id: `person ${i}`,
    level: i % 2 === 0 ? ('enterprise' as const) : ('standard' as const),
  }));
  const assignments: Assignment[] = [];
  for (const [at, { id, level }] of people.entries()) {
    if (at % 10 === 9) continue;
    const skus =
      level === 'enterprise' ? ['parley-standard-cal', 'parley-enterprise-cal'] : ['parley-standard-cal'];
    for (const sku of skus) assignments.push(assignment(`${id} ${sku}`, sku, id));
  }
  const grants = ['parley-standard-cal', 'parley-enterprise-cal'].map((sku): Grant => grant(sku, count));
  const start = performance.now();
  const position = compliance(
    { release: releaseById('parley1') as Release, people, devices: [], grants, assignments },
    { asOf: DAY, profile: 'printed' },
  );
  const seconds = (performance.now() - start) / 1000;
  return answer(position, ({ required, shortfall }) => ({ seconds, people: count, required, shortfall }));
}

function assignment(assignmentId: string, sku: string, id: string): Assignment {
  return {
    assignmentId,
    sku,
    subject: { kind: 'user', id },
    from: '2026-01-01',
    to: null,
    kind: 'permanent',
    reason: '',
    previous: null,
  };
}

function grant(sku: string, quantity: number): Grant {
  return {
    grantId: sku,
    sku,
    metric: 'user',
    quantity,
    source: 'purchase',
    from: '2026-01-01',
    to: null,
    agreementId: null,
    proof: '',
    unitPrice: null,
  };
}

const products = [
  'ocs2007-standard-cal',
  'ocs2007-enterprise-cal',
  'ocs2007-standard-server',
  'ocs2007-enterprise-server',
  'lcs2005-cal',
  'pic-licence',
];

function transitionBenchmark(
  given: Given,
  { profile }: { readonly profile: 'printed' | 'corrected' },
): unknown {
  const count = numberOf(given, 'lines', 'holdings') ?? 10_000;
  const holdings = Array.from(
    { length: count },
    (_, i): Holding => ({
      product: products[i % products.length] as string,
      quantity: i % 97,
      sa: i % 3 === 0 ? [] : [{ from: '2007-10-01', to: '2010-09-30' }],
    }),
  );
  const start = performance.now();
  const moved = transition(holdings, { profile });
  const seconds = (performance.now() - start) / 1000;
  return answer(moved, ({ lines, entitled }) => ({ seconds, lines: lines.length, entitled }));
}

export const estateBenchmarks: BenchmarkTable = {
  compliance: complianceBenchmark,
  complianceReport: complianceBenchmark,
  transition: transitionBenchmark,
  portfolio: transitionBenchmark,
  portfolioTransition: transitionBenchmark,
};
