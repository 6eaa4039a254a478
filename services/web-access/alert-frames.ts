// What a browser and the server say to one another about alerts: part of the contract in contract.ts.
import { Type } from 'typebox';
import { AlertSettings, PushSubscription } from '../alerts/contract.ts';

const Conversation = Type.String({ maxLength: 64 });
const Nothing = Type.Object({});

export const alertEvents = [
  /** This window makes itself heard now, for messages that it has up to `seq`. */
  Type.Object({ type: Type.Literal('alert'), conversationId: Type.String(), seq: Type.Integer() }),
  /** Seen elsewhere: what this window shows for messages up to `seq` goes. */
  Type.Object({ type: Type.Literal('alertDismissed'), conversationId: Type.String(), seq: Type.Integer() }),
] as const;

export const alertCommands = {
  /** Whether somebody has touched this window since the last time, and what they look at in it. */
  'alert.attend': {
    request: Type.Object({ active: Type.Boolean(), looksAt: Type.Union([Conversation, Type.Null()]) }),
    reply: Nothing,
  },
  'alert.dismiss': {
    request: Type.Object({
      conversationId: Conversation,
      seq: Type.Integer({ minimum: 0 }),
      snoozeS: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
    }),
    reply: Nothing,
  },
  'alert.settings': {
    request: Nothing,
    reply: Type.Object({ settings: AlertSettings, publicKey: Type.String() }),
  },
  'alert.putSettings': { request: Type.Object({ settings: AlertSettings }), reply: Nothing },
  'alert.subscribe': { request: Type.Object({ subscription: PushSubscription }), reply: Nothing },
  'alert.unsubscribe': {
    request: Type.Object({ endpoint: Type.String({ maxLength: 1000 }) }),
    reply: Nothing,
  },
} as const;
