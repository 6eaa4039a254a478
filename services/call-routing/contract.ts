// call-routing: where a call to a person goes, by the rules that the person and the administrator set. Rules act on the
// server, with no client running. (Dial plans and trunks join here later.)

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';
import { Origin } from '../policy/contract.ts';

/** Where a rule may send a call. */
export const RuleTarget = Type.Union([
  Type.Object({ kind: Type.Literal('user'), userId: UserId }),
  /** E.164 or a SIP address. */
  Type.Object({ kind: Type.Literal('number'), number: Type.String({ minLength: 1, maxLength: 300 }) }),
  Type.Object({ kind: Type.Literal('voicemail') }),
]);
export type RuleTarget = Static<typeof RuleTarget>;

export const CallRules = Type.Object({
  /** Every call at once somewhere else. */
  forwardAll: Type.Union([RuleTarget, Type.Null()]),
  /** Rings there as well, after `delayS`. */
  ringAlso: Type.Array(
    Type.Object({ target: RuleTarget, delayS: Type.Integer({ minimum: 0, maximum: 60 }) }),
    { maxItems: 5 },
  ),
  unanswered: Type.Object({
    afterS: Type.Integer({ minimum: 5, maximum: 60 }),
    to: Type.Union([RuleTarget, Type.Null()]),
  }),
  busy: Type.Union([RuleTarget, Type.Null()]),
  /** Where calls go under Do not disturb, and outside of working hours where `onlyInWorkingHours`. */
  doNotDisturb: Type.Union([RuleTarget, Type.Null()]),
  onlyInWorkingHours: Type.Boolean(),
  outsideHours: Type.Union([RuleTarget, Type.Null()]),
  /** Addresses and numbers that are told that nobody is there. */
  blocked: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 500 }),
});
export type CallRules = Static<typeof CallRules>;

/** What rings: the person's own devices, or somewhere else. */
export const RingTarget = Type.Union([
  Type.Object({ kind: Type.Literal('devices'), userId: UserId }),
  RuleTarget,
]);
export type RingTarget = Static<typeof RingTarget>;

/** What stands in a sentence of an explanation, so that a page can say it in its reader's language. */
export const StepValue = Type.Union([
  Type.Object({ kind: Type.Literal('name'), text: Type.String({ maxLength: 300 }) }),
  Type.Object({ kind: Type.Literal('number'), text: Type.String({ maxLength: 300 }) }),
  Type.Object({ kind: Type.Literal('voicemail') }),
  /** A caller who does not say who they are. */
  Type.Object({ kind: Type.Literal('somebody') }),
  Type.Object({ kind: Type.Literal('count'), count: Type.Integer() }),
  /** Unix milliseconds, told by the clock of the person who is called. */
  Type.Object({ kind: Type.Literal('moment'), at: Type.Integer(), timeZone: Type.String() }),
  /** Which policy says so. */
  Type.Object({ kind: Type.Literal('origin'), origin: Origin, department: Type.String() }),
]);
export type StepValue = Static<typeof StepValue>;

/** One reason of a decision, in the order in which it was asked: the flow that is drawn and the explanation of a call. */
export const PlanStep = Type.Object({
  rule: Type.String(),
  /** Whether it decided anything. */
  matched: Type.Boolean(),
  /** Which sentence it is (rules/wording.ts), and what stands in it. */
  wording: Type.String(),
  values: Type.Record(Type.String(), StepValue),
  /** The same in English. */
  sentence: Type.String(),
});
export type PlanStep = Static<typeof PlanStep>;

