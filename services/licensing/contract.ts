// licensing: who may use which feature, what is owned, assigned and needed. Each operation is described once: the bus, the
// HTTP API, its OpenAPI page, the command line and the console read this table.
import { command, errors, event } from '@parley/platform/contract';
import { type Static, type TSchema, Type } from 'typebox';
import { licensingErrors as ruleErrors } from './rules/fault.ts';
import * as model from './rules/model.ts';
import * as report from './rules/report.ts';

const { Day, Id, Money, Sku, Subject, Profile, LicenceRole } = model;
const { AuditRow, EvidenceRow, FeatureVerdict, ImportKind, ImportReport, Move } = report;
const { Optimisation, OptimiseOptions, Position, SubjectRow, TrendPoint } = report;

export {
  AuditRow,
  EvidenceRow,
  FeatureVerdict,
  ImportKind,
  ImportReport,
  Move,
  Optimisation,
  OptimiseOptions,
  Position,
  PositionLine,
  SubjectRow,
  TrendPoint,
} from './rules/report.ts';

const Nothing = Type.Object({});
const Reason = Type.String({ maxLength: 500 });
const Query = Type.Optional(Type.String({ maxLength: 200 }));
const After = Type.Optional(Type.String({ maxLength: 500 }));
const Limit = Type.Integer({ minimum: 1, maximum: 500 });
const paged = <S extends TSchema>(item: S) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()), total: Type.Integer() });

// What every process holds to decide without asking (view.ts).

/** Bits of the features that this subject's CALs open (rules/feature.ts), with A10 and S6 applied already. */
export const SubjectRights = Type.Object({
  kind: Type.Literal('subject'),
  subject: Subject,
  features: Type.Integer(),
  /** Not licensed, but inside tolerance or grace (rules M3, M4): bits too. */
  tolerated: Type.Integer(),
  /** A device that no person uses, whatever account it signs in with. */
  commonArea: Type.Optional(Type.Boolean()),
  version: Type.Integer(),
});
/** One for the whole product. */
export const PolicyRights = Type.Object({
  kind: Type.Literal('policy'),
  mode: model.Mode,
  /** How many subjects more may begin to use each kind without a CAL; under `enforce` only. */
  room: Type.Object({ standard: Type.Integer(), enterprise: Type.Integer() }),
  contact: Type.String(),
  version: Type.Integer(),
});
export const Rights = Type.Union([SubjectRights, PolicyRights]);
export type Rights = Static<typeof Rights>;
export type SubjectRights = Static<typeof SubjectRights>;
export type PolicyRights = Static<typeof PolicyRights>;

export const rightsChanged = event('licensing.rights.changed', Rights);
/** One page; the policy is in the first. */
export const rightsSnapshot = command('licensing.rightsSnapshot', {
  request: Type.Object({ after: After }),
  reply: Type.Object({ rights: Type.Array(Rights), next: Type.Optional(Type.String()) }),
});
/** Folded access from one process; a repeated `batchId` counts once (rule M2). */
export const recordAccess = command('licensing.recordAccess', {
  request: Type.Object({
    batchId: Id,
    edges: Type.Array(model.Edge, { maxItems: 2000 }),
    /** What the devices call themselves, for who reads the evidence. */
    deviceNames: Type.Optional(Type.Record(Id, Type.String({ maxLength: 200 }))),
  }),
  reply: Type.Object({ recorded: Type.Integer() }),
});

// What managers, auditors, help desk and sellers ask.

const Made = <K extends string>(key: K) => Type.Object({ [key]: Id } as Record<K, typeof Id>);
const without = <T extends Record<string, TSchema>, K extends keyof T & string>(
  schema: { readonly properties: T },
  key: K,
) => Type.Omit(Type.Object(schema.properties), [key]);

type Row = {
  /** `read` changes nothing. Who may, beside administrators, who may all. */
  readonly kind: 'read' | 'act';
  readonly roles: readonly model.LicenceRole[];
  readonly summary: string;
  readonly request: TSchema;
  readonly reply: TSchema;
};
const everyone = ['manager', 'auditor', 'help-desk', 'seller'] as const;
const readers = ['manager', 'auditor'] as const;
const desk = ['manager', 'help-desk'] as const;
const manager = ['manager'] as const;

