// What the reports of licensing say, as schemas: position, trend, subjects, evidence, audit, optimiser, imports. Read by
// contract.ts, which names the operations that give them; the types are inferred from here.
import { type Static, Type } from 'typebox';
import * as model from './model.ts';

const { Count, Day, Id, Money, Sku, Subject, CalKind, Metric, Profile } = model;

export const FeatureVerdict = Type.Object({
  feature: Type.String(),
  allowed: Type.Boolean(),
  /** The kinds of CAL that are needed and not held. */
  missing: Type.Array(CalKind),
  coveredBy: Type.Union([
    Type.Literal('user'),
    Type.Literal('device'),
    Type.Literal('tolerance'),
    Type.Null(),
  ]),
  rules: Type.Array(Type.String()),
});
export type FeatureVerdict = Static<typeof FeatureVerdict>;
export const PositionLine = Type.Object({
  sku: Sku,
  metric: Metric,
  owned: Type.Integer(),
  assigned: Type.Integer(),
  /** Subjects that need it by the evidence of the window, each covered as it is assigned now. */
  needed: Type.Integer(),
  /** owned − max(assigned, needed): negative where too few are owned. */
  difference: Type.Integer(),
  rules: Type.Array(Type.String()),
});
export type PositionLine = Static<typeof PositionLine>;
export const Position = Type.Object({
  asOf: Day,
  profile: Profile,
  catalogueVersion: Type.String(),
  catalogueHash: Type.String(),
  mode: model.Mode,
  people: Type.Integer(),
  devices: Type.Integer(),
  windowDays: Type.Integer(),
  lines: Type.Array(PositionLine),
  /** People and devices with access that nothing covers. */
  unlicensed: Type.Object({ users: Type.Integer(), devices: Type.Integer() }),
  overSince: Type.Union([Day, Type.Null()]),
  graceDaysLeft: Type.Union([Type.Integer(), Type.Null()]),
  /** SA terms and files that end within 90 days. */
  ending: Type.Array(Type.Object({ what: Type.String(), id: Id, on: Day, daysLeft: Type.Integer() })),
  servers: Type.Object({
    needed: Type.Integer(),
    owned: Type.Integer(),
    violations: Type.Array(Type.String()),
  }),
});
export type Position = Static<typeof Position>;
export const TrendPoint = Type.Object({
  day: Day,
  sku: Sku,
  owned: Type.Integer(),
  assigned: Type.Integer(),
  needed: Type.Integer(),
});
export type TrendPoint = Static<typeof TrendPoint>;
export const SubjectRow = Type.Object({
  subject: Subject,
  name: Type.String(),
  /** Address of a person, kind of a device. */
  detail: Type.String(),
  disabled: Type.Boolean(),
  commonArea: Type.Boolean(),
  held: Type.Array(
    Type.Object({
      assignmentId: Id,
      sku: Sku,
      from: Day,
      to: Type.Union([Day, Type.Null()]),
      kind: Type.String(),
      /** First day on which this CAL may move on (rule S2). */
      earliestMove: Day,
    }),
  ),
  /** Highest level that the evidence of the window shows; null where there is none. */
  needs: Type.Union([CalKind, Type.Null()]),
  covered: Type.Boolean(),
  lastAccess: Type.Union([Day, Type.Null()]),
});
export type SubjectRow = Static<typeof SubjectRow>;
export const EvidenceRow = Type.Intersect([
  model.Edge,
  Type.Object({ userName: Type.String(), deviceName: Type.String(), covered: Type.Boolean() }),
]);
export type EvidenceRow = Static<typeof EvidenceRow>;
export const AuditRow = Type.Object({
  seq: Type.Integer(),
  at: Type.Integer(),
  actor: Type.String(),
  operation: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
  rules: Type.Array(Type.String()),
  hash: Type.String(),
});
export type AuditRow = Static<typeof AuditRow>;
export const OptimiseOptions = Type.Object({
  windowDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 400 })),
  /** Joint Standard and Enterprise, or one kind alone. */
  level: Type.Union([Type.Literal('joint'), CalKind]),
  prices: Type.Object({
    user: Type.Object({ standard: Money, enterprise: Money }),
    device: Type.Object({ standard: Money, enterprise: Money }),
  }),
  /** Count what is owned, and leave CALs where they may not move yet. */
  useStock: Type.Boolean(),
  packs: Type.Boolean(),
});
export type OptimiseOptions = Static<typeof OptimiseOptions>;
export const Move = Type.Object({
  action: Type.Union([
    Type.Literal('keep'),
    Type.Literal('assign'),
    Type.Literal('move'),
    Type.Literal('unassign'),
    Type.Literal('buy'),
  ]),
  sku: Sku,
  metric: Metric,
  subject: Type.Union([Subject, Type.Null()]),
  name: Type.String(),
  from: Type.Union([Subject, Type.Null()]),
  quantity: Count,
  /** A code; the console has its sentence. */
  reason: Type.String(),
  onOrAfter: Type.Union([Day, Type.Null()]),
});
export type Move = Static<typeof Move>;
const Cost = Type.Object({ user: Count, device: Count, cost: Money });
export const Optimisation = Type.Object({
  optimisationId: Id,
  state: Type.Union([
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('cancelled'),
    Type.Literal('failed'),
  ]),
  /** 0 to 1. */
  progress: Type.Number(),
  startedAt: Type.Integer(),
  options: OptimiseOptions,
  result: Type.Union([
    Type.Null(),
    Type.Object({
      cost: Money,
      lowerBound: Money,
      optimal: Type.Boolean(),
      counts: Type.Array(Type.Object({ sku: Sku, metric: Metric, count: Count })),
      baselines: Type.Object({ allUser: Cost, allDevice: Cost, today: Cost }),
      savings: Type.Integer(),
      people: Count,
      devices: Count,
      edges: Count,
      moves: Count,
      sweep: Type.Array(
        Type.Object({ ratio: Type.Number(), user: Count, device: Count, cost: Type.Number() }),
      ),
    }),
  ]),
  fault: Type.Union([Type.Null(), Type.String()]),
});
export type Optimisation = Static<typeof Optimisation>;
export const ImportKind = Type.Union([
  Type.Literal('access'),
  Type.Literal('user-access-logging'),
  Type.Literal('remote-desktop'),
  Type.Literal('purchases'),
  Type.Literal('assignments'),
  Type.Literal('devices'),
]);
export type ImportKind = Static<typeof ImportKind>;
export const ImportReport = Type.Object({
  accepted: Type.Integer(),
  rejected: Type.Array(Type.Object({ line: Type.Integer(), error: Type.String(), sentence: Type.String() })),
  dryRun: Type.Boolean(),
});
export type ImportReport = Static<typeof ImportReport>;
