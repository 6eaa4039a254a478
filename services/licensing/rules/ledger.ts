// The ledger: everything that is true of our licences is the fold of what was done, in order (rules M6, M11). The same
// facts, chained by hashes, are the audit; folded up to a day they are the state as of that day.
import { type Static, type TSchema, Type } from 'typebox';
import { DAY_MS, dayOf } from './day.ts';
import {
  Agreement,
  Assignment,
  Day,
  defaultSettings,
  Grant,
  Id,
  InstalledFile,
  LicenceRole,
  LicensedDevice,
  Ose,
  PinnedKey,
  SaTerm,
  Settings,
  Webhook,
} from './model.ts';

const Gone = <K extends string>(key: K) =>
  Type.Object({ [key]: Id, reason: Type.String({ maxLength: 500 }) } as Record<K, typeof Id> & {
    reason: Type.TString;
  });

/** What can be done, by name; a fact is one of these with its body. */
export const facts = {
  'agreement.put': Agreement,
  'agreement.removed': Gone('agreementId'),
  'grant.put': Grant,
  'grant.removed': Gone('grantId'),
  'sa.put': SaTerm,
  'sa.removed': Gone('saTermId'),
  /** A new assignment, or an old one with its end. */
  'assignment.put': Assignment,
  'device.put': LicensedDevice,
  'device.removed': Gone('deviceId'),
  'ose.put': Ose,
  'ose.removed': Gone('oseId'),
  'settings.changed': Type.Partial(Settings),
  'role.given': Type.Object({ userId: Id, role: LicenceRole }),
  'role.taken': Type.Object({ userId: Id, role: LicenceRole }),
  'file.installed': InstalledFile,
  'file.removed': Gone('fileId'),
  'key.pinned': PinnedKey,
  'key.removed': Gone('kid'),
  'webhook.put': Webhook,
  'webhook.removed': Gone('webhookId'),
  /** The first day on which more was used than held; null when that ended (rule M3). */
  'overage.changed': Type.Object({ since: Type.Union([Day, Type.Null()]) }),
  'true-up.closed': Type.Object({
    trueUpId: Id,
    from: Day,
    to: Day,
    lines: Type.Array(
      Type.Object({ sku: Id, owned: Type.Integer(), peak: Type.Integer(), add: Type.Integer() }),
    ),
  }),
} as const satisfies Readonly<Record<string, TSchema>>;

export type FactName = keyof typeof facts;
export type FactBody<N extends FactName> = Static<(typeof facts)[N]>;
export type Fact = { readonly [N in FactName]: { readonly name: N; readonly body: FactBody<N> } }[FactName];

export interface Ledger {
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly grants: ReadonlyMap<string, Grant>;
  readonly saTerms: ReadonlyMap<string, SaTerm>;
  readonly assignments: ReadonlyMap<string, Assignment>;
  readonly devices: ReadonlyMap<string, LicensedDevice>;
  readonly oses: ReadonlyMap<string, Ose>;
  readonly settings: Settings;
  /** Roles of each person, sorted. */
  readonly roles: ReadonlyMap<string, readonly LicenceRole[]>;
  readonly files: ReadonlyMap<string, InstalledFile>;
  readonly keys: ReadonlyMap<string, PinnedKey>;
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly overSince: string | null;
  readonly trueUps: ReadonlyMap<string, FactBody<'true-up.closed'>>;
}

/** A fact as it was written: when, by whom, and its place in the audit. */
export interface LedgerRecord {
  readonly seq: number;
  /** Unix ms. */
  readonly at: number;
  readonly fact: Fact;
}

export function emptyLedger(): Ledger {
  return {
    agreements: new Map(),
    grants: new Map(),
    saTerms: new Map(),
    assignments: new Map(),
    devices: new Map(),
    oses: new Map(),
    settings: defaultSettings,
    roles: new Map(),
    files: new Map(),
    keys: new Map(),
    webhooks: new Map(),
    overSince: null,
    trueUps: new Map(),
  };
}

