// What a licence manager speaks of, as schemas: stock, agreements, assignments, devices, servers, settings. The types of
// rules, ledger, contract and pages are inferred from here (licensing.md section 6: entities).
import { type Static, Type } from 'typebox';

/** A day of the calendar in UTC, `2026-01-31`. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
export const Id = Type.String({ minLength: 1, maxLength: 200 });
export const Sku = Type.String({ minLength: 1, maxLength: 100 });
export const Count = Type.Integer({ minimum: 0, maximum: 100_000_000 });
/** Integer minor units (cents). */
export const Money = Type.Integer({ minimum: 0, maximum: 1e15 });
const Note = Type.String({ maxLength: 500 });

export const Profile = Type.Union([Type.Literal('printed'), Type.Literal('corrected')]);
export type Profile = Static<typeof Profile>;
export const CalKind = Type.Union([Type.Literal('standard'), Type.Literal('enterprise')]);
export type CalKind = Static<typeof CalKind>;
export const Metric = Type.Union([
  Type.Literal('user'),
  Type.Literal('device'),
  Type.Literal('server'),
  Type.Literal('processor'),
]);
export type Metric = Static<typeof Metric>;

/** Who or what may hold a CAL. A device is a phone (its device id), or a browser on a shared computer. */
export const Subject = Type.Object({
  kind: Type.Union([Type.Literal('user'), Type.Literal('device')]),
  id: Id,
});
export type Subject = Static<typeof Subject>;

export const Grant = Type.Object({
  grantId: Id,
  sku: Sku,
  metric: Metric,
  quantity: Count,
  /** How it came to be ours. */
  source: Type.Union([
    Type.Literal('purchase'),
    Type.Literal('included'),
    Type.Literal('transition'),
    Type.Literal('suite'),
    Type.Literal('grandfather'),
    Type.Literal('true-up'),
    Type.Literal('licence-file'),
  ]),
  from: Day,
  /** Last day; null for a right that does not end. */
  to: Type.Union([Day, Type.Null()]),
  agreementId: Type.Union([Id, Type.Null()]),
  /** Invoice or order number, or the id of the licence file. */
  proof: Note,
  unitPrice: Type.Union([Money, Type.Null()]),
});
export type Grant = Static<typeof Grant>;

export const Agreement = Type.Object({
  agreementId: Id,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  customer: Note,
  program: Note,
  from: Day,
  to: Type.Union([Day, Type.Null()]),
});
export type Agreement = Static<typeof Agreement>;

/** Software Assurance; `to` is the last day of the term. */
export const SaTerm = Type.Object({
  saTermId: Id,
  sku: Sku,
  quantity: Count,
  from: Day,
  to: Day,
  agreementId: Type.Union([Id, Type.Null()]),
});
export type SaTerm = Static<typeof SaTerm>;

export const Assignment = Type.Object({
  assignmentId: Id,
  sku: Sku,
  subject: Subject,
  from: Day,
  /** Last day, of a temporary move or of one that was ended; null while it lasts. */
  to: Type.Union([Day, Type.Null()]),
  kind: Type.Union([Type.Literal('permanent'), Type.Literal('temporary')]),
  reason: Note,
  /** The assignment that this CAL came from. */
  previous: Type.Union([Id, Type.Null()]),
});
export type Assignment = Static<typeof Assignment>;

/** What is known of a device beside its id. Common-area phones are devices without a person. */
export const LicensedDevice = Type.Object({
  deviceId: Id,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  commonArea: Type.Boolean(),
  /** False for a partner's device, which we may not license. */
  licensable: Type.Boolean(),
});
export type LicensedDevice = Static<typeof LicensedDevice>;

/** An operating system environment that runs server software (rule A2, S14). */
export const Ose = Type.Object({
  oseId: Id,
  host: Note,
  edition: Type.Union([Type.Literal('standard'), Type.Literal('enterprise')]),
  roles: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 30 }),
});
export type Ose = Static<typeof Ose>;

/** Rule M3. */
export const Mode = Type.Union([Type.Literal('honor'), Type.Literal('warn'), Type.Literal('enforce')]);
export type Mode = Static<typeof Mode>;

export const Settings = Type.Object({
  profile: Profile,
  mode: Mode,
  tolerancePct: Type.Integer({ minimum: 0, maximum: 100 }),
  minExtra: Count,
  graceDays: Type.Integer({ minimum: 0, maximum: 365 }),
  /** How long evidence of access counts and is kept. */
  windowDays: Type.Integer({ minimum: 1, maximum: 400 }),
  /** From when the 90 days of rule S2 run. */
  clock: Type.Union([Type.Literal('assignment'), Type.Literal('reassignment')]),
  /** Whom a refused person may ask; shown in every refusal. */
  contact: Note,
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  /** Price of one CAL in minor units, by SKU and metric: what the optimiser and the reports reckon with. */
  prices: Type.Array(Type.Object({ sku: Sku, metric: Metric, packSize: Count, price: Money })),
});
export type Settings = Static<typeof Settings>;

export const defaultSettings: Settings = {
  profile: 'printed',
  mode: 'honor',
  // Who switches to `enforce` means it: tolerance and grace are given by choice.
  tolerancePct: 0,
  minExtra: 0,
  graceDays: 0,
  windowDays: 90,
  clock: 'assignment',
  contact: '',
  currency: 'EUR',
  prices: [],
};

export const LicenceRole = Type.Union([
  Type.Literal('manager'),
  Type.Literal('auditor'),
  Type.Literal('help-desk'),
  Type.Literal('seller'),
]);
export type LicenceRole = Static<typeof LicenceRole>;

/** A licence file that was accepted; what it grants is in the stock with source `licence-file`. */
export const InstalledFile = Type.Object({
  fileId: Id,
  kid: Id,
  issuer: Note,
  customer: Note,
  seq: Count,
  notBefore: Type.String({ maxLength: 40 }),
  notAfter: Type.Union([Type.String({ maxLength: 40 }), Type.Null()]),
  graceDays: Count,
  /** The file as it was installed, to be verified again at any time. */
  text: Type.String({ maxLength: 100_000 }),
});
export type InstalledFile = Static<typeof InstalledFile>;

export const PinnedKey = Type.Object({
  kid: Id,
  /** 32 bytes, hex. */
  publicKey: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  name: Note,
});
export type PinnedKey = Static<typeof PinnedKey>;

export const Webhook = Type.Object({
  webhookId: Id,
  url: Type.String({ maxLength: 1000 }),
  events: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 20 }),
});
export type Webhook = Static<typeof Webhook>;

/** Access that needs a CAL, folded (rule M2): one row for each pair and level. */
export const Edge = Type.Object({
  userId: Type.Union([Id, Type.Null()]),
  deviceId: Type.Union([Id, Type.Null()]),
  level: CalKind,
  firstDay: Day,
  lastDay: Day,
  count: Count,
});
export type Edge = Static<typeof Edge>;
