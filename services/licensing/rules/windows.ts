// What an estate of Windows servers needs: CALs, server and processor licences, and the caps that no CAL can cure
// (licensing rules B2 to B12, S6, S15, S21, S22, S25). Called by compliance pages, quotes and the command line.
import { done, type Outcome } from '@parley/platform/contract';
import { skuOf } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { countsOf } from './terms.ts';
import {
  type CalScope,
  calSkuOf,
  exemptAdministrators,
  type WindowsProduct,
  windowsCal,
  windowsFamilies,
  windowsFamily,
  windowsProduct,
} from './windows-catalogue.ts';

export interface WindowsServers {
  readonly product: string;
  /** Servers of this line; 1 unless stated. */
  readonly quantity?: number | undefined;
  /** CALs in the box, where the product is sold in variants (D15). */
  readonly variant?: number | undefined;
  /** Of each server. */
  readonly processors?: number | undefined;
  readonly virtualOses?: number | undefined;
  /** People who reach these servers; all of them unless stated (S6). */
  readonly users?: number | undefined;
}

export interface WindowsEstate {
  readonly servers: readonly WindowsServers[];
  /** Internal people. Each has one device unless `devices` is stated. */
  readonly users: number;
  readonly devices?: number | undefined;
  /** Which CALs are wanted. Unless stated, the type that needs fewer (B4: the person or the device). */
  readonly metric?: 'user' | 'device' | undefined;
  /** People who only administer, beside `users`. */
  readonly adminOnly?: number | undefined;
  /** Our own licensed servers that reach these: they need none (S25). */
  readonly peerServers?: number | undefined;
  readonly sqlUsers?: number | undefined;
  readonly remoteDesktopUsers?: number | undefined;
  readonly rightsManagementUsers?: number | undefined;
  readonly anonymousInternet?: number | undefined;
  /** Devices on our own network that nobody signs in to: kiosks (D19). */
  readonly anonymousLan?: number | undefined;
  /** The anonymous devices use Web workloads only (S25). */
  readonly webWorkload?: boolean | undefined;
  /** People beside `users` who use Web workloads only. */
  readonly webWorkloadUsers?: number | undefined;
  /** Outsiders who sign in, and the External Connectors that are held for them (B3, S8). */
  readonly externalUsers?: number | undefined;
  readonly externalConnectors?: number | undefined;
  /** Computers that the operating system is installed on (B2). */
  readonly computers?: number | undefined;
  readonly held?: Readonly<Record<string, number>> | undefined;
}

export interface Need {
  readonly required: number;
  readonly included: number;
  readonly held: number;
  readonly toBuy: number;
}

export interface WindowsNeed {
  readonly calsRequired: number;
  readonly calsIncluded: number;
  readonly calsHeld: number;
  readonly calsToBuy: number;
  /** What `calsToBuy` is made of. */
  readonly buy: readonly { readonly sku: string; readonly quantity: number }[];
  readonly serverLicences: number;
  readonly processorLicences: number;
  /** Rights on top of the Windows CAL, for those who use them (B12, S22). */
  readonly additive: Readonly<Partial<Record<Exclude<CalScope, 'windows'>, Need>>>;
  readonly violations: readonly string[];
  readonly warnings: readonly string[];
  readonly outgrown: readonly { readonly product: string; readonly into: string; readonly cals: number }[];
  readonly rules: readonly string[];
  readonly discrepancy: boolean;
}

/** Additive rights: B12 and D20 for SQL Server, S22 for the others. */
const additives = [
  { scope: 'sql-server', people: 'sqlUsers', rules: ['B12', 'D20'] },
  { scope: 'remote-desktop', people: 'remoteDesktopUsers', rules: ['S22'] },
  { scope: 'rights-management', people: 'rightsManagementUsers', rules: ['S22'] },
] as const;

