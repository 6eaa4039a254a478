// The position of a day, the servers and the true-up, as reports (licensing rules A2, A22, B5, M3, M11, S13). Pure: ledger,
// reckoning and what the directory says go in.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors, type OperationReply, type OperationRequest } from './contract.ts';
import type { Reckoning } from './reckoning.ts';
import { catalogueHash, catalogueVersion } from './rules/catalogue.ts';
import { addDays, daysBetween, isDay } from './rules/day.ts';
import type { Ledger } from './rules/ledger.ts';
import type { Settings } from './rules/model.ts';
import type { Position, PositionLine, TrendPoint } from './rules/report.ts';
import { serverLicences } from './rules/server-licence.ts';
import { annualTrueUp, QUARTERS, quarterlyTrueUp } from './rules/true-up.ts';

const ENDING_WITHIN_DAYS = 90;
const RELEASE = 'parley1';
const SERVER = 'parley-server';

export function serversReport(ledger: Ledger, day: string, runningHost: string): OperationReply<'servers'> {
  const oses = [...ledger.oses.values()];
  const { profile } = ledger.settings;
  const counted = serverLicences(
    {
      release: RELEASE,
      edition: oses.some(({ edition }) => edition === 'enterprise') ? 'enterprise' : 'standard',
      oses: oses.map(({ oseId, roles, edition }) => ({ id: oseId, roles, edition })),
    },
    profile,
  );
  const owned = [...ledger.grants.values()]
    .filter(({ sku, from, to }) => sku === SERVER && from <= day && (to === null || day <= to))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const same = runningHost.toLowerCase();
  return {
    oses: oses.map((ose) => ({
      ...ose,
      running: [ose.host, ose.oseId].some((name) => name.toLowerCase() === same),
    })),
    needed: counted.ok ? counted.value.licences : 0,
    owned,
    violations: counted.ok ? [...counted.value.violations] : [counted.fault.sentence],
    rules: counted.ok ? [...counted.value.rules] : [],
  };
}

export function positionReport(
  ledger: Ledger,
  reckoning: Reckoning,
  estate: { readonly people: number; readonly runningHost: string },
): Position {
  const { settings, overSince } = ledger;
  const { day } = reckoning;
  const servers = serversReport(ledger, day, estate.runningHost);
  return {
    asOf: day,
    profile: settings.profile,
    catalogueVersion,
    catalogueHash: catalogueHash(),
    mode: settings.mode,
    people: estate.people,
    devices: reckoning.devices.size,
    windowDays: settings.windowDays,
    lines: positionLines(reckoning, servers.needed),
    unlicensed: { ...reckoning.unlicensed },
    overSince,
    graceDaysLeft: overSince === null ? null : (reckoning.graceDaysLeft ?? 0),
    ending: endingsOf(ledger, day),
    servers: { needed: servers.needed, owned: servers.owned, violations: servers.violations },
  };
}

function positionLines({ lines }: Reckoning, serversNeeded: number): PositionLine[] {
  const withServers = lines.some(({ sku }) => sku === SERVER)
    ? lines
    : [...lines, { sku: SERVER, metric: 'server' as const, owned: 0, assigned: 0, needed: 0 }];
  return withServers
    .map((line) => (line.sku === SERVER ? { ...line, needed: serversNeeded } : line))
    .filter(({ owned, assigned, needed }) => owned + assigned + needed > 0)
    .map((line) => ({
      ...line,
      difference: line.owned - Math.max(line.assigned, line.needed),
      rules: line.sku === SERVER ? ['A2', 'S14'] : ['A3', 'A10', 'B5', 'S1', 'S4'],
    }));
}

export function endingsOf({ saTerms, files }: Ledger, day: string): Position['ending'] {
  const endings = [
    ...[...saTerms.values()].map(({ saTermId, to }) => ({ what: 'assurance', id: saTermId, on: to })),
    ...[...files.values()]
      .filter(({ notAfter }) => notAfter !== null)
      .map(({ fileId, notAfter }) => ({ what: 'file', id: fileId, on: String(notAfter).slice(0, 10) })),
  ];
  return endings
    .filter(({ on }) => on >= day && on <= addDays(day, ENDING_WITHIN_DAYS))
    .map((ending) => ({ ...ending, daysLeft: daysBetween(day, ending.on) }))
    .sort((one, other) => one.daysLeft - other.daysLeft);
}

/** What is remembered of a day, for the trend and for the peaks of the true-up: metrics of one SKU together. */
export function trendPoints(reckoning: Reckoning): TrendPoint[] {
  const points = new Map<string, TrendPoint>();
  for (const { sku, owned, assigned, needed } of reckoning.lines) {
    const point = points.get(sku) ?? { day: reckoning.day, sku, owned: 0, assigned: 0, needed: 0 };
    point.owned += owned;
    point.assigned += assigned;
    point.needed += needed;
    points.set(sku, point);
  }
  return [...points.values()];
}

/** Rule S13: by the most that was assigned or needed on any day of the period, or of each of its quarters. */
export function trueUpReport(
  { from, to, form }: OperationRequest<'true-up'>,
  points: readonly TrendPoint[],
  { prices }: Settings,
): Outcome<OperationReply<'true-up'>> {
  if (!isDay(from) || !isDay(to) || to < from) return licensingErrors.fault('LICENCE_BAD_DATE');
  const periods = form === 'annual' ? [{ period: `${from} to ${to}`, from, to }] : quartersOf(from, to);
  const lines: OperationReply<'true-up'>['lines'] = [];
  const rules = new Set(['S13']);
  for (const sku of [...new Set(points.map((point) => point.sku))].sort()) {
    const own = points.filter((point) => point.sku === sku);
    const inPeriod = (period: { from: string; to: string }) =>
      own.filter(({ day }) => period.from <= day && day <= period.to);
    const peaks = periods.map((period) =>
      Math.max(0, ...inPeriod(period).map(({ assigned, needed }) => Math.max(assigned, needed))),
    );
    // Owned at the start: what was bought during the period answers its growth already.
    const owned = own[0]?.owned ?? 0;
    const bought = Math.max(0, (own.at(-1)?.owned ?? 0) - owned);
    const price = prices.find((each) => each.sku === sku && each.packSize === 1)?.price ?? 0;
    const answer =
      form === 'annual'
        ? annualTrueUp(owned + bought, peaks, price)
        : quarterlyTrueUp(owned + bought, peaks, price);
    if (!answer.ok) return answer;
    const { cost, ownedAfter } = answer.value;
    const add = ownedAfter - owned - bought;
    for (const rule of answer.value.rules) rules.add(rule);
    lines.push({
      sku,
      owned: owned + bought,
      peaks: periods.map(({ period }, index) => ({ period, peak: peaks[index] ?? 0 })),
      add,
      charges: 'charges' in answer.value ? [...answer.value.charges] : [cost],
      cost,
      updateStatementRequired: add === 0,
    });
  }
  return done({ lines, rules: [...rules] });
}

function quartersOf(from: string, to: string) {
  const days = daysBetween(from, to) + 1;
  return Array.from({ length: QUARTERS }, (_, index) => {
    const start = addDays(from, Math.floor((days * index) / QUARTERS));
    const end = addDays(from, Math.floor((days * (index + 1)) / QUARTERS) - 1);
    return { period: `${start} to ${end}`, from: start, to: end < start ? start : end };
  });
}