/** Folds into the ledger that is given: a hundred thousand assignments are not copied for one more. */
export function foldFact(ledger: Ledger, { name, body }: Fact): Ledger {
  switch (name) {
    case 'agreement.put':
      return put(ledger.agreements, body.agreementId, body, ledger);
    case 'agreement.removed':
      return drop(ledger.agreements, body.agreementId, ledger);
    case 'grant.put':
      return put(ledger.grants, body.grantId, body, ledger);
    case 'grant.removed':
      return drop(ledger.grants, body.grantId, ledger);
    case 'sa.put':
      return put(ledger.saTerms, body.saTermId, body, ledger);
    case 'sa.removed':
      return drop(ledger.saTerms, body.saTermId, ledger);
    case 'assignment.put':
      return put(ledger.assignments, body.assignmentId, body, ledger);
    case 'device.put':
      return put(ledger.devices, body.deviceId, body, ledger);
    case 'device.removed':
      return drop(ledger.devices, body.deviceId, ledger);
    case 'ose.put':
      return put(ledger.oses, body.oseId, body, ledger);
    case 'ose.removed':
      return drop(ledger.oses, body.oseId, ledger);
    case 'settings.changed':
      return Object.assign(ledger, { settings: { ...ledger.settings, ...body } });
    case 'role.given':
      return put(ledger.roles, body.userId, withRole(ledger, body.userId, body.role), ledger);
    case 'role.taken': {
      const left = (ledger.roles.get(body.userId) ?? []).filter((role) => role !== body.role);
      return left.length === 0
        ? drop(ledger.roles, body.userId, ledger)
        : put(ledger.roles, body.userId, left, ledger);
    }
    case 'file.installed':
      return put(ledger.files, body.fileId, body, ledger);
    case 'file.removed':
      return drop(ledger.files, body.fileId, ledger);
    case 'key.pinned':
      return put(ledger.keys, body.kid, body, ledger);
    case 'key.removed':
      return drop(ledger.keys, body.kid, ledger);
    case 'webhook.put':
      return put(ledger.webhooks, body.webhookId, body, ledger);
    case 'webhook.removed':
      return drop(ledger.webhooks, body.webhookId, ledger);
    case 'overage.changed':
      return Object.assign(ledger, { overSince: body.since });
    case 'true-up.closed':
      return put(ledger.trueUps, body.trueUpId, body, ledger);
  }
}

type DatedFact = Pick<LedgerRecord, 'at' | 'fact'>;

/** The ledger as it was at the end of a day (rule M11): asked again later, it is the same. */
export async function ledgerAsOf(
  records: AsyncIterable<DatedFact> | Iterable<DatedFact>,
  day: string,
): Promise<Ledger> {
  const ledger = emptyLedger();
  for await (const { at, fact } of records) if (dayOf(Math.floor(at / DAY_MS)) <= day) foldFact(ledger, fact);
  return ledger;
}

/** What a fact replaces or removes; null where there was nothing. For the audit. */
export function replacedBy(ledger: Ledger, { name, body }: Fact): unknown {
  switch (name) {
    case 'agreement.put':
    case 'agreement.removed':
      return ledger.agreements.get(body.agreementId) ?? null;
    case 'grant.put':
    case 'grant.removed':
      return ledger.grants.get(body.grantId) ?? null;
    case 'sa.put':
    case 'sa.removed':
      return ledger.saTerms.get(body.saTermId) ?? null;
    case 'assignment.put':
      return ledger.assignments.get(body.assignmentId) ?? null;
    case 'device.put':
    case 'device.removed':
      return ledger.devices.get(body.deviceId) ?? null;
    case 'ose.put':
    case 'ose.removed':
      return ledger.oses.get(body.oseId) ?? null;
    case 'settings.changed': {
      const before: Readonly<Record<string, unknown>> = ledger.settings;
      return Object.fromEntries(Object.keys(body).map((field) => [field, before[field] ?? null]));
    }
    case 'role.given':
    case 'role.taken':
      return ledger.roles.get(body.userId) ?? [];
    case 'file.installed':
    case 'file.removed':
      return ledger.files.get(body.fileId) ?? null;
    case 'key.pinned':
    case 'key.removed':
      return ledger.keys.get(body.kid) ?? null;
    case 'webhook.put':
    case 'webhook.removed':
      return ledger.webhooks.get(body.webhookId) ?? null;
    case 'overage.changed':
      return { since: ledger.overSince };
    case 'true-up.closed':
      return null;
  }
}

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V, ledger: Ledger): Ledger {
  (map as Map<K, V>).set(key, value);
  return ledger;
}

function drop<K, V>(map: ReadonlyMap<K, V>, key: K | undefined, ledger: Ledger): Ledger {
  if (key !== undefined) (map as Map<K, V>).delete(key);
  return ledger;
}

function withRole(ledger: Ledger, userId: string, role: LicenceRole): readonly LicenceRole[] {
  return [...new Set([...(ledger.roles.get(userId) ?? []), role])].sort();
}