interface Line {
  readonly product: WindowsProduct;
  readonly quantity: number;
  readonly included: number;
  readonly users: number | undefined;
  readonly processors: number;
  readonly virtualOses: number;
}

/** What the rules touch and find while an estate is worked out. */
class Findings {
  readonly rules = new Set<string>();
  readonly violations = new Set<string>();
  readonly warnings = new Set<string>();
  cite(...rules: readonly string[]): void {
    for (const rule of rules) this.rules.add(rule);
  }
}

export function windowsNeed(estate: WindowsEstate): Outcome<WindowsNeed> {
  const { servers, held = {}, metric: _, webWorkload: __, ...counts } = estate;
  const checked = countsOf({ ...counts, ...held });
  if (!checked.ok) return checked;
  for (const sku of Object.keys(held)) {
    if (skuOf(sku) === undefined)
      return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${sku}.`);
  }
  const findings = new Findings();
  const lines: Line[] = [];
  for (const server of servers) {
    const line = lineOf(server, findings);
    if (!line.ok) return line;
    lines.push(line.value);
  }
  const licences = licencesOf(lines, findings);
  const base = lines.filter(({ product }) => product.calsRequired && product.calScope === 'windows');
  const demand = base.length === 0 ? { people: 0, kiosks: 0 } : accessing(estate, base, findings);
  const cals = calsOf(base, demand, held, metricOf(estate), findings);
  const additive = additiveOf(estate, lines, held, findings);
  if (estate.computers !== undefined) {
    findings.cite('B2', 'B3');
    if (estate.computers > lines.reduce((sum, each) => sum + each.quantity, 0))
      findings.violations.add('one-computer-per-server-licence');
  }
  const outgrown = capsOf(estate, lines, findings);
  return done({
    ...cals,
    ...licences,
    calsRequired: demand.people + demand.kiosks,
    additive,
    violations: [...findings.violations],
    warnings: [...findings.warnings],
    outgrown,
    rules: [...findings.rules],
    discrepancy: lines.some(({ product }) => product.misprint !== undefined),
  });
}

/**
 * Moving an estate to another product. Where the old one needed no CALs none are carried over: everybody needs one (S21).
 */
export function windowsMove(
  from: string,
  to: string,
  estate: Omit<WindowsEstate, 'servers'>,
): Outcome<WindowsNeed> {
  const old = windowsProduct(from);
  if (old === undefined) return unknownProduct(from);
  const need = windowsNeed({
    ...estate,
    ...(old.calsRequired ? {} : { held: {} }),
    servers: [{ product: to }],
  });
  return need.ok ? done({ ...need.value, rules: [...new Set([...need.value.rules, 'S21'])] }) : need;
}

function unknownProduct(product: string) {
  return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `${product} is no Windows server.`);
}

function lineOf(server: WindowsServers, findings: Findings): Outcome<Line> {
  const product = windowsProduct(server.product);
  if (product === undefined) return unknownProduct(server.product);
  const { quantity = 1, variant, processors = 1, virtualOses = 0, users } = server;
  const checked = countsOf({ quantity, variant, processors, virtualOses, users });
  if (!checked.ok) return checked;
  findings.cite(...product.rules);
  let included = product.calsIncluded[0] as number;
  if (product.calsIncluded.length > 1) {
    if (variant !== undefined && product.calsIncluded.includes(variant)) included = variant;
    else findings.warnings.add('unknown-variant');
  }
  return done({ product, quantity, included: included * quantity, users, processors, virtualOses });
}

/** S15: what one licence covers, of each server. */
function licencesOf(lines: readonly Line[], findings: Findings) {
  let serverLicences = 0;
  let processorLicences = 0;
  for (const { product, quantity, processors, virtualOses } of lines) {
    const { covers } = product;
    if (product.licence === 'processor+cal') {
      processorLicences += quantity * Math.ceil(processors / (covers.processors ?? 1));
      continue;
    }
    const byProcessors = covers.processors === undefined ? 1 : Math.ceil(processors / covers.processors);
    const byVirtualOses = covers.virtualOses === undefined ? 1 : Math.ceil(virtualOses / covers.virtualOses);
    serverLicences += quantity * Math.max(1, byProcessors, byVirtualOses);
  }
  findings.cite('B2');
  return { serverLicences, processorLicences };
}

interface Demand {
  readonly people: number;
  /** Devices that nobody signs in to: only a CAL of the device covers them. */
  readonly kiosks: number;
}

/** B4: one CAL for each person or each device that reaches a server whose access needs one. */
function accessing(estate: WindowsEstate, base: readonly Line[], findings: Findings): Demand {
  findings.cite('B3', 'B4');
  const { users, devices, metric } = estate;
  let people = users;
  if (metric === 'device') people = devices ?? users;
  // With nobody named, the devices are used by no one in particular and each needs its own.
  else if (metric === undefined && devices !== undefined)
    people = users === 0 ? devices : Math.min(users, devices);
  if (estate.adminOnly !== undefined || estate.peerServers !== undefined) findings.cite('S25');
  people += Math.max(0, (estate.adminOnly ?? 0) - exemptAdministrators);
  if (estate.anonymousInternet !== undefined || estate.anonymousLan !== undefined) findings.cite('D19');
  const webExempt = base.every(({ product }) => windowsFamily(product.family)?.webWorkloadsExempt);
  if (estate.webWorkload || estate.webWorkloadUsers !== undefined) findings.cite('S25');
  if (!webExempt) people += estate.webWorkloadUsers ?? 0;
  if (estate.externalUsers !== undefined) {
    findings.cite('S8');
    const servers = base.reduce((sum, { quantity }) => sum + quantity, 0);
    if ((estate.externalConnectors ?? 0) < servers) people += estate.externalUsers;
  }
  const kiosks = estate.webWorkload && webExempt ? 0 : (estate.anonymousLan ?? 0);
  return { people, kiosks };
}

function metricOf({ users, devices, metric }: WindowsEstate): 'user' | 'device' {
  if (metric !== undefined) return metric;
  return devices !== undefined && (devices < users || users === 0) ? 'device' : 'user';
}

/** CALs at hand; those in the box of a server are neither of users nor of devices yet. */
interface Stock {
  readonly metric: 'user' | 'device' | 'either';
  readonly reaches: readonly string[];
  left: number;
}

/** What is still needed after the stock that reaches this family was used, the types in this order. */
function serve(
  need: number,
  family: string,
  stock: readonly Stock[],
  types: readonly Stock['metric'][],
): number {
  let open = need;
  for (const type of types) {
    for (const each of stock) {
      if (each.metric !== type || !each.reaches.includes(family)) continue;
      const used = Math.min(open, each.left);
      open -= used;
      each.left -= used;
    }
  }
  return open;
}

/**
 * S6: a CAL opens servers of its own version and older ones, so the newest servers are served first and what is left of
 * their CALs goes to the older. Included CALs are pooled over the estate.
 */
function calsOf(
  base: readonly Line[],
  { people, kiosks }: Demand,
  held: Readonly<Record<string, number>>,
  metric: 'user' | 'device',
  findings: Findings,
) {
  const tiers = windowsFamilies.filter(({ family }) => base.some(({ product }) => product.family === family));
  if (tiers.length > 1) findings.cite('S6');
  const stock: Stock[] = base.map((line) => ({
    metric: 'either',
    reaches: [line.product.family],
    left: line.included,
  }));
  let calsHeld = 0;
  for (const [sku, quantity] of Object.entries(held)) {
    const cal = windowsCal(sku);
    if (cal?.scope !== 'windows') continue;
    stock.push({ metric: cal.metric === 'device' ? 'device' : 'user', reaches: cal.reaches, left: quantity });
    calsHeld += quantity;
  }
  if (calsHeld > 0) findings.cite('B5');
  const buy: { sku: string; quantity: number }[] = [];
  const buying = (family: string, type: 'user' | 'device', quantity: number) => {
    if (quantity > 0) buy.push({ sku: skuToBuy(base, family, type), quantity });
  };
  let served = 0;
  for (const [index, { family }] of tiers.entries()) {
    // Nothing says which servers a kiosk reaches, so it counts where CALs are newest.
    if (index === 0) buying(family, 'device', serve(kiosks, family, stock, ['device', 'either']));
    const mine = base.filter(({ product }) => product.family === family);
    const reach = index === tiers.length - 1 ? people : Math.max(served, reachingAny(mine, people));
    buying(family, metric, serve(reach - served, family, stock, ['user', 'device', 'either']));
    served = reach;
  }
  return {
    calsIncluded: base.reduce((sum, each) => sum + each.included, 0),
    calsHeld,
    calsToBuy: buy.reduce((sum, each) => sum + each.quantity, 0),
    buy,
  };
}

/** The CALs of the product itself where all servers of the family have the same, else those of the family. */
function skuToBuy(base: readonly Line[], family: string, type: 'user' | 'device'): string {
  const own = new Set(
    base.filter(({ product }) => product.family === family).map(({ product }) => product.cals?.[type]),
  );
  const [only] = own;
  return own.size === 1 && only !== undefined ? only : (calSkuOf(family, type) as string);
}

/** How many of the people reach at least one of these servers, as far as that is stated. */
function reachingAny(lines: readonly Line[], people: number): number {
  return Math.min(people, Math.max(0, ...lines.map(({ users }) => users ?? people)));
}

function additiveOf(
  estate: WindowsEstate,
  lines: readonly Line[],
  held: Readonly<Record<string, number>>,
  findings: Findings,
): WindowsNeed['additive'] {
  const result: Partial<Record<Exclude<CalScope, 'windows'>, Need>> = {};
  const onlyAddOn = lines.length > 0 && lines.every(({ product }) => product.calScope === 'sql-server');
  for (const { scope, people, rules } of additives) {
    const selling = lines.filter(({ product }) => product.calScope === scope);
    const stated = estate[people];
    if (selling.length === 0 && stated === undefined) continue;
    if (scope === 'sql-server' && selling.length === 0) continue;
    if (stated === undefined && !onlyAddOn) findings.warnings.add(`${scope}-users-not-stated`);
    findings.cite(...rules);
    const required = stated ?? (onlyAddOn ? estate.users : 0);
    const included = selling.reduce((sum, each) => sum + each.included, 0);
    const mine = Object.entries(held).filter(([sku]) => windowsCal(sku)?.scope === scope);
    const ours = mine.reduce((sum, [, quantity]) => sum + quantity, 0);
    result[scope] = { required, included, held: ours, toBuy: Math.max(0, required - included - ours) };
  }
  return result;
}

/** B9 to B11, S21: caps are reported, never a reason to stop a server. */
function capsOf(estate: WindowsEstate, lines: readonly Line[], findings: Findings): WindowsNeed['outgrown'] {
  const accounts = estate.users + (estate.adminOnly ?? 0);
  const outgrown: WindowsNeed['outgrown'][number][] = [];
  for (const { product } of lines) {
    let over = false;
    for (const { of, limit, rule } of product.caps) {
      const count = of === 'devices' ? estate.devices : accounts;
      if (count === undefined) continue;
      findings.cite(rule);
      if (count <= limit) continue;
      over = true;
      findings.violations.add(`max-${of}`);
    }
    if (!over || product.outgrownInto === undefined) continue;
    const included = windowsProduct(product.outgrownInto)?.calsIncluded[0] ?? 0;
    outgrown.push({
      product: product.product,
      into: product.outgrownInto,
      cals: Math.max(0, estate.users - included),
    });
  }
  return outgrown;
}
