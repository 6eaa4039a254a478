// What a person does with the contact list, and the fold of its changes. A change that does not follow the last one means
// that something was missed: the whole list is asked for.
import type {
  Book,
  ClientEvent,
  CommandName,
  CommandReply,
  CommandRequest,
  Contact,
  ContactChange,
  Level,
} from '../contracts.ts';
import type { Outcome } from '../fault.ts';
import type { LiveState } from './live-state.ts';

type BookEvent = Extract<ClientEvent, { readonly type: 'book' }>;
type AddedEvent = Extract<ClientEvent, { readonly type: 'added' }>;

export const emptyBook: Book = { version: 0, groups: [], addedBy: [], asksWhenAdded: true };
/** As many as one command takes. */
const AT_ONCE = 200;

export function contactsById(contacts: readonly Contact[]): Record<string, Contact> {
  return Object.fromEntries(contacts.map((contact) => [contact.contactId, contact]));
}

/** Where a change before this one was missed, nothing is changed: see `isAhead`. */
export function applyBook(state: LiveState, event: BookEvent): LiveState {
  const { version, contacts: changed, removed, groups, asksWhenAdded } = event;
  if (version !== state.book.version + 1) return state;
  const contacts = { ...state.contacts, ...contactsById(changed) };
  for (const contactId of removed) delete contacts[contactId];
  const book = { ...state.book, version };
  if (groups !== undefined) book.groups = groups;
  if (asksWhenAdded !== undefined) book.asksWhenAdded = asksWhenAdded;
  return { ...state, contacts, book };
}

export function applyAdded(state: LiveState, { userId, at }: AddedEvent): LiveState {
  const others = state.book.addedBy.filter((one) => one.userId !== userId);
  const addedBy = at === null ? others : [{ userId, at }, ...others];
  return { ...state, book: { ...state.book, addedBy } };
}

export function isAhead(state: LiveState, event: ClientEvent): boolean {
  return event.type === 'book' && event.version > state.book.version + 1;
}

type Command = <N extends CommandName>(
  name: N,
  request: CommandRequest<N>,
) => Promise<Outcome<CommandReply<N>>>;

export class ContactDesk {
  readonly #command: Command;
  readonly #fold: (step: (live: LiveState) => LiveState) => void;
  #reloading: Promise<void> | undefined;

  constructor(needs: {
    readonly command: Command;
    readonly fold: (step: (live: LiveState) => LiveState) => void;
  }) {
    this.#command = needs.command;
    this.#fold = needs.fold;
  }

  /** Adds those who are not in the list, and changes all of them alike. */
  async put(contactIds: readonly string[], change: ContactChange = {}): Promise<Outcome<unknown>> {
    let last: Outcome<unknown> = { ok: true, value: {} };
    for (const some of parts(contactIds)) {
      last = await this.#command('contact.put', { contactIds: some, change });
      if (!last.ok) return last;
    }
    return last;
  }

  /** @returns by which ids it can be undone, one after the other. */
  async remove(contactIds: readonly string[]): Promise<Outcome<readonly string[]>> {
    const undoIds: string[] = [];
    for (const some of parts(contactIds)) {
      const outcome = await this.#command('contact.remove', { contactIds: some });
      if (!outcome.ok) return outcome;
      if (outcome.value.undoId !== undefined) undoIds.push(outcome.value.undoId);
    }
    return { ok: true, value: undoIds };
  }

  async undo(undoIds: readonly string[]): Promise<Outcome<unknown>> {
    let last: Outcome<unknown> = { ok: true, value: {} };
    for (const undoId of undoIds) {
      last = await this.#command('contact.undo', { undoId });
      if (!last.ok) return last;
    }
    return last;
  }

  changeGroups(
    change: CommandRequest<'contact.changeGroups'>['change'],
  ): Promise<Outcome<CommandReply<'contact.changeGroups'>>> {
    return this.#command('contact.changeGroups', { change });
  }

  /** To "X added you"; null keeps the level that X has. */
  answer(adderId: string, level: Level | null, addBack: boolean): Promise<Outcome<unknown>> {
    return this.#command('contact.answer', { adderId, level, addBack });
  }

  setAsking(asksWhenAdded: boolean): Promise<Outcome<unknown>> {
    return this.#command('contact.setAsking', { asksWhenAdded });
  }

  /** Whom one talked to most in the last weeks; nobody where the server cannot say. */
  async frequent(): Promise<readonly string[]> {
    const found = await this.#command('contact.frequent', {});
    return found.ok ? found.value.userIds : [];
  }

  /** Asks for the whole list; once, however often it is called meanwhile. */
  reload(): Promise<void> {
    this.#reloading ??= this.#load().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  async #load(): Promise<void> {
    const listed = await this.#command('contact.list', {});
    if (!listed.ok) return;
    const { contacts, book } = listed.value;
    this.#fold((live) =>
      book.version < live.book.version ? live : { ...live, contacts: contactsById(contacts), book },
    );
  }
}

function parts(contactIds: readonly string[]): string[][] {
  const count = Math.ceil(contactIds.length / AT_ONCE);
  return Array.from({ length: count }, (_, nth) => contactIds.slice(nth * AT_ONCE, (nth + 1) * AT_ONCE));
}
