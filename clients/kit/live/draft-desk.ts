// Drafts of one browser, the same in all its windows: what one window writes the others show. Where two windows wrote at
// the same time the newer one wins, and the other text can be taken back where it was written. Owned by live-client.ts.
import type { StoreApi } from 'zustand/vanilla';
import { type Draft, draftConversation, isEmptyDraft, parseDraft, readDrafts, writeDraft } from './drafts.ts';
import type { KeyValueStorage } from './outbox.ts';
import type { Timers } from './timers.ts';

export type { Draft } from './drafts.ts';
export type DraftContent = Pick<Draft, 'text' | 'subject' | 'replyTo'>;

export const EMPTY_DRAFT: DraftContent = { text: '', subject: '', replyTo: null };

interface DraftState {
  readonly drafts: Readonly<Record<string, Draft>>;
  readonly replacedDrafts: Readonly<Record<string, Draft>>;
}

export class DraftDesk {
  readonly #storage: KeyValueStorage;
  readonly #userId: string;
  readonly #timers: Timers;
  readonly #randomId: () => string;
  readonly #store: Pick<StoreApi<DraftState>, 'getState' | 'setState'>;

  constructor(
    options: {
      readonly storage: KeyValueStorage;
      readonly userId: string;
      readonly timers: Timers;
      readonly randomId: () => string;
    },
    store: Pick<StoreApi<DraftState>, 'getState' | 'setState'>,
  ) {
    this.#storage = options.storage;
    this.#userId = options.userId;
    this.#timers = options.timers;
    this.#randomId = options.randomId;
    this.#store = store;
    store.setState({ drafts: readDrafts(this.#storage, this.#userId) });
  }

  set(conversationId: string, { text, subject, replyTo }: DraftContent): void {
    const held = this.#store.getState().drafts[conversationId];
    if (held === undefined && isEmptyDraft({ text, subject, replyTo })) return;
    this.#put(conversationId, {
      text,
      subject,
      replyTo,
      version: this.#randomId(),
      base: held?.version ?? '',
      savedAt: this.#timers.now(),
    });
  }

  changedElsewhere(key: string | null, value: string | null): void {
    const conversationId = key === null ? null : draftConversation(this.#userId, key);
    if (conversationId === null) return;
    const own = this.#store.getState().drafts[conversationId];
    const theirs = parseDraft(value);
    if (own !== undefined && isOlder(theirs, own)) {
      // The storage holds what was written last: it shall be what counts.
      writeDraft(this.#storage, this.#userId, conversationId, own);
      return;
    }
    if (own !== undefined && isLost(own, theirs))
      this.#store.setState(({ replacedDrafts }) => ({
        replacedDrafts: { ...replacedDrafts, [conversationId]: own },
      }));
    this.#show(conversationId, theirs);
  }

  settle(conversationId: string, takeBack: boolean): void {
    const { [conversationId]: replaced, ...others } = this.#store.getState().replacedDrafts;
    this.#store.setState({ replacedDrafts: others });
    if (takeBack && replaced !== undefined) this.set(conversationId, replaced);
  }

  #put(conversationId: string, draft: Draft): void {
    writeDraft(this.#storage, this.#userId, conversationId, draft);
    this.#show(conversationId, draft);
  }

  #show(conversationId: string, draft: Draft): void {
    this.#store.setState(({ drafts }) => ({ drafts: { ...drafts, [conversationId]: draft } }));
  }
}

/** Neither made from the other: the newer one counts, in every window the same one. */
function isOlder(theirs: Draft, own: Draft): boolean {
  if (theirs.base === own.version) return false;
  return theirs.savedAt < own.savedAt || (theirs.savedAt === own.savedAt && theirs.version < own.version);
}

function isLost(own: Draft, theirs: Draft): boolean {
  return theirs.base !== own.version && own.text.trim() !== '' && own.text !== theirs.text;
}
