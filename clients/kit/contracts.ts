// The services' types that the browser works with, in one place. Types only: no schema reaches the bundle.

export type { User } from '@parley/services/identity/contract';
export type { Conversation, GroupChange, Message, Notice } from '@parley/services/im/contract';
export type {
  Access,
  AccessMember,
  Card,
  CardFields,
  Contact,
  FreeBusy,
  Level,
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
