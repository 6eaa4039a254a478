// Large organisations and portfolios for the benchmark part `licensing`, and how long their reports take: compliance of
// 100,000 people, access without a CAL, the transition of 10,000 lines (licensing rules M11, A23).
import { type Release, releaseById } from '@parley/services/licensing/rules/catalogue';
import { type Compliance, compliance, type Estate } from '@parley/services/licensing/rules/compliance';
import { addDays } from '@parley/services/licensing/rules/day';
import type { Assignment, Edge, Grant, Metric } from '@parley/services/licensing/rules/model';
import { type Holding, type Transition, transition } from '@parley/services/licensing/rules/transition';
import { Coverage, unlicensedAccess } from '@parley/services/licensing/rules/unlicensed-access';

const FIRST_DAY = '2025-01-01';
const DAYS = 500;
const AS_OF = '2026-06-01';

/** Numbers from 0 up to but not including n, the same ones for each seed. */
function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state * n) / 2 ** 32);
  };
}

/**
 * People join and leave over a year and a half; four in ten need the Enterprise CAL; one in a hundred was forgotten; one
 * in twenty CALs was moved from somebody else; a quarter of the Enterprise people hold a suite.
 */
export function generateEstate({ people, seed }: { readonly people: number; readonly seed: number }): Estate {
  const next = numbers(seed);
  const assignments: Assignment[] = [];
  const assign = (sku: string, kind: 'user' | 'device', id: string, from: string, to: string | null) => {
    assignments.push({
      assignmentId: String(assignments.length),
      sku,
      subject: { kind, id },
      from,
      to,
      kind: 'permanent',
      reason: '',
      previous: null,
    });
  };
  const persons = Array.from({ length: people }, (_, i) => {
    const id = `person-${i}`;
    const from = addDays(FIRST_DAY, next(DAYS));
    const to = next(10) === 0 ? addDays(from, next(300)) : null;
    const level = next(10) < 4 ? ('enterprise' as const) : ('standard' as const);
    if (next(100) === 0) return { id, level, from, to };
    const start = next(20) === 0 ? addDays(from, 90) : from;
    if (level === 'enterprise' && next(4) === 0) assign('parley-ecal-suite', 'user', id, start, to);
    else {
      assign('parley-standard-cal', 'user', id, start, to);
      if (level === 'enterprise') assign('parley-enterprise-cal', 'user', id, start, to);
    }
    return { id, level, from, to };
  });
  const devices = Array.from({ length: Math.ceil(people / 50) }, (_, i) => {
    const id = `phone-${i}`;
    for (const sku of ['parley-standard-cal', 'parley-enterprise-cal'])
      assign(sku, 'device', id, FIRST_DAY, null);
    return { id, level: 'enterprise' as const };
  });
  return {
    release: releaseById('parley1') as Release,
    people: persons,
    devices,
    grants: grantsFor(people, next),
    assignments,
    topology: { release: 'parley1', edition: 'enterprise', oses: servers(Math.ceil(people / 10_000)) },
  };
}

/** Bought in many orders over the time, as organisations do. */
function grantsFor(people: number, next: (n: number) => number): Grant[] {
  const grants: Grant[] = [];
  const buy = (sku: string, metric: Metric, total: number) => {
    for (let left = total; left > 0; ) {
      const quantity = Math.min(left, 50 + next(200));
      left -= quantity;
      grants.push({
        grantId: String(grants.length),
        sku,
        metric,
        quantity,
        source: 'purchase',
        from: addDays(FIRST_DAY, next(DAYS)),
        to: null,
        agreementId: null,
        proof: '',
        unitPrice: null,
      });
    }
  };
  buy('parley-standard-cal', 'user', Math.floor(people * 0.9));
  buy('parley-enterprise-cal', 'user', Math.floor(people * 0.3));
  buy('parley-ecal-suite', 'user', Math.floor(people * 0.1));
  buy('parley-standard-cal', 'device', Math.ceil(people / 50));
  buy('parley-enterprise-cal', 'device', Math.ceil(people / 50));
  buy('parley-server', 'server', 2 * Math.ceil(people / 10_000));
  return grants;
}