/** Stages one after the other; in a stage, everything rings together. The last resort is where none was answered. */
export const CallPlan = Type.Object({
  stages: Type.Array(
    Type.Object({
      rings: Type.Array(
        Type.Object({
          target: RingTarget,
          delayS: Type.Integer(),
          /** Who answers sooner is a mailbox: it does not get the call, and the others go on ringing. */
          tooSoonMs: Type.Optional(Type.Integer()),
        }),
      ),
      forS: Type.Integer(),
    }),
    { maxItems: 10 },
  ),
  lastly: Type.Union([
    Type.Object({ kind: Type.Literal('voicemail'), userId: UserId }),
    Type.Object({ kind: Type.Literal('target'), target: RuleTarget }),
    Type.Object({
      kind: Type.Literal('refuse'),
      reason: Type.Union([
        Type.Literal('unanswered'),
        Type.Literal('unreachable'),
        Type.Literal('busy'),
        Type.Literal('declined'),
      ]),
    }),
  ]),
  /** Where it goes when a device says busy. */
  busy: Type.Union([RuleTarget, Type.Null()]),
  steps: Type.Array(PlanStep),
});
export type CallPlan = Static<typeof CallPlan>;

/** What happens with a call to this person, now or at another moment (a dry run). */
export const planCall = command('callRouting.plan', {
  request: Type.Object({
    calleeId: UserId,
    caller: Type.Object({ userId: Type.Optional(UserId), address: Type.String({ maxLength: 300 }) }),
    /** Unix milliseconds; left out: now. */
    at: Type.Optional(Type.Integer()),
    /** People through whom the call came: a rule does not send it back in a circle. */
    through: Type.Array(UserId, { maxItems: 10 }),
  }),
  reply: CallPlan,
});

/** One switch of the policies, and which scope decides it. */
const Allowed = Type.Object({ allowed: Type.Boolean(), origin: Origin });
/** What a person's rules may do. */
export const Allowances = Type.Object({
  forwarding: Allowed,
  ringAlso: Allowed,
  outsideNumbers: Allowed,
  voicemail: Allowed,
  /** For numbers that ring as well; left out for never. */
  tooSoonMs: Type.Optional(Type.Integer()),
  /** Whose policy decides where an `origin` is the department. */
  department: Type.String(),
});
export type Allowances = Static<typeof Allowances>;

/** A person's rules as they are kept; where nothing is kept, those that everybody has, with version 0. */
export const OwnRules = Type.Object({ rules: CallRules, version: Type.Integer(), allowances: Allowances });
export type OwnRules = Static<typeof OwnRules>;

export const getRules = command('callRouting.rules', {
  request: Type.Object({ userId: UserId }),
  reply: OwnRules,
});
/** `version` is that of what the person looked at: a fault `ROUTING_STALE` carries what is stored now. */
export const putRules = command('callRouting.putRules', {
  request: Type.Object({
    userId: UserId,
    rules: CallRules,
    version: Type.Integer({ minimum: 0 }),
    /** The device that the person acts on, or null where it has no name; without it the product itself acts, unlicensed. */
    deviceId: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
  }),
  reply: OwnRules,
});
export const rulesChanged = event(
  'callRouting.rules.changed',
  Type.Object({ userId: UserId, rules: CallRules, version: Type.Integer() }),
);

export const callRoutingErrors = errors({
  ROUTING_STALE: {
    http: 409,
    sentence: 'These rules were changed elsewhere.',
    remedy: 'Look at them again, then change them.',
  },
  ROUTING_CIRCLE: {
    http: 400,
    sentence: 'This would send your calls back to yourself.',
    remedy: 'Choose another target.',
  },
  ROUTING_NOT_ALLOWED: {
    http: 403,
    sentence: 'Your administrator does not allow this.',
    remedy: 'Choose another target, or ask your administrator.',
  },
  ROUTING_NO_SUCH_USER: {
    http: 404,
    sip: 404,
    sentence: 'This person is not here any more.',
    remedy: 'Choose somebody else.',
  },
  ROUTING_CANNOT_RING: {
    http: 400,
    sentence: 'Voicemail cannot ring beside your devices.',
    remedy: 'Choose a person or a number, or send calls that nobody answers to voicemail.',
  },
  ROUTING_BAD_NUMBER: {
    http: 400,
    sentence: 'This is no number or address that can be called.',
    remedy: 'Check what you typed.',
  },
});