/** Every operation by name. HTTP: POST /api/v1/licensing/<name>; bus: `licensing.<name>`; actor and dates are added there. */
export const operations = {
  'my-roles': {
    kind: 'read',
    roles: everyone,
    summary: 'What the signed-in person may do here',
    request: Nothing,
    reply: Type.Object({ administrator: Type.Boolean(), roles: Type.Array(LicenceRole) }),
  },
  position: {
    kind: 'read',
    roles: ['manager', 'auditor', 'help-desk', 'seller'],
    summary: 'The effective licence position as of a day',
    request: Type.Object({ asOf: Type.Optional(Day) }),
    reply: Position,
  },
  trend: {
    kind: 'read',
    roles: readers,
    summary: 'Owned, assigned and needed, day by day',
    request: Type.Object({ days: Type.Integer({ minimum: 1, maximum: 400 }) }),
    reply: Type.Object({ points: Type.Array(TrendPoint) }),
  },
  stock: {
    kind: 'read',
    roles: [...readers, 'seller'],
    summary: 'Agreements, purchases, Software Assurance',
    request: Type.Object({ asOf: Type.Optional(Day) }),
    reply: Type.Object({
      agreements: Type.Array(model.Agreement),
      grants: Type.Array(model.Grant),
      saTerms: Type.Array(model.SaTerm),
    }),
  },
  subjects: {
    kind: 'read',
    roles: ['manager', 'auditor', 'help-desk'],
    summary: 'People and devices with what they hold and need',
    request: Type.Object({
      kind: Type.Optional(Type.Union([Type.Literal('user'), Type.Literal('device')])),
      query: Query,
      /** Only those that hold something, need more, or hold what they do not use. */
      only: Type.Optional(Type.Union([Type.Literal('held'), Type.Literal('short'), Type.Literal('idle')])),
      after: After,
      limit: Limit,
    }),
    reply: paged(SubjectRow),
  },
  history: {
    kind: 'read',
    roles: ['manager', 'auditor', 'help-desk'],
    summary: 'Every assignment that a person or device had',
    request: Type.Object({ subject: Subject }),
    reply: Type.Object({ assignments: Type.Array(model.Assignment) }),
  },
  features: {
    kind: 'read',
    roles: ['manager', 'auditor', 'help-desk'],
    summary: 'The 19 features of a person on a device, each with its reason',
    request: Type.Object({ userId: Type.Optional(Id), deviceId: Type.Optional(Id) }),
    reply: Type.Object({ features: Type.Array(FeatureVerdict) }),
  },
  evidence: {
    kind: 'read',
    roles: readers,
    summary: 'Who used what from where within the window',
    request: Type.Object({
      query: Query,
      unlicensedOnly: Type.Optional(Type.Boolean()),
      after: After,
      limit: Limit,
    }),
    reply: paged(EvidenceRow),
  },
  servers: {
    kind: 'read',
    roles: [...readers, 'seller'],
    summary: 'Servers with their roles, and the server licences they need',
    request: Nothing,
    reply: Type.Object({
      oses: Type.Array(Type.Object({ ...model.Ose.properties, running: Type.Boolean() })),
      needed: Type.Integer(),
      owned: Type.Integer(),
      violations: Type.Array(Type.String()),
      rules: Type.Array(Type.String()),
    }),
  },
  audit: {
    kind: 'read',
    roles: readers,
    summary: 'What was done, newest first',
    request: Type.Object({ query: Query, before: Type.Optional(Type.Integer()), limit: Limit }),
    reply: Type.Object({ items: Type.Array(AuditRow), total: Type.Integer() }),
  },
  'audit-verify': {
    kind: 'read',
    roles: readers,
    summary: 'Checks the whole chain and its anchors',
    request: Nothing,
    reply: Type.Object({
      ok: Type.Boolean(),
      records: Type.Integer(),
      anchors: Type.Integer(),
      firstBad: Type.Union([Type.Integer(), Type.Null()]),
      reason: Type.Union([Type.String(), Type.Null()]),
    }),
  },
  files: {
    kind: 'read',
    roles: readers,
    summary: 'Installed licence files and pinned keys',
    request: Nothing,
    reply: Type.Object({
      files: Type.Array(
        Type.Object({
          ...model.InstalledFile.properties,
          state: Type.String(),
          graceDaysLeft: Type.Union([Type.Integer(), Type.Null()]),
        }),
      ),
      keys: Type.Array(model.PinnedKey),
      warnings: Type.Array(Type.String()),
    }),
  },
  settings: {
    kind: 'read',
    roles: everyone,
    summary: 'How this server keeps its licences',
    request: Nothing,
    reply: model.Settings,
  },
  'role-list': {
    kind: 'read',
    roles: readers,
    summary: 'Who has which licence role',
    request: Nothing,
    reply: Type.Object({
      people: Type.Array(Type.Object({ userId: Id, name: Type.String(), roles: Type.Array(LicenceRole) })),
    }),
  },
  'webhook-list': {
    kind: 'read',
    roles: readers,
    summary: 'Whom this server tells of what happens',
    request: Nothing,
    reply: Type.Object({ webhooks: Type.Array(model.Webhook) }),
  },
  'true-up': {
    kind: 'read',
    roles: [...readers, 'seller'],
    summary: 'What has to be ordered for a period, yearly or by quarters',
    request: Type.Object({
      from: Day,
      to: Day,
      form: Type.Union([Type.Literal('annual'), Type.Literal('quarterly')]),
    }),
    reply: Type.Object({
      lines: Type.Array(
        Type.Object({
          sku: Sku,
          owned: Type.Integer(),
          peaks: Type.Array(Type.Object({ period: Type.String(), peak: Type.Integer() })),
          add: Type.Integer(),
          charges: Type.Array(Money),
          cost: Money,
          updateStatementRequired: Type.Boolean(),
        }),
      ),
      rules: Type.Array(Type.String()),
    }),
  },
  optimisations: {
    kind: 'read',
    roles: readers,
    summary: 'The last runs of the optimiser',
    request: Nothing,
    reply: Type.Object({ optimisations: Type.Array(Optimisation) }),
  },
  moves: {
    kind: 'read',
    roles: readers,
    summary: 'What a run of the optimiser advises, page by page',
    request: Type.Object({ optimisationId: Id, after: After, limit: Limit }),
    reply: paged(Move),
  },
  /** Any pure rule by the name and in the form of the case files: transition, quote, windowsNeed … */
  evaluate: {
    kind: 'read',
    roles: everyone,
    summary: 'Runs one rule on what is given and explains the answer',
    request: Type.Object({
      operation: Type.String({ maxLength: 60 }),
      given: Type.Unknown(),
      profile: Type.Optional(Profile),
    }),
    reply: Type.Object({ result: Type.Unknown() }),
  },

  'agreement-put': {
    kind: 'act',
    roles: manager,
    summary: 'Adds or changes an agreement',
    request: Type.Partial(model.Agreement),
    reply: Made('agreementId'),
  },
  'agreement-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Removes an agreement',
    request: Type.Object({ agreementId: Id, reason: Reason }),
    reply: Nothing,
  },
  'grant-add': {
    kind: 'act',
    roles: manager,
    summary: 'Records a purchase',
    request: without(model.Grant, 'grantId'),
    reply: Made('grantId'),
  },
  'grant-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Takes a purchase out again',
    request: Type.Object({ grantId: Id, reason: Reason }),
    reply: Nothing,
  },
  'sa-add': {
    kind: 'act',
    roles: manager,
    summary: 'Records a term of Software Assurance',
    request: without(model.SaTerm, 'saTermId'),
    reply: Made('saTermId'),
  },
  'sa-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Takes a term out again',
    request: Type.Object({ saTermId: Id, reason: Reason }),
    reply: Nothing,
  },
  assign: {
    kind: 'act',
    roles: desk,
    summary: 'Gives CALs to people or devices: all of them, or none and the reasons',
    request: Type.Object({
      items: Type.Array(Type.Object({ sku: Sku, subject: Subject }), { minItems: 1, maxItems: 5000 }),
      reason: Type.Optional(Reason),
    }),
    reply: Type.Object({ assigned: Type.Integer() }),
  },
  unassign: {
    kind: 'act',
    roles: desk,
    summary: 'Takes a CAL back into the pool',
    request: Type.Object({ assignmentId: Id, reason: Reason }),
    reply: Nothing,
  },
  reassign: {
    kind: 'act',
    roles: desk,
    summary: 'Moves a CAL to another person or device, by rules S2, S3 and S5',
    request: Type.Object({
      assignmentId: Id,
      to: Subject,
      reason: Type.Union([
        Type.Literal('permanent'),
        Type.Literal('employment-ended'),
        Type.Literal('permanent-hardware-failure'),
        Type.Literal('temporary'),
      ]),
      until: Type.Optional(Day),
    }),
    reply: Type.Object({ assignmentId: Id }),
  },
  'device-put': {
    kind: 'act',
    roles: desk,
    summary: 'Names a device, or says that it is in a common area',
    request: model.LicensedDevice,
    reply: Nothing,
  },
  'device-remove': {
    kind: 'act',
    roles: desk,
    summary: 'Forgets a device',
    request: Type.Object({ deviceId: Id, reason: Reason }),
    reply: Nothing,
  },
  'ose-put': { kind: 'act', roles: manager, summary: 'Records a server', request: model.Ose, reply: Nothing },
  'ose-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Removes a server',
    request: Type.Object({ oseId: Id, reason: Reason }),
    reply: Nothing,
  },
  'settings-change': {
    kind: 'act',
    roles: manager,
    summary: 'Changes mode, tolerance, window, profile or prices',
    request: Type.Partial(model.Settings),
    reply: model.Settings,
  },
  'role-set': {
    kind: 'act',
    roles: manager,
    summary: 'Gives a person exactly these licence roles',
    request: Type.Object({ userId: Id, roles: Type.Array(LicenceRole, { maxItems: 4 }) }),
    reply: Nothing,
  },
  'file-install': {
    kind: 'act',
    roles: manager,
    summary: 'Verifies and installs a licence file',
    request: Type.Object({
      text: Type.String({ maxLength: 100_000 }),
      dryRun: Type.Optional(Type.Boolean()),
    }),
    reply: model.InstalledFile,
  },
  'file-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Removes a licence file and what it granted',
    request: Type.Object({ fileId: Id, reason: Reason }),
    reply: Nothing,
  },
  'key-pin': {
    kind: 'act',
    roles: manager,
    summary: 'Trusts the key of an issuer',
    request: model.PinnedKey,
    reply: Nothing,
  },
  'key-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Trusts a key no more',
    request: Type.Object({ kid: Id, reason: Reason }),
    reply: Nothing,
  },
  'webhook-put': {
    kind: 'act',
    roles: manager,
    summary: 'Tells an address of what happens; the secret is shown once',
    request: Type.Object({
      url: Type.String({ maxLength: 1000 }),
      events: Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 20 }),
    }),
    reply: Type.Object({ webhookId: Id, secret: Type.String() }),
  },
  'webhook-remove': {
    kind: 'act',
    roles: manager,
    summary: 'Tells an address nothing more',
    request: Type.Object({ webhookId: Id, reason: Reason }),
    reply: Nothing,
  },
  'true-up-close': {
    kind: 'act',
    roles: manager,
    summary: 'Closes a period and records what was ordered',
    request: Type.Object({ from: Day, to: Day }),
    reply: Made('trueUpId'),
  },
  import: {
    kind: 'act',
    roles: manager,
    summary: 'Reads a CSV file: all rows that are good, and the others with line and reason',
    request: Type.Object({
      kind: ImportKind,
      csv: Type.String({ maxLength: 50_000_000 }),
      dryRun: Type.Boolean(),
    }),
    reply: ImportReport,
  },
  'optimise-start': {
    kind: 'act',
    roles: manager,
    summary: 'Looks for the cheapest mix that covers the access of the window',
    request: OptimiseOptions,
    reply: Made('optimisationId'),
  },
  'optimise-cancel': {
    kind: 'act',
    roles: manager,
    summary: 'Stops a run',
    request: Type.Object({ optimisationId: Id }),
    reply: Nothing,
  },
  'optimise-apply': {
    kind: 'act',
    roles: manager,
    summary: 'Assigns what a run advises and what may move today',
    request: Type.Object({ optimisationId: Id }),
    reply: Type.Object({
      assigned: Type.Integer(),
      moved: Type.Integer(),
      unassigned: Type.Integer(),
      waiting: Type.Integer(),
    }),
  },
} as const satisfies Readonly<Record<string, Row>>;
export type OperationName = keyof typeof operations;
export type OperationRequest<N extends OperationName> = Static<(typeof operations)[N]['request']>;
export type OperationReply<N extends OperationName> = Static<(typeof operations)[N]['reply']>;

