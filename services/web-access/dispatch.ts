// What a browser may ask, command by command: checked against the contract, then put to the service that knows, always
// in the name of the person who is signed in.
import { type Bus, schemaCheck } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import * as alerts from '../alerts/contract.ts';
import * as callRouting from '../call-routing/contract.ts';
import { peopleNamedIn } from '../call-routing/view.ts';
import * as contacts from '../contacts/contract.ts';
import { identityErrors } from '../identity/contract.ts';
import * as im from '../im/contract.ts';
import * as presence from '../presence/contract.ts';
import { readBook } from './book.ts';
import type { BrowserSession } from './browser-session.ts';
import { callHandlers } from './call-commands.ts';
import {
  type CommandName,
  type CommandReply,
  type CommandRequest,
  commands,
  webAccessErrors,
} from './contract.ts';
import type { Departments } from './departments.ts';
import type { OwnPolicies } from './own-policy.ts';
import { findDepartment, findPeople } from './people-search.ts';
import { qualityHandlers } from './quality-commands.ts';
import { findReceipts } from './receipts.ts';
import { type People, seenAt } from './sight.ts';
import { voicemailHandlers } from './voicemail-commands.ts';
import type { Windows } from './windows.ts';

export interface DispatchContext {
  readonly bus: Bus;
  readonly people: () => People;
  /** A window was touched or not, and shows a conversation or none. */
  readonly attended: (
    session: BrowserSession,
    seen: { readonly active: boolean; readonly looksAt: string | null },
  ) => void;
  readonly departments: Departments;
  readonly policies: Pick<OwnPolicies, 'of'>;
  readonly windows: Pick<Windows, 'ofUser'>;
  /** Tells the session of these people before an answer or event that names them. */
  readonly introduce: (session: BrowserSession, userIds: Iterable<string>) => void;
}

export type Handler<N extends CommandName> = (
  context: DispatchContext,
  session: BrowserSession,
  request: CommandRequest<N>,
) => Promise<Outcome<CommandReply<N>>>;

type AlertCommandName = Extract<CommandName, `alert.${string}`>;

const alertHandlers = {
  'alert.attend': async ({ attended }, session, seen) => {
    attended(session, seen);
    return done({});
  },
  'alert.dismiss': ({ bus }, { userId }, request) => bus.call(alerts.dismiss, { ...request, userId }),
  'alert.settings': ({ bus }, { userId }) => bus.call(alerts.getSettings, { userId }),
  'alert.putSettings': ({ bus }, { userId }, request) => bus.call(alerts.putSettings, { ...request, userId }),
  'alert.subscribe': ({ bus }, { userId, signInId }, request) =>
    bus.call(alerts.subscribe, { ...request, userId, signInId }),
  'alert.unsubscribe': ({ bus }, { userId }, request) => bus.call(alerts.unsubscribe, { ...request, userId }),
} satisfies { readonly [N in AlertCommandName]: Handler<N> };

type ContactCommandName = Extract<CommandName, `contact.${string}`>;

const contactHandlers = {
  'contact.list': ({ bus, introduce }, session) => readBook(bus, session, introduce),
  'contact.frequent': async ({ bus, introduce }, session) => {
    const found = await bus.call(im.listFrequent, { userId: session.userId });
    if (found.ok) introduce(session, found.value.userIds);
    return found;
  },
  'contact.put': ({ bus }, session, request) =>
    bus.call(contacts.putContacts, { ...request, ...whoAndWhere(session) }),
  'contact.remove': ({ bus }, { userId }, request) =>
    bus.call(contacts.removeContacts, { ...request, userId }),
  'contact.changeGroups': ({ bus }, session, request) =>
    bus.call(contacts.changeGroups, { ...request, ...whoAndWhere(session) }),
  'contact.undo': ({ bus }, { userId }, request) => bus.call(contacts.undo, { ...request, userId }),
  'contact.import': ({ bus }, session, request) =>
    bus.call(contacts.importContacts, { ...request, ...whoAndWhere(session) }),
  'contact.lastImport': ({ bus }, { userId }) => bus.call(contacts.lastImport, { userId }),
  'contact.answer': ({ bus }, session, request) =>
    bus.call(contacts.answerAdded, { ...request, ...whoAndWhere(session) }),
  'contact.setAsking': ({ bus }, { userId }, request) => bus.call(contacts.setAsking, { ...request, userId }),
} satisfies { readonly [N in ContactCommandName]: Handler<N> };

type CallRuleCommandName = Extract<CommandName, `callRules.${string}`>;

const callRuleHandlers = {
  'callRules.get': async ({ bus, introduce }, session) => {
    const found = await bus.call(callRouting.getRules, { userId: session.userId });
    if (found.ok) introduce(session, peopleNamedIn(found.value.rules));
    return found;
  },
  'callRules.put': ({ bus }, session, request) =>
    bus.call(callRouting.putRules, { ...request, ...whoAndWhere(session) }),
  'callRules.plan': ({ bus }, { userId: calleeId }, request) =>
    bus.call(callRouting.planCall, { ...request, calleeId, through: [] }),
} satisfies { readonly [N in CallRuleCommandName]: Handler<N> };

