// The services' types that the browser works with, in one place. Types only: no schema reaches the bundle.

export type { AlertSettings, MailOffer, MailSettings } from '@parley/services/alerts/contract';
export type {
  Allowances,
  CallPlan,
  CallRules,
  OwnRules,
  PlanStep,
  RingTarget,
  RuleTarget,
  StepValue,
} from '@parley/services/call-routing/contract';
export type {
  AddedBy,
  Contact,
  ContactChange,
  ContactGroup,
  ImportEntry,
  ImportVerdict,
} from '@parley/services/contacts/contract';
export type { User } from '@parley/services/identity/contract';
export type {
  Conversation,
  GroupChange,
  Message,
  MessageImage,
  Notice,
  Reaction,
  Scheduled,
} from '@parley/services/im/contract';
export type { Found } from '@parley/services/im/rules/found';
export type {
  Access,
  AccessMember,
  Card,
  CardFields,
  Choice,
  FreeBusy,
  Level,
  MachineUse,
  ManualState,
  OwnPresence,
  PresenceSettings,
  PresenceState,
  StateName,
} from '@parley/services/presence/contract';
export type {
  Book,
  ClientEvent,
  CommandName,
  CommandReply,
  CommandRequest,
  FeatureRight,
  OwnPolicy,
  ServerFrame,
  Session,
  Snapshot,
} from '@parley/services/web-access/contract';