function servers(pairs: number) {
  return Array.from({ length: pairs }, (_, i) => [
    { id: `front-end-${i}`, roles: ['front-end'] },
    { id: `edge-${i}`, roles: ['access-edge', 'web-conferencing-edge', 'av-edge'] },
    { id: `mediation-${i}`, roles: ['mediation'] },
  ]).flat();
}

export function generateAccess(
  estate: Estate,
  { edges, seed }: { readonly edges: number; readonly seed: number },
): Edge[] {
  const next = numbers(seed);
  return Array.from({ length: edges }, () => {
    const person = estate.people[next(estate.people.length)]!;
    const firstDay = addDays(AS_OF, -30 - next(150));
    return {
      userId: person.id,
      deviceId: next(5) === 0 ? `phone-${next(estate.devices.length)}` : `pc-${next(estate.people.length)}`,
      level: next(3) === 0 ? 'enterprise' : 'standard',
      firstDay,
      lastDay: addDays(firstDay, next(30)),
      count: 1 + next(100),
    };
  });
}

const products = [
  ...[
    'ocs2007-standard-cal',
    'ocs2007-enterprise-cal',
    'ocs2007-standard-server',
    'ocs2007-enterprise-server',
  ],
  ...['lcs2005-cal', 'lcs2003-cal', 'lcs2005-server', 'pic-licence', 'ocs2007-external-connector'],
];

/** Half of the lines have Software Assurance on the day that counts, in two terms or one. */
export function generatePortfolio({
  lines,
  seed,
}: {
  readonly lines: number;
  readonly seed: number;
}): Holding[] {
  const next = numbers(seed);
  return Array.from({ length: lines }, () => {
    const from = addDays('2006-01-01', next(900));
    const to = addDays(from, 364);
    const terms = [
      { from, to },
      { from: addDays(to, 1), to: addDays(to, 365) },
    ];
    return { product: products[next(products.length)]!, quantity: next(500), sa: terms.slice(0, next(3)) };
  });
}

export interface EstateFigures {
  readonly people: number;
  readonly assignments: number;
  readonly complianceSeconds: number;
  readonly shortfall: Compliance['shortfall'];
  readonly uncovered: number;
  readonly edges: number;
  readonly accessSeconds: number;
  readonly unlicensedEdges: number;
}

export function estateFigures({ people = 100_000, edges = 400_000, seed = 1 } = {}): EstateFigures {
  const estate = generateEstate({ people, seed });
  const access = generateAccess(estate, { edges, seed });
  const start = performance.now();
  const position = compliance(estate, { asOf: AS_OF, profile: 'printed' });
  const complianceSeconds = (performance.now() - start) / 1000;
  if (!position.ok) throw new Error(position.fault.sentence);
  const then = performance.now();
  const coverage = new Coverage(estate.assignments ?? [], estate.release);
  const found = unlicensedAccess(access, coverage, { from: addDays(AS_OF, -89), to: AS_OF });
  const accessSeconds = (performance.now() - then) / 1000;
  const { uncovered, shortfall } = position.value;
  return {
    people,
    assignments: estate.assignments?.length ?? 0,
    complianceSeconds,
    shortfall,
    uncovered: (uncovered?.users ?? 0) + (uncovered?.devices ?? 0),
    edges,
    accessSeconds,
    unlicensedEdges: found.edges.length,
  };
}

export interface PortfolioFigures {
  readonly lines: number;
  readonly seconds: number;
  readonly entitled: Transition['entitled'];
}

export function portfolioFigures({ lines = 10_000, seed = 1 } = {}): PortfolioFigures {
  const holdings = generatePortfolio({ lines, seed });
  const start = performance.now();
  const moved = transition(holdings, { profile: 'printed' });
  const seconds = (performance.now() - start) / 1000;
  if (!moved.ok) throw new Error(moved.fault.sentence);
  return { lines, seconds, entitled: moved.value.entitled };
}
