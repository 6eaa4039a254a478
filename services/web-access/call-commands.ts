// What a browser may ask of calls; who asks and from which window is said by the session.
import * as calls from '../calls/contract.ts';
import { iceServers } from '../edge/contract.ts';
import type { qualityCommands } from '../quality/contract.ts';
import type { BrowserSession } from './browser-session.ts';
import type { CommandName } from './contract.ts';
import type { Handler } from './dispatch.ts';

type CallCommandName = Exclude<Extract<CommandName, `call.${string}`>, keyof typeof qualityCommands>;

function from({ userId, deviceId, sessionId: windowId }: BrowserSession) {
  return { userId, deviceId, windowId };
}

export const callHandlers = {
  'call.place': ({ bus }, session, request) => bus.call(calls.placeCall, { ...request, ...from(session) }),
  'call.ringing': ({ bus }, session, request) =>
    bus.call(calls.ringingCall, { ...request, ...from(session) }),
  'call.answer': ({ bus }, session, request) => bus.call(calls.answerCall, { ...request, ...from(session) }),
  'call.move': ({ bus }, session, request) => bus.call(calls.moveCall, { ...request, ...from(session) }),
  'call.continue': ({ bus }, session, request) =>
    bus.call(calls.continueCall, { ...request, ...from(session) }),
  'call.toPhone': ({ bus }, session, request) =>
    bus.call(calls.toPhoneCall, { ...request, ...from(session) }),
  'call.decline': ({ bus }, session, request) =>
    bus.call(calls.declineCall, { ...request, ...from(session) }),
  'call.redirect': ({ bus }, session, request) =>
    bus.call(calls.redirectCall, { ...request, ...from(session) }),
  'call.hangUp': ({ bus }, session, request) => bus.call(calls.hangUpCall, { ...request, ...from(session) }),
  'call.hold': ({ bus }, session, request) => bus.call(calls.holdCall, { ...request, ...from(session) }),
  'call.transfer': ({ bus }, session, request) =>
    bus.call(calls.transferCall, { ...request, ...from(session) }),
  'call.signal': ({ bus }, session, request) => bus.call(calls.signalCall, { ...request, ...from(session) }),
  'call.iceServers': ({ bus }, { userId }) => bus.call(iceServers, { userId }),
  'call.list': ({ bus }, { userId }) => bus.call(calls.listCalls, { userId }),
  'call.history': ({ bus }, { userId }, request) => bus.call(calls.readCallHistory, { ...request, userId }),
  'call.seen': ({ bus }, { userId }, request) => bus.call(calls.seenCallHistory, { ...request, userId }),
  'call.forget': ({ bus }, { userId }, request) => bus.call(calls.removeCallHistory, { ...request, userId }),
} satisfies { readonly [N in CallCommandName]: Handler<N> };
