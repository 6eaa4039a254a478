// The signed-in browser: the folded state, the connection, and what the person wrote and the server has not stored yet.
// Made at sign-in, closed at sign-out; screens read `store` and call the methods.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  Access,
  AccessMember,
  Card,
  CardFields,
  Choice,
  ClientEvent,
  CommandName,
  CommandReply,
  CommandRequest,
  Conversation,
  GroupChange,
  Level,
  Message,
} from '../contracts.ts';
import { isTransient, type Outcome } from '../fault.ts';
import { applyEvent } from './apply-event.ts';
import { retryDelayMs } from './backoff.ts';
import { CallInbox } from './call-inbox.ts';
import { Connection, type ConnectionOptions, type ConnectionState } from './connection.ts';
import { ContactDesk, isAhead } from './contact-desk.ts';
import { type Draft, type DraftContent, DraftDesk } from './draft-desk.ts';
import { forgetOpened, openedWith, rememberOpened } from './drafts.ts';
import { putReceipts } from './groups.ts';
import {
  applySnapshot,
  emptyState,
  type LiveState,
  learn,
  putAccess,
  putConversation,
  putThread,
} from './live-state.ts';
import { MessageDesk } from './message-desk.ts';
import {
  type Beside,
  forgetMessage,
  type KeyValueStorage,
  type Outbox,
  type OutgoingMessage,
  sendable,
  storedMessages,
  storeMessage,
  withFault,
  withoutMessage,
} from './outbox.ts';
import {
  appendPage,
  applyChanges,
  continuePage,
  FILL_LIMIT,
  lastSeqOf,
  missingAfter,
  missingChangesAfter,
  newestPage,
  pageAround,
  prependPage,
} from './thread.ts';

const PAGE = 50;

/** The level that a list gives to a member itself. */
function entryOf({ entries }: Access, { kind, value }: AccessMember): Level | undefined {
  return entries.find(({ member }) => member.kind === kind && member.value === value)?.level;
}

export interface LiveClientState {
  readonly live: LiveState;
  readonly connection: ConnectionState;
  readonly outbox: Outbox;
  readonly drafts: Readonly<Record<string, Draft>>;
  /** What another window has replaced: it may be taken back. */
  readonly replacedDrafts: Readonly<Record<string, Draft>>;
  /** False until the first snapshot: screens show their skeletons. */
  readonly ready: boolean;
  /** Set while what is shown is this device's own copy: Unix milliseconds of its making. */
  readonly asOf: number | null;
}

export interface LiveClientOptions
  extends Pick<ConnectionOptions, 'openSocket' | 'timers' | 'random' | 'isSignedIn'> {
  readonly userId: string;
  readonly storage: KeyValueStorage;
  readonly randomId: () => string;
  /** The server's word on what to make heard, and what not to any more; what it is about is in the state by then. */
  readonly onAlert?: (event: AlertEvent) => void;
}

export type AlertEvent = Extract<
  ClientEvent,
  { readonly type: 'alert' | 'alertDismissed' | 'free' | 'voicemailAlert' }
>;

function isAlert(event: ClientEvent): event is AlertEvent {
  const { type } = event;
  return type === 'alert' || type === 'alertDismissed' || type === 'free' || type === 'voicemailAlert';
}

export class LiveClient {
  readonly store: StoreApi<LiveClientState>;
  /** Changes messages and sends them later. */
  readonly messages: MessageDesk;
  readonly contacts: ContactDesk;
  readonly calls = new CallInbox();
  readonly #drafts: DraftDesk;
  readonly #options: LiveClientOptions;
  readonly #connection: Connection;
  readonly #underWay = new Set<string>();
  readonly #loading = new Map<string, Promise<void>>();
  #refusals = 0;
  #cancelFlush: () => void = () => {};

