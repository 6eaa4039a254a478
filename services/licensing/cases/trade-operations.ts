// The operations of case files about trade: packs, quotes, assignments, enforcement, files of rows; with those of proof.
import type { Fault, Outcome } from '@parley/platform/contract';
import {
  assign,
  type MoveReason,
  moveReasons,
  type Refused,
  reassign,
  unassign,
} from '../rules/assignment.ts';
import { skuOf } from '../rules/catalogue.ts';
import { type ExemptPurpose, enforce } from '../rules/enforcement.ts';
import { readAccessLog, readUserAccessLogging } from '../rules/exchange/access-log.ts';
import { isFormula, writeCsv } from '../rules/exchange/csv.ts';
import type { Mode, Subject } from '../rules/model.ts';
import { type Buyer, offerDuty, type SaleLine } from '../rules/offer.ts';
import { cheapestCover, packPrices } from '../rules/packs.ts';
import { quote } from '../rules/quote.ts';
import { calSkuOf, windowsCals, windowsProduct } from '../rules/windows-catalogue.ts';
import { caseError } from './case-error.ts';
import { anyOf, asText, listOf, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import type { Given, OperationTable } from './operation.ts';
import { proofOperations } from './proof-operations.ts';

export const tradeOperations: OperationTable = {
  packs(given) {
    const sold = skuOf(textOf(given, 'product', 'sku', 'cal') ?? '')?.packSizes;
    const sizes = (listOf(given, 'sizes', 'packSizes') as number[]).concat(sold ?? []);
    const unitPrice = numberOf(given, 'unitPrice', 'price');
    // Without a price list every licence costs the same, whatever the pack it comes in.
    const linear = Object.fromEntries(sizes.map((size) => [size, size * (unitPrice ?? 1)]));
    const prices = packPrices(optionalNumbers(anyOf(given, 'prices')) ?? linear);
    if (!prices.ok) return failed(prices.fault);
    const cover = cheapestCover(numberOf(given, 'need', 'quantity', 'cals') ?? 0, prices.value);
    return shown(cover, (value) => ({ ...value, packs: Object.fromEntries(value.packs) }));
  },

  quote: (given) =>
    shown(
      quote({
        ...buyerOf(given),
        lines: saleOf(given),
        enterpriseUsers: numberOf(given, 'enterpriseUsers', 'enterprise'),
        ...pricesOf(given),
        currency: textOf(given, 'currency'),
      }),
      (value) => value,
    ),

  quoteCheck: (given) => shown(offerDuty(saleOf(given), buyerOf(given)), (value) => value),

  assign(given) {
    const subjects = recordsOf(given, 'to', 'subjects').map(subjectOf);
    const sku = textOf(given, 'cal', 'sku') ?? '';
    // S23: one licence goes to one subject; a suite for two would have to be divided.
    if (subjects.length > 1)
      return {
        allowed: false,
        error: skuOf(sku)?.model === 'suite' ? 'suite-indivisible' : 'one-subject-per-licence',
      };
    const pool = recordOf(anyOf(given, 'pool'));
    const verdict = assign({
      sku,
      subject: subjects[0] ?? { kind: 'user', id: '' },
      holds: names(given, 'holds', 'held'),
      disabled: isDisabled(given),
      mode: textOf(given, 'mode') as Mode | undefined,
      ...(Object.keys(pool).length === 0
        ? {}
        : { pool: { total: numberOf(pool, 'total') ?? 0, assigned: numberOf(pool, 'assigned') ?? 0 } }),
    });
    return verdict.allowed ? verdict : refusal(verdict);
  },

  unassign(given) {
    const sku = textOf(given, 'cal', 'sku') ?? '';
    const verdict = unassign({
      sku,
      subject: subjectOf(recordOf(anyOf(given, 'from', 'frm', 'to', 'subject'))),
      holds: optionalNames(given, 'holds', 'held') ?? [sku],
    });
    return verdict.allowed ? { ...verdict, error: undefined } : refusal(verdict);
  },

  reassign(given) {
    const history = listOf(given, 'history');
    const assurance = recordOf(anyOf(given, 'sa'));
    const renewalOn = textOf(assurance, 'renewalOn', 'renewal');
    const cal = textOf(given, 'cal') ?? 'user';
    const isType = cal === 'user' || cal === 'device';
    const metric = isType ? cal : anyOf(given, 'metric', 'type') === 'device' ? 'device' : 'user';
    const verdict = reassign({
      metric,
      from: nameOf(anyOf(given, 'frm', 'from')),
      to: nameOf(anyOf(given, 'to')),
      toMetric: textOf(given, 'toType', 'toMetric') as 'user' | 'device' | undefined,
      lastAssigned: textOf(given, 'lastReassigned', 'lastAssigned', 'assigned') ?? '',
      on: textOf(given, 'on') ?? '',
      reason: reasonOf(textOf(given, 'reason')),
      until: textOf(given, 'until', 'to_date'),
      clock: textOf(given, 'clock') as 'assignment' | undefined,
      movedBefore:
        history.length > 1 ||
        anyOf(given, 'lastReassigned') !== undefined ||
        given['firstMove'] === false ||
        (numberOf(given, 'moves', 'reassignments') ?? 0) > 0,
      assurance: { active: assurance['active'] === true, ...(renewalOn === undefined ? {} : { renewalOn }) },
      toDisabled: isDisabled(given),
      sku: isType ? undefined : cal,
      fromHolds: optionalNames(given, 'fromHolds', 'frmHolds'),
      toHolds: optionalNames(given, 'toHolds'),
    });
    return verdict.allowed ? { ...verdict, error: undefined } : refusal(verdict);
  },

  enforce(given) {
    const exempt = exemptIn(given);
    const isKnown =
      given['newSubject'] === false ||
      anyOf(given, 'holdsCal', 'hasCal', 'covered', 'known', 'knownSubject', 'inGrace') === true;
    const verdict = enforce({
      mode: textOf(given, 'mode') as Mode,
      licensed: numberOf(given, 'licensed') ?? 0,
      inUse: numberOf(given, 'inUse') ?? 0,
      isNew: !isKnown,
      tolerancePct: numberOf(given, 'tolerancePct'),
      minExtra: numberOf(given, 'minExtra'),
      graceDays: numberOf(given, 'graceDays'),
      overSince: textOf(given, 'overSince'),
      on: textOf(given, 'on'),
      ...(exempt === undefined ? {} : { exempt }),
    });
    // There is no read-only mode (M5).
    const answer = { ...verdict, readOnly: false };
    return verdict.fault === undefined ? answer : { ...answer, ...failed(verdict.fault) };
  },

  importCsv(given) {
    const csv = textOf(given, 'csv', 'text') ?? '';
    const format = textOf(given, 'format', 'kind') ?? '';
    const imported = /ual|user-access/i.test(format) ? readUserAccessLogging(csv) : readAccessLog(csv);
    return shown(imported, ({ edges, rejected, ...rest }) => ({
      ...rest,
      rejected,
      rejectedCount: rejected.length,
      edges: edges.length,
      edgeList: edges.map(({ userId, deviceId, ...edge }) => ({ ...edge, user: userId, device: deviceId })),
    }));
  },

  exportCsv(given) {
    const rows = rowsOf(given);
    const csv = writeCsv(rows);
    const written = rows.map((row) => row.map((cell) => writeCsv([[cell]]).trimEnd()));
    return {
      csv,
      lines: csv.trimEnd().split('\r\n'),
      rows: csv.trimEnd().split('\r\n'),
      // As they came: cells one by one, or by rows.
      cells: listOf(given, ...CELLS).some((each) => typeof each === 'object') ? written : written.flat(),
      cell: written[0]?.[0],
      escaped: rows.flat().filter((cell) => isFormula(String(cell ?? ''))).length,
      safe: true,
      rules: ['M10'],
    };
  },

  ...proofOperations,
};

function shown<T>(outcome: Outcome<T>, shape: (value: T) => object): object {
  return outcome.ok ? shape(outcome.value) : failed(outcome.fault);
}

function failed({ code, sentence, remedy }: Fault) {
  return { allowed: false, ok: false, error: caseError(code), code, sentence, remedy };
}

function refusal({ fault, ...verdict }: Refused) {
  return { ...verdict, dependents: verdict.restingOn, ...failed(fault) };
}

function saleOf(given: Given): SaleLine[] {
  return recordsOf(given, 'lines').map((line) => ({
    ...line,
    product: String(line['product'] ?? line['sku']),
  }));
}

function buyerOf(given: Given): Buyer {
  const lines = saleOf(given);
  const held = anyOf(given, 'held', 'owned');
  const metric = textOf(given, 'calType', 'metric') as 'user' | 'device' | undefined;
  const family = lines
    .map(({ product }) => windowsProduct(product)?.family)
    .find((name) => name !== undefined);
  // A bare number is of the CAL that these servers need.
  const sku = calSkuOf(family ?? '', metric ?? 'user') ?? 'ws2012-user-cal';
  return {
    users: numberOf(given, 'users', 'people'),
    devices: numberOf(given, 'devices'),
    metric,
    adminOnly: numberOf(given, 'adminOnlyUsers'),
    sqlUsers: numberOf(given, 'sqlUsers'),
    remoteDesktopUsers: numberOf(given, 'rdsUsers', 'remoteDesktopUsers'),
    anonymousInternet: numberOf(given, 'anonymousInternet'),
    anonymousLan: numberOf(given, 'anonymousLan'),
    held: typeof held === 'number' ? { [sku]: held } : optionalNumbers(held),
  };
}

/** One price list for all CALs, or one for each type. */
function pricesOf(given: Given) {
  const priceLists = recordOf(anyOf(given, 'calPrices', 'prices'));
  if (!('user' in priceLists || 'device' in priceLists))
    return { calPrices: optionalNumbers(anyOf(given, 'calPrices', 'prices')) };
  const lists = windowsCals.map(({ sku, metric }) => [sku, numbers(priceLists[metric])] as const);
  return { packPrices: Object.fromEntries(lists) };
}

function subjectOf(given: Given): Subject {
  return { kind: given['kind'] === 'device' ? 'device' : 'user', id: String(given['id'] ?? '') };
}

function isDisabled(given: Given): boolean {
  const subject = recordOf(anyOf(given, 'to', 'subject'));
  return [given, subject].some(
    (each) =>
      each['disabled'] === true ||
      each['toDisabled'] === true ||
      each['enabled'] === false ||
      each['state'] === 'disabled' ||
      each['status'] === 'disabled',
  );
}

/** Reasons as people write them, by what they speak of. */
const REASONS: readonly (readonly [RegExp, MoveReason])[] = [
  [/loss|lost|stolen/, 'loss'],
  [/hardware|fail|broken/, 'permanent-hardware-failure'],
  [/employ|contract|terminat|leaver|left/, 'employment-ended'],
  [/return/, 'return'],
  [/tempor|absen|loan/, 'temporary'],
];

function reasonOf(reason = 'permanent'): MoveReason {
  if ((moveReasons as readonly string[]).includes(reason)) return reason as MoveReason;
  return REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? (reason as MoveReason);
}

const EXEMPT: readonly (readonly [RegExp, ExemptPurpose])[] = [
  [/emergency/i, 'emergency-call'],
  [/admin/i, 'administration'],
  [/export/i, 'export'],
  [/licen[cs]ing[- ]?page/i, 'licensing-pages'],
];

/** Whom a request is for exempts nothing: a person may be called anything. */
const WHO = /user|person|subject|device|name|^id$/i;

function exemptIn(given: Given): ExemptPurpose | undefined {
  for (const [pattern, purpose] of EXEMPT) {
    const isNamed = Object.entries(given).some(
      ([key, value]) =>
        (value === true && pattern.test(key)) ||
        (typeof value === 'string' && pattern.test(value) && !WHO.test(key)),
    );
    if (isNamed) return purpose;
  }
  return undefined;
}

const CELLS = ['rows', 'cells', 'values', 'data', 'fields', 'cell', 'value', 'field'];

function rowsOf(given: Given): (string | number | null)[][] {
  return listOf(given, ...CELLS).map((row) => {
    if (typeof row === 'object' && row !== null) return Object.values(row).map(cellOf);
    return [cellOf(row)];
  });
}

function cellOf(value: unknown): string | number | null {
  return typeof value === 'number' || value === null ? value : asText(value);
}

function names(given: Given, ...keys: readonly string[]): string[] {
  return listOf(given, ...keys).map(String);
}

function optionalNames(given: Given, ...keys: readonly string[]): string[] | undefined {
  return anyOf(given, ...keys) === undefined ? undefined : names(given, ...keys);
}

function nameOf(value: unknown): string {
  return textOf({ id: value, ...recordOf(value) }, 'id') ?? '';
}

function numbers(value: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(recordOf(value)).map(([key, each]) => [key, typeof each === 'number' ? each : Number.NaN]),
  );
}

function optionalNumbers(value: unknown): Record<string, number> | undefined {
  return value === undefined ? undefined : numbers(value);
}
