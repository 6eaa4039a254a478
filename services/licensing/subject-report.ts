// People and devices with what they hold, use and need, and the evidence behind it, page by page (licensing rules A3, A9,
// A10, S2, S4). Pure: ledger, reckoning and names go in.
import type { OperationRequest } from './contract.ts';
import { coversEdge, type Reckoning, type SubjectState } from './reckoning.ts';
import { features } from './rules/feature.ts';
import type { Ledger } from './rules/ledger.ts';
import type { Assignment, CalKind, Edge, Subject } from './rules/model.ts';
import type { EvidenceRow, FeatureVerdict, SubjectRow } from './rules/report.ts';
import { earliestMoveOf } from './rules/stock.ts';

/** Who is who. */
export interface Names {
  /** Everybody of the directory. */
  people(): Iterable<{
    readonly userId: string;
    readonly name: string;
    readonly address: string;
    readonly disabled: boolean;
  }>;
  person(
    userId: string,
  ): { readonly name: string; readonly address: string; readonly disabled: boolean } | undefined;
  /** What the device calls itself, or its id. */
  device(deviceId: string): string;
}

/** A row in its place; made when its page is. */
export interface Listed<R> {
  readonly key: string;
  readonly row: () => R;
}

/** By name. */
export function subjectList(
  ledger: Ledger,
  reckoning: Reckoning,
  names: Names,
  { kind, query = '', only }: Pick<OperationRequest<'subjects'>, 'kind' | 'query' | 'only'>,
): readonly Listed<SubjectRow>[] {
  const words = wordsOf(query);
  const found: Listed<SubjectRow>[] = [];
  const look = (
    subject: Subject,
    state: SubjectState | undefined,
    shown: { name: string; detail: string; disabled: boolean },
  ) => {
    const held = state?.held ?? [];
    if (only === 'held' && held.length === 0) return;
    if (only === 'short' && state?.covered !== false) return;
    if (only === 'idle' && (held.length === 0 || state?.lastAccess !== null)) return;
    if (!matches(words, [shown.name, shown.detail, subject.id, ...held.map(({ sku }) => sku)])) return;
    const key = `${shown.name.toLowerCase()} ${subject.kind} ${subject.id}`;
    found.push({ key, row: () => rowOf(ledger, subject, state, shown) });
  };
  if (kind !== 'device') {
    const known = new Set<string>();
    for (const { userId, name, address, disabled } of names.people()) {
      known.add(userId);
      look({ kind: 'user', id: userId }, reckoning.users.get(userId), { name, detail: address, disabled });
    }
    for (const [id, state] of reckoning.users)
      if (!known.has(id)) look(state.subject, state, { name: id, detail: '', disabled: false });
  }
  if (kind !== 'user') {
    for (const [id, state] of reckoning.devices) {
      const shared = ledger.devices.get(id);
      const detail = shared?.commonArea === true ? 'common-area' : 'device';
      look(state.subject, state, { name: names.device(id), detail, disabled: false });
    }
  }
  return found.sort(byKey);
}

function rowOf(
  ledger: Ledger,
  subject: Subject,
  state: SubjectState | undefined,
  shown: { name: string; detail: string; disabled: boolean },
): SubjectRow {
  const { clock } = ledger.settings;
  return {
    subject,
    ...shown,
    commonArea: subject.kind === 'device' && ledger.devices.get(subject.id)?.commonArea === true,
    held: (state?.held ?? []).map((each) => ({
      assignmentId: each.assignmentId,
      sku: each.sku,
      from: each.from,
      to: each.to,
      kind: each.kind,
      earliestMove: earliestMoveOf(each, ledger.assignments, clock),
    })),
    needs: state?.needs ?? null,
    covered: state?.covered ?? true,
    lastAccess: state?.lastAccess ?? null,
  };
}

export function historyOf({ assignments }: Ledger, { kind, id }: Subject): Assignment[] {
  return [...assignments.values()]
    .filter(({ subject }) => subject.kind === kind && subject.id === id)
    .sort((one, other) => (one.from < other.from ? 1 : -1));
}

/** The 19 features, each with whose CAL opens it or which is missing. */
export function featureVerdicts(
  ledger: Ledger,
  reckoning: Reckoning,
  { userId, deviceId }: OperationRequest<'features'>,
): FeatureVerdict[] {
  const user = userId === undefined ? undefined : reckoning.users.get(userId);
  const device = deviceId === undefined ? undefined : reckoning.devices.get(deviceId);
  const { mode } = ledger.settings;
  const standard = features.find(({ cal }) => cal === 'standard')?.bit ?? 0;
  return features.map(({ feature, bit, cal, rules }) => {
    const has = (state: SubjectState | undefined, at: number) => (((state?.features ?? 0) >>> at) & 1) === 1;
    const coveredBy = has(user, bit) ? 'user' : has(device, bit) ? 'device' : null;
    if (coveredBy !== null)
      return { feature, allowed: true, missing: [], coveredBy, rules: [...rules, 'A3', 'S4'] };
    const isTolerated = ((((user ?? device)?.tolerated ?? 0) >>> bit) & 1) === 1 || reckoning.room[cal] > 0;
    const missing: CalKind[] = has(user, standard) || has(device, standard) ? [] : ['standard'];
    if (cal === 'enterprise') missing.push('enterprise');
    return {
      feature,
      allowed: mode !== 'enforce' || isTolerated,
      missing,
      coveredBy: mode === 'enforce' && isTolerated ? ('tolerance' as const) : null,
      rules: [...rules, 'A3', 'A10', 'M3'],
    };
  });
}

/** The latest first. */
export function evidenceList(
  edges: Iterable<Edge>,
  reckoning: Reckoning,
  names: Names,
  {
    query = '',
    unlicensedOnly = false,
    from,
  }: Pick<OperationRequest<'evidence'>, 'query' | 'unlicensedOnly'> & { readonly from: string },
): readonly Listed<EvidenceRow>[] {
  const words = wordsOf(query);
  const found: Listed<EvidenceRow>[] = [];
  for (const edge of edges) {
    if (edge.lastDay < from) continue;
    const covered = coversEdge(reckoning, edge);
    if (unlicensedOnly && covered) continue;
    const userName = edge.userId === null ? '' : (names.person(edge.userId)?.name ?? edge.userId);
    const deviceName = edge.deviceId === null ? '' : names.device(edge.deviceId);
    if (!matches(words, [userName, deviceName, edge.userId ?? '', edge.deviceId ?? '', edge.level])) continue;
    const key = `${reversed(edge.lastDay)} ${edge.userId ?? ''} ${edge.deviceId ?? ''} ${edge.level}`;
    found.push({ key, row: () => ({ ...edge, userName, deviceName, covered }) });
  }
  return found.sort(byKey);
}

function reversed(day: string): string {
  return day.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

function byKey(one: { readonly key: string }, other: { readonly key: string }): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}

export function pageOf<R>(
  sorted: readonly Listed<R>[],
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): { items: R[]; next?: string; total: number } {
  const found = after === undefined ? 0 : sorted.findIndex(({ key }) => key.slice(0, KEY_CHARS) > after);
  const start = found < 0 ? sorted.length : found;
  const shown = sorted.slice(start, start + limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ row }) => row()),
    ...(last !== undefined && start + limit < sorted.length ? { next: last.key.slice(0, KEY_CHARS) } : {}),
    total: sorted.length,
  };
}

/** As long as `after` may be. */
const KEY_CHARS = 500;

function wordsOf(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function matches(words: readonly string[], texts: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = texts.join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