const handlers: { readonly [N in CommandName]: Handler<N> } = {
  'im.open': async ({ bus, introduce }, session, request) => {
    const opened = await bus.call(im.openConversation, { ...request, ...whoAndWhere(session) });
    if (opened.ok) introduce(session, opened.value.participantIds);
    return opened;
  },
  'im.send': async ({ bus }, session, request) =>
    session.inOrder(() => {
      const { userId: senderId, deviceId } = session;
      return bus.call(im.sendMessage, { ...request, senderId, deviceId });
    }) ?? webAccessErrors.fault('WEB_TOO_FAST'),
  'im.history': ({ bus }, { userId }, request) => bus.call(im.readHistory, { ...request, userId }),
  'im.edit': ({ bus }, session, request) => bus.call(im.editMessage, { ...request, ...whoAndWhere(session) }),
  'im.delete': ({ bus }, session, request) =>
    bus.call(im.deleteMessage, { ...request, ...whoAndWhere(session) }),
  'im.react': ({ bus }, session, request) =>
    bus.call(im.reactToMessage, { ...request, ...whoAndWhere(session) }),
  'im.schedule': ({ bus }, { userId: senderId, deviceId }, request) =>
    bus.call(im.scheduleMessage, { ...request, senderId, deviceId }),
  'im.scheduled': ({ bus }, { userId }) => bus.call(im.listScheduled, { userId }),
  'im.reschedule': ({ bus }, { userId }, request) => bus.call(im.reschedule, { ...request, userId }),
  'im.unschedule': ({ bus }, { userId }, request) => bus.call(im.unschedule, { ...request, userId }),
  'im.sendScheduled': ({ bus }, { userId }, request) => bus.call(im.sendScheduledNow, { ...request, userId }),
  'im.read': ({ bus }, { userId }, request) => bus.call(im.markRead, { ...request, userId }),
  'im.search': async ({ bus, introduce }, session, request) => {
    const { userId, searches } = session;
    const found = await searches.messages.run(() => bus.call(im.searchMessages, { ...request, userId }));
    if (found === undefined) return webAccessErrors.fault('WEB_SUPERSEDED');
    if (found.ok) {
      const { conversations, found: messages } = found.value;
      // Who wrote a message may not be in the group any more.
      introduce(session, [
        ...conversations.flatMap(({ participantIds }) => participantIds),
        ...messages.map(({ senderId }) => senderId),
      ]);
    }
    return found;
  },
  'im.typing': ({ bus }, session, request) =>
    bus.call(im.showTyping, { ...request, ...whoAndWhere(session) }),
  'im.conversation': async ({ bus, introduce }, session, request) => {
    const found = await bus.call(im.getConversation, { ...request, userId: session.userId });
    if (found.ok) introduce(session, found.value.participantIds);
    return found;
  },
  'im.startGroup': async ({ bus, introduce }, session, request) => {
    const started = await bus.call(im.startGroup, { ...request, ...whoAndWhere(session) });
    if (started.ok) introduce(session, started.value.participantIds);
    return started;
  },
  'im.changeGroup': async ({ bus, introduce }, session, request) => {
    const changed = await bus.call(im.changeGroup, { ...request, ...whoAndWhere(session) });
    if (changed.ok) introduce(session, changed.value.participantIds);
    return changed;
  },
  'im.receipts': (context, session, request) => findReceipts(context, session, request),
  'im.setPrivacy': ({ bus }, { userId }, request) => bus.call(im.setPrivacy, { ...request, userId }),
  'people.department': (context, session, request) => findDepartment(context, session, request),
  'presence.setState': ({ bus }, session, request) =>
    bus.call(presence.setState, { ...request, ...whoAndWhere(session) }),
  'presence.setNote': ({ bus }, session, request) =>
    bus.call(presence.setNote, { ...request, ...whoAndWhere(session) }),
  'presence.setLocation': ({ bus }, session, request) =>
    bus.call(presence.setLocation, { ...request, ...whoAndWhere(session) }),
  'presence.readOwn': ({ bus }, { userId }) => bus.call(presence.readOwn, { userId }),
  'presence.setSettings': ({ bus }, session, request) =>
    bus.call(presence.setSettings, { ...request, ...whoAndWhere(session) }),
  'presence.activity': (_context, session, request) => session.endpoint.say(request),
  'access.set': ({ bus }, { userId }, request) => bus.call(presence.setAccess, { ...request, userId }),
  'access.preview': async ({ people }, { userId }, { level }) => {
    const { user, card, ...shown } = seenAt(people(), userId, level);
    if (user === undefined) return identityErrors.fault('IDENTITY_NO_SUCH_USER');
    return done({ user, presence: shown.presence, card: card ?? null });
  },
  'card.set': ({ bus }, { userId }, request) => bus.call(presence.setCard, { ...request, userId }),
  'people.search': (context, session, request) => findPeople(context, session, request),
  ...alertHandlers,
  ...contactHandlers,
  ...callHandlers,
  ...qualityHandlers,
  ...callRuleHandlers,
  ...voicemailHandlers,
};

/** The service that serves it asks whether this person is licensed for it on this device. */
function whoAndWhere({ userId, deviceId }: BrowserSession) {
  return { userId, deviceId };
}

const checks = new Map(Object.entries(commands).map(([name, { request }]) => [name, schemaCheck(request)]));

function isCommand(name: string): name is CommandName {
  return checks.has(name);
}

/** @returns `WEB_BAD_COMMAND` for an unknown name or a request that does not fit; otherwise what the service says. */
export async function dispatch(
  context: DispatchContext,
  session: BrowserSession,
  name: string,
  request: unknown,
): Promise<Outcome<unknown>> {
  if (!isCommand(name)) return webAccessErrors.fault('WEB_BAD_COMMAND');
  const check = checks.get(name);
  // Fields that the contract does not name go no further.
  check?.strip(request);
  if (check?.fits(request) !== true) return webAccessErrors.fault('WEB_BAD_COMMAND');
  return run(context, session, name, request as CommandRequest<typeof name>);
}

function run<N extends CommandName>(
  context: DispatchContext,
  session: BrowserSession,
  name: N,
  request: CommandRequest<N>,
) {
  return handlers[name](context, session, request);
}