  constructor(options: LiveClientOptions) {
    this.#options = options;
    this.store = createStore<LiveClientState>(() => ({
      live: emptyState,
      connection: { kind: 'connecting' },
      outbox: storedMessages(options.storage, options.userId),
      drafts: {},
      replacedDrafts: {},
      ready: false,
      asOf: null,
    }));
    this.#drafts = new DraftDesk(options, this.store);
    this.messages = new MessageDesk({
      command: (name, request) => this.command(name, request),
      fold: (step) => this.#fold(step),
      randomId: options.randomId,
    });
    this.contacts = new ContactDesk({
      command: (name, request) => this.command(name, request),
      fold: (step) => this.#fold(step),
    });
    this.#connection = new Connection({
      ...options,
      onState: (connection) => {
        this.store.setState({ connection });
        if (connection.kind === 'connected') this.#caughtUp();
      },
      onSnapshot: (snapshot) => {
        this.#fold((live) => applySnapshot(live, snapshot));
        if (this.store.getState().ready) this.calls.renewed();
        this.store.setState({ ready: true, asOf: null });
      },
      onEvent: (event) => {
        const before = this.#live;
        this.#fold((live) => applyEvent(live, event, options.timers.now()));
        this.calls.take(event);
        if (event.type === 'message') this.#arrived(event.message, before);
        if (isAlert(event)) this.#options.onAlert?.(event);
        if (isAhead(before, event)) void this.contacts.reload();
        if (event.type === 'changed') this.#changed(event.message.conversationId);
      },
    });
  }

  start(): void {
    this.#connection.start();
  }

  wake(): void {
    this.#connection.wake();
  }

  /** Shows what this device has kept until the server says how things are now. */
  showCopy(live: LiveState, asOf: number): void {
    if (!this.store.getState().ready) this.store.setState({ live, ready: true, asOf });
  }

  close(): void {
    this.#cancelFlush();
    this.#connection.close();
  }

  /** Queues a message; it stays in the outbox until the server has stored it. */
  send(
    conversationId: string,
    text: string,
    beside: Beside = {},
    clientId: string = this.#options.randomId(),
  ): void {
    const { outbox } = this.store.getState();
    if (outbox.some((item) => item.clientId === clientId)) return;
    // After a reload they are sent in this order: two of one millisecond, or a clock put back, must not change it.
    const createdAt = Math.max(this.#options.timers.now(), (outbox.at(-1)?.createdAt ?? 0) + 1);
    const item: OutgoingMessage = {
      clientId,
      conversationId,
      text,
      ...(Object.keys(beside).length === 0 ? {} : { beside }),
      createdAt,
      fault: null,
    };
    storeMessage(this.#options.storage, this.#options.userId, item);
    this.store.setState(({ outbox }) => ({ outbox: [...outbox, item] }));
    if (this.#live.threads[conversationId]?.hasNewer === true) void this.loadNewest(conversationId);
    this.#flush();
  }

  retry(clientId: string): void {
    this.store.setState(({ outbox }) => ({ outbox: withFault(outbox, clientId, null) }));
    this.#flush();
  }

  discard(clientId: string): void {
    forgetMessage(this.#options.storage, this.#options.userId, clientId);
    this.store.setState(({ outbox }) => ({ outbox: withoutMessage(outbox, clientId) }));
  }

  setDraft(conversationId: string, content: DraftContent): void {
    this.#drafts.set(conversationId, content);
  }

  /** A storage event: another window of this browser wrote. */
  storageChanged(key: string | null, value: string | null): void {
    this.#drafts.changedElsewhere(key, value);
  }

  /** Puts back what another window had replaced, or lets it go. */
  settleReplacedDraft(conversationId: string, takeBack: boolean): void {
    this.#drafts.settle(conversationId, takeBack);
  }

  /** Finds or makes the conversation with these people and gives its id. */
  async open(participantIds: readonly string[]): Promise<Outcome<string>> {
    const outcome = await this.command('im.open', { participantIds: [...participantIds] });
    if (!outcome.ok) return outcome;
    this.#fold((live) => putConversation(live, outcome.value));
    const { conversationId, lastSeq } = outcome.value;
    const { storage, userId } = this.#options;
    if (lastSeq === 0) rememberOpened(storage, userId, conversationId, participantIds);
    else forgetOpened(storage, userId, conversationId);
    return { ok: true, value: conversationId };
  }

  /** Finds a conversation again that the server does not list because nothing was said in it; false if it is unknown. */
  async reopen(conversationId: string): Promise<boolean> {
    const participantIds = openedWith(this.#options.storage, this.#options.userId, conversationId);
    if (participantIds !== null && (await this.open(participantIds)).ok) return true;
    return await this.#fetch(conversationId);
  }

  /** A new group of these people and oneself; gives its id. */
  async startGroup(participantIds: readonly string[], title = ''): Promise<Outcome<string>> {
    const named = title === '' ? {} : { title };
    return this.#withConversation(
      await this.command('im.startGroup', { participantIds: [...participantIds], ...named }),
    );
  }

  /** Gives the id of the group: another one where somebody joined two. */
  async changeGroup(conversationId: string, change: GroupChange): Promise<Outcome<string>> {
    return this.#withConversation(await this.command('im.changeGroup', { conversationId, change }));
  }

  /** How far the others have read; from then on events tell. */
  async loadReceipts(conversationId: string): Promise<void> {
    const outcome = await this.command('im.receipts', { conversationId });
    if (outcome.ok) this.#fold((live) => putReceipts(live, conversationId, outcome.value.receipts));
  }

  async department(department: string): Promise<Outcome<CommandReply<'people.department'>>> {
    const outcome = await this.command('people.department', { department });
    if (outcome.ok) this.#fold((live) => learn(live, outcome.value));
    return outcome;
  }

  setHidesReceipts(hidesReceipts: boolean): Promise<Outcome<unknown>> {
    return this.command('im.setPrivacy', { hidesReceipts });
  }

  /** Loads the newest page of a conversation, or fills what is missing at its end. */
  load(conversationId: string): Promise<void> {
    return this.#once(`end ${conversationId}`, async () => {
      if (this.#live.threads[conversationId] === undefined) {
        const outcome = await this.command('im.history', { conversationId, limit: PAGE });
        if (!outcome.ok) return;
        const { messages, more, revision } = outcome.value;
        this.#fold((live) => putThread(live, conversationId, newestPage(messages, more, revision)));
      }
      await this.#fill(conversationId);
      await this.#catchUp(conversationId);
    });
  }

  loadOlder(conversationId: string): Promise<void> {
    return this.#once(`start ${conversationId}`, async () => {
      const thread = this.#live.threads[conversationId];
      const beforeSeq = thread?.messages[0]?.seq;
      if (thread === undefined || beforeSeq === undefined || !thread.hasOlder) return;
      const outcome = await this.command('im.history', { conversationId, beforeSeq, limit: PAGE });
      if (!outcome.ok) return;
      const { messages, more } = outcome.value;
      this.#fold((live) => {
        const current = live.threads[conversationId];
        return current === undefined
          ? live
          : putThread(live, conversationId, prependPage(current, messages, more));
      });
    });
  }

  /** Loads the messages around that one, unless it is loaded. */
  async loadAround(conversationId: string, seq: number): Promise<Outcome<null>> {
    const thread = this.#live.threads[conversationId];
    if (thread?.messages.some((message) => message.seq === seq)) return { ok: true, value: null };
    const beforeSeq = seq + PAGE / 2;
    const outcome = await this.command('im.history', { conversationId, beforeSeq, limit: PAGE });
    if (!outcome.ok) return outcome;
    const { messages, more, revision } = outcome.value;
    this.#fold((live) => {
      const lastSeq = live.conversations[conversationId]?.lastSeq ?? 0;
      return putThread(live, conversationId, pageAround(messages, more, lastSeq, revision));
    });
    return { ok: true, value: null };
  }

  loadNewer(conversationId: string): Promise<void> {
    return this.#once(`newer ${conversationId}`, async () => {
      const thread = this.#live.threads[conversationId];
      if (thread?.hasNewer !== true) return;
      const afterSeq = lastSeqOf(thread);
      const outcome = await this.command('im.history', { conversationId, afterSeq, limit: PAGE });
      if (!outcome.ok) return;
      this.#fold((live) => {
        const current = live.threads[conversationId];
        if (current === undefined || lastSeqOf(current) !== afterSeq) return live;
        const lastSeq = live.conversations[conversationId]?.lastSeq ?? 0;
        return putThread(live, conversationId, continuePage(current, outcome.value.messages, lastSeq));
      });
      if (missingAfter(this.#live, conversationId) !== null) await this.load(conversationId);
    });
  }

  /** From an older part of the conversation back to its end. */
  async loadNewest(conversationId: string): Promise<void> {
    const outcome = await this.command('im.history', { conversationId, limit: PAGE });
    if (!outcome.ok) return;
    const { messages, more, revision } = outcome.value;
    this.#fold((live) => putThread(live, conversationId, newestPage(messages, more, revision)));
    await this.load(conversationId);
  }

  async markRead(conversationId: string): Promise<void> {
    const conversation = this.#live.conversations[conversationId];
    if (conversation === undefined) return;
    if (conversation.readSeq >= conversation.lastSeq) {
      // What is not kept is read when it is seen; only one's own other windows need to know.
      if (conversation.unread === 0) return;
      this.#fold((live) => putConversation(live, { ...conversation, unread: 0 }));
      void this.command('alert.dismiss', { conversationId, seq: conversation.lastSeq });
      return;
    }
    const outcome = await this.#exclusive(`read ${conversationId} ${conversation.lastSeq}`, () =>
      this.command('im.read', { conversationId, seq: conversation.lastSeq }),
    );
    if (outcome?.ok !== true) return;
    const { readSeq, unread } = outcome.value;
    this.#fold((live) => applyEvent(live, { type: 'read', conversationId, readSeq, unread }, 0));
  }

  typing(conversationId: string, typing: boolean): void {
    void this.command('im.typing', { conversationId, typing, ...this.#peopleOf(conversationId) });
  }

  async setState(choice: Choice): Promise<Outcome<unknown>> {
    return this.#withPresence(await this.command('presence.setState', choice));
  }

  async setNote(change: CommandRequest<'presence.setNote'>): Promise<Outcome<unknown>> {
    return this.#withPresence(await this.command('presence.setNote', change));
  }

  async setLocation(location: string): Promise<Outcome<unknown>> {
    return this.#withPresence(await this.command('presence.setLocation', { location }));
  }

  activity(use: CommandRequest<'presence.activity'>): void {
    void this.command('presence.activity', use);
  }

  /**
   * Gives somebody a level of access; null gives the usual one. Where another window changed the list in the meantime, but
   * not for these, it is done all the same.
   */
  async setAccess(member: AccessMember, level: Level | null): Promise<Outcome<unknown>> {
    const seen = this.#live.access;
    const outcome = await this.command('access.set', { member, level, version: seen.version });
    const stored = outcome.ok ? outcome.value : (outcome.fault.current as Access | undefined);
    if (stored !== undefined) this.#fold((live) => putAccess(live, stored));
    if (outcome.ok || stored === undefined || entryOf(stored, member) !== entryOf(seen, member))
      return outcome;
    return await this.setAccess(member, level);
  }

  /** Replaces one's own card. */
  async setCard(fields: CardFields, version: number): Promise<Outcome<Card>> {
    const outcome = await this.command('card.set', { fields, version });
    const stored = outcome.ok ? outcome.value : (outcome.fault.current as Card | undefined);
    if (stored !== undefined) this.#fold((live) => applyEvent(live, { type: 'card', card: stored }, 0));
    return outcome;
  }

  async search(query: string): Promise<Outcome<CommandReply<'people.search'>>> {
    const outcome = await this.command('people.search', { query, limit: 30 });
    if (outcome.ok) this.#fold((live) => learn(live, outcome.value));
    return outcome;
  }

  /** Conversations that the results stand in are known from then on. */
  async searchMessages(request: CommandRequest<'im.search'>): Promise<Outcome<CommandReply<'im.search'>>> {
    const outcome = await this.command('im.search', request);
    if (outcome.ok) this.#fold((live) => outcome.value.conversations.reduce(putConversation, live));
    return outcome;
  }

  command<N extends CommandName>(name: N, request: CommandRequest<N>): Promise<Outcome<CommandReply<N>>> {
    return this.#connection.command(name, request);
  }

  get #live(): LiveState {
    return this.store.getState().live;
  }

  #fold(step: (live: LiveState) => LiveState): void {
    const before = this.#live;
    const live = step(before);
    if (live !== before) this.store.setState({ live });
  }

  #withPresence(outcome: Outcome<CommandReply<'presence.setState'>>): Outcome<unknown> {
    if (outcome.ok) this.#fold((live) => applyEvent(live, { type: 'presence', presence: outcome.value }, 0));
    return outcome;
  }

  /** After a snapshot or a resume: fill the gaps of the open threads and send what waits. */
  #caughtUp(): void {
    for (const conversationId of Object.keys(this.#live.threads)) void this.load(conversationId);
    this.#flush();
  }

  #arrived(message: Message, before: LiveState): void {
    this.discard(message.clientId);
    const { conversationId } = message;
    if (before.conversations[conversationId] === undefined && message.seq > 1) {
      // An old conversation that the snapshot left out: the server knows its true unread count.
      void this.#fetch(conversationId);
    }
    if (missingAfter(this.#live, conversationId) !== null) void this.load(conversationId);
  }

  async #fetch(conversationId: string): Promise<boolean> {
    return this.#withConversation(await this.command('im.conversation', { conversationId })).ok;
  }

  #withConversation(outcome: Outcome<Conversation>): Outcome<string> {
    if (!outcome.ok) return outcome;
    this.#fold((live) => putConversation(live, outcome.value));
    return { ok: true, value: outcome.value.conversationId };
  }

  async #fill(conversationId: string): Promise<void> {
    for (;;) {
      const afterSeq = missingAfter(this.#live, conversationId);
      if (afterSeq === null) return;
      const outcome = await this.command('im.history', { conversationId, afterSeq, limit: FILL_LIMIT });
      const thread = this.#live.threads[conversationId];
      if (!outcome.ok || thread === undefined) return;
      const grown = appendPage(thread, outcome.value.messages, afterSeq);
      if (lastSeqOf(grown) === lastSeqOf(thread)) return;
      this.#fold((live) => putThread(live, conversationId, grown));
    }
  }

  /** Changes of loaded messages that no event told, as while this browser was away. */
  async #catchUp(conversationId: string): Promise<void> {
    for (;;) {
      const afterRevision = missingChangesAfter(this.#live, conversationId);
      if (afterRevision === null) return;
      const outcome = await this.command('im.history', { conversationId, afterRevision, limit: FILL_LIMIT });
      const thread = this.#live.threads[conversationId];
      if (!outcome.ok || thread === undefined) return;
      const { messages, more, revision = 0 } = outcome.value;
      const changed = applyChanges(thread, messages, more, revision);
      if ((changed.revision ?? 0) <= afterRevision) return;
      this.#fold((live) => putThread(live, conversationId, changed));
    }
  }

  #changed(conversationId: string): void {
    if (missingChangesAfter(this.#live, conversationId) !== null) void this.load(conversationId);
  }

  #flush(): void {
    for (const item of sendable(this.store.getState().outbox, this.#underWay)) {
      this.#underWay.add(item.clientId);
      void this.#deliver(item);
    }
  }

  /** A server in trouble gets the messages again in a while; without a connection the next connect sends them. */
  #flushLater(): void {
    if (this.store.getState().connection.kind !== 'connected') return;
    const { timers, random } = this.#options;
    this.#cancelFlush();
    this.#cancelFlush = timers.after(retryDelayMs(this.#refusals++, random()), () => this.#flush());
  }

  async #deliver({ clientId, conversationId, text, beside }: OutgoingMessage): Promise<void> {
    const people = this.#peopleOf(conversationId);
    const outcome = await this.command('im.send', { conversationId, text, clientId, ...beside, ...people });
    this.#underWay.delete(clientId);
    if (outcome.ok) {
      const message = outcome.value;
      const participantIds = [...(this.#live.conversations[conversationId]?.participantIds ?? [])];
      this.#fold((live) => applyEvent(live, { type: 'message', message, participantIds }, 0));
      if (missingAfter(this.#live, conversationId) !== null) void this.load(conversationId);
      this.discard(clientId);
      this.#refusals = 0;
    } else if (isTransient(outcome.fault)) {
      this.#flushLater();
      return;
    } else {
      this.store.setState(({ outbox }) => ({ outbox: withFault(outbox, clientId, outcome.fault) }));
    }
    this.#flush();
  }

  /** Where the server keeps nothing, only its people know of a conversation. */
  #peopleOf(conversationId: string): { readonly participantIds?: string[] } {
    const { keepsNothing, conversations } = this.#live;
    const participantIds = conversations[conversationId]?.participantIds;
    return keepsNothing && participantIds !== undefined ? { participantIds } : {};
  }

  /** Runs `work` unless the same is running already; then waits for that. */
  #once(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.#loading.get(key);
    if (running !== undefined) return running;
    const promise = work().finally(() => this.#loading.delete(key));
    this.#loading.set(key, promise);
    return promise;
  }

  /** Runs `work` unless the same is running already; then gives null. */
  async #exclusive<T>(key: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#underWay.has(key)) return null;
    this.#underWay.add(key);
    try {
      return await work();
    } finally {
      this.#underWay.delete(key);
    }
  }
}
