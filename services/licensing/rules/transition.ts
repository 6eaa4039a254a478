// From Live Communications Server and OCS 2007 to OCS 2007 R2 by Software Assurance (licensing rules A18, A23, A24, D4,
// D5, D22 to D24, D31): the table is data, this reads it. Called by the transition page, quotes and the command line.
import { done, type Outcome } from '@parley/platform/contract';
import transitions from '../catalogue/transitions.json' with { type: 'json' };
import { skuOf } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import type { Profile } from './model.ts';
import { countsOf, daysOf, isActive, type Term, termsOf } from './terms.ts';

/** When OCS 2007 R2 came out, the day on which rule D31 asks for Software Assurance. */
export const r2Release: string = transitions.r2Release;

export interface Holding {
  readonly product: string;
  readonly quantity: number;
  /** Terms of Software Assurance; none where it was never bought. */
  readonly sa: readonly Term[];
  /** Names the licences themselves, so that none is counted under two products (D24). */
  readonly licence?: string | undefined;
}

export interface TransitionLine {
  readonly product: string;
  readonly quantity: number;
  /** How many of them count: fewer where D24 finds them under another product. */
  readonly counted: number;
  readonly saActive: boolean;
  /** SKUs that each licence gives, one of each. */
  readonly entitled: readonly string[];
  readonly note?: string;
  /** What happens to them and why, in plain words. */
  readonly sentence: string;
  readonly rules: readonly string[];
  readonly discrepancy: boolean;
}

export interface Transition {
  readonly release: string;
  readonly profile: Profile;
  readonly entitled: Readonly<Record<string, number>>;
  /** Licences that the change of version does not touch. */
  readonly unchanged: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  /** One for each holding, in its order. */
  readonly lines: readonly TransitionLine[];
  readonly rules: readonly string[];
  readonly discrepancy: boolean;
}

interface Row {
  readonly held: string;
  readonly rules: readonly string[];
  readonly entitled: Readonly<Record<Profile, readonly string[]>>;
  readonly discrepancy?: string;
}

/** Licences that the table does not name, by what they are; the first that fits counts. */
interface WithoutRow {
  readonly model?: string;
  readonly family?: string;
  readonly version?: string;
  readonly note: string;
  readonly rules: readonly string[];
  readonly unchanged?: boolean;
  /** Without Software Assurance row 5 names it; with it no row does. */
  readonly needsSa?: boolean;
}

const rows = new Map((transitions.rows as readonly Row[]).map((each) => [each.held, each]));
const withoutRow = transitions.withoutRow as readonly WithoutRow[];

/** @returns undefined for a licence of the table. */
function withoutRowOf(product: string): WithoutRow | undefined {
  const sku = skuOf(product);
  if (rows.has(product) || sku === undefined) return undefined;
  return withoutRow.find(
    ({ model = sku.model, family = sku.family, version = sku.version }) =>
      model === sku.model && family === sku.family && version === sku.version,
  );
}

export function transition(
  holdings: readonly Holding[],
  { profile, release = r2Release }: { readonly profile: Profile; readonly release?: string | undefined },
): Outcome<Transition> {
  const day = daysOf({ release });
  if (!day.ok) return day;
  const elsewhere = new Map<string, number>();
  for (const { product, quantity, sa, licence } of holdings) {
    const counts = countsOf({ [product]: quantity });
    if (!counts.ok) return counts;
    if (!rows.has(product) && skuOf(product) === undefined)
      return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${product}.`);
    const terms = termsOf(product, sa);
    if (!terms.ok) return terms;
    if (licence !== undefined && product.startsWith('ocs2007-'))
      elsewhere.set(licence, (elsewhere.get(licence) ?? 0) + quantity);
  }
  const lines = holdings.map((holding): TransitionLine => {
    const line = lineOf(holding, profile, release, elsewhere);
    return { ...line, sentence: sentenceOf(line, profile, release) };
  });
  const entitled: Record<string, number> = {};
  const unchanged: Record<string, number> = {};
  const notes = new Set<string>();
  const rules = new Set<string>();
  for (const line of lines) {
    for (const sku of line.entitled) {
      if (line.counted > 0) entitled[sku] = (entitled[sku] ?? 0) + line.counted;
    }
    if (withoutRowOf(line.product)?.unchanged)
      unchanged[line.product] = (unchanged[line.product] ?? 0) + line.counted;
    if (line.note !== undefined) notes.add(line.note);
    for (const rule of line.rules) rules.add(rule);
  }
  return done({
    release,
    profile,
    entitled,
    unchanged,
    notes: [...notes],
    lines,
    rules: [...rules],
    discrepancy: lines.some(({ discrepancy }) => discrepancy),
  });
}

function lineOf(
  { product, quantity, sa, licence }: Holding,
  profile: Profile,
  release: string,
  elsewhere: Map<string, number>,
): Omit<TransitionLine, 'sentence'> {
  const saActive = sa.some((term) => isActive(term, release));
  const line = { product, quantity, counted: quantity, saActive, entitled: [], discrepancy: false };
  const other = withoutRowOf(product);
  if (other !== undefined) {
    // D23: the lack of Software Assurance is said first, by row 5.
    if (other.needsSa && !saActive) return { ...line, note: 'no-active-sa', rules: ['A23.5', 'D31'] };
    return { ...line, note: other.note, rules: other.rules };
  }
  const row = rows.get(product) as Row;
  if (!saActive) {
    const bullet = row.rules.filter((rule) => rule === 'A24' || rule === 'D23');
    return { ...line, note: 'no-active-sa', rules: ['A23.5', 'D31', ...bullet] };
  }
  const rules = [...row.rules, 'D31'];
  const discrepancy = row.discrepancy !== undefined;
  if (licence === undefined || product.startsWith('ocs2007-'))
    return { ...line, entitled: row.entitled[profile], rules, discrepancy };
  const twice = Math.min(quantity, elsewhere.get(licence) ?? 0);
  elsewhere.set(licence, (elsewhere.get(licence) ?? 0) - twice);
  return {
    ...line,
    counted: quantity - twice,
    entitled: row.entitled[profile],
    rules: [...rules, 'D24'],
    ...(twice > 0 ? { note: 'counted-once' } : {}),
    discrepancy,
  };
}

const noteSentences = new Map<string, string>([
  ['public-im-licence-unchanged', 'A licence of its own that the new version does not touch.'],
  ['external-connector-not-needed-in-r2', 'Nothing takes its place: anonymous attendees need none on R2.'],
  ['already-current', 'They are of this version already.'],
  ['no-row-for-this-licence', 'The table of the transition does not name them.'],
]);

function sentenceOf(
  { product, counted, quantity, entitled, note }: Omit<TransitionLine, 'sentence'>,
  profile: Profile,
  release: string,
): string {
  if (note === 'no-active-sa')
    return `Without Software Assurance on ${release} they give no right to the new version.`;
  const said = noteSentences.get(note ?? '');
  if (said !== undefined) return said;
  const gives = `Software Assurance was active on ${release}: each gives ${namesOf(entitled)}.`;
  const once = counted < quantity ? ` ${quantity - counted} are counted as OCS 2007 licences already.` : '';
  const row = rows.get(product);
  if (row?.discrepancy === undefined) return gives + once;
  const other = profile === 'printed' ? 'corrected' : 'printed';
  const doubt = ` The print is doubtful here (${row.discrepancy}); as ${other} it is ${namesOf(row.entitled[other])}.`;
  return gives + once + doubt;
}

function namesOf(ids: readonly string[]): string {
  return ids.map((id) => `one ${skuOf(id)?.name ?? id}`).join(' and ');
}
