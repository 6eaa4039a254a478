// The services' types that the browser works with, in one place. Types only: no schema reaches the bundle.

export type { AlertSettings } from '@parley/services/alerts/contract';
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
  Contact,
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