/** The operation on the bus: `actor` is a user id, or `cli` for the command line beside the data. */
export function operationCommand<N extends OperationName>(name: N) {
  const { request, reply } = operations[name];
  return command(`licensing.${name}`, {
    /** An answer is kept for a day under `key`, and given again to who asks the same once more. */
    request: Type.Object({ actor: Id, request, key: Type.Optional(Id) }),
    reply,
  });
}

/** Refusals on the wire, beside the faults of the rules. */
export const licensingErrors = errors({
  ...ruleErrors.table,
  LICENCE_STANDARD_NEEDED: {
    http: 403,
    sip: 403,
    sentence: 'This needs a Standard licence, and neither you nor this device has one.',
    remedy: 'Ask your administrator to assign you one; it works a few seconds later.',
  },
  LICENCE_ENTERPRISE_NEEDED: {
    http: 403,
    sip: 403,
    sentence: 'This needs an Enterprise licence, and neither you nor this device has one.',
    remedy: 'Ask your administrator to assign you one; it works a few seconds later.',
  },
  LICENCE_NOT_YOUR_ROLE: {
    http: 403,
    sentence: 'Your role does not include this.',
    remedy: 'Ask a licence manager or an administrator.',
  },
  LICENCE_KEY_REUSED: {
    http: 422,
    sentence: 'This Idempotency-Key came with another request before.',
    remedy: 'Use a new key for each request, and the same only to repeat one.',
  },
  LICENCE_OF_A_FILE: {
    http: 409,
    sentence: 'These licences come from a licence file.',
    remedy: 'Remove the file; its licences go with it.',
  },
  LICENCE_TOO_MUCH: {
    http: 413,
    sentence: 'This is more than can be worked out at once here.',
    remedy: 'Ask for less, or use the command line: parley licence evaluate',
  },
  LICENCE_NAME_MISSING: {
    http: 400,
    sentence: 'The name is empty.',
    remedy: 'Give a name of 1 to 200 characters.',
  },
  LICENCE_IN_USE: {
    http: 409,
    sentence: 'Something else belongs to this.',
    remedy: 'Remove what belongs to it first.',
  },
  LICENCE_FILE_ENDED: {
    http: 409,
    sentence: 'This licence file has ended.',
    remedy: 'Ask its issuer for a renewed one.',
  },
  LICENCE_BAD_URL: {
    http: 400,
    sentence: 'This is not an address that can be called.',
    remedy: 'Give a full address that begins with https:// or http://',
  },
  LICENCE_BUSY: {
    http: 409,
    sentence: 'The optimiser works on something already.',
    remedy: 'Wait until it is done, or cancel it.',
  },
  LICENCE_NOT_FOUND: {
    http: 404,
    sentence: 'There is nothing with this number.',
    remedy: 'Reload the page; it may have been removed meanwhile.',
  },
});
