// One subscription to a list as its watcher knows it (RFC 4662 §5.2): who stands in it, and whose state is still to be told.
// The whole list first, in as many NOTIFYs as its size needs; then only what changed. Pure. Used by sip.ts.
import {
  buildListNotification,
  PART_OVERHEAD_BYTES,
  PIDF_TYPE,
  type RlmiResource,
} from '@parley/protocol/presence';
import type { WatchDocument } from './documents.ts';

export interface ListedPerson {
  readonly uri: string;
  readonly name?: string | undefined;
  /** Undefined for an address at which nobody is here. */
  readonly userId: string | undefined;
}

/** Besides its name and address, what a person costs in a list. */
const RESOURCE_OVERHEAD_BYTES = 100;

export class WatchedList {
  readonly uri: string;
  /** The watcher's own contacts, which change while they are watched; else a list that came with the SUBSCRIBE. */
  readonly isOwnContacts: boolean;
  readonly #byUri = new Map<string, ListedPerson>();
  readonly #byUser = new Map<string, ListedPerson>();
  readonly #told = new Map<string, WatchDocument>();
  readonly #waiting = new Set<string>();
  #version = 0;
  #isWholeWanted = true;
  #isUnfinished = false;

  constructor(uri: string, people: Iterable<ListedPerson>, isOwnContacts: boolean) {
    this.uri = uri;
    this.isOwnContacts = isOwnContacts;
    for (const person of people) this.#put(person);
  }

  get userIds(): Iterable<string> {
    return this.#byUser.keys();
  }

  get size(): number {
    return this.#byUser.size;
  }

  /** The last NOTIFY had no room for all of it. */
  get isUnfinished(): boolean {
    return this.#isUnfinished;
  }

  /** What the next NOTIFY needs at least where it tells everything. */
  get leastBytes(): number {
    let bytes = 0;
    for (const person of this.#byUri.values()) bytes += sizeOf(person);
    return bytes;
  }

  has(userId: string): boolean {
    return this.#byUser.has(userId);
  }

  /** That person's state may be another one. @returns whether it is to be told. */
  touch(userId: string, document: WatchDocument): boolean {
    if (!this.#byUser.has(userId) || this.#told.get(userId) === document) return false;
    this.#waiting.add(userId);
    return true;
  }

  /** Everything is to be told again: the watcher asked, or may have missed something. */
  touchAll(): void {
    this.#isWholeWanted = true;
  }

  add(person: ListedPerson): void {
    this.#put(person);
    if (person.userId !== undefined) this.#waiting.add(person.userId);
  }

  /** RFC 4662 §5.2: only a whole list shows that somebody is not in it any more. */
  remove(userId: string): void {
    const person = this.#byUser.get(userId);
    if (person === undefined) return;
    this.#byUser.delete(userId);
    this.#byUri.delete(person.uri);
    this.#told.delete(userId);
    this.#waiting.delete(userId);
    this.#isWholeWanted = true;
  }

  /**
   * The body of the next NOTIFY. What does not fit goes into the one after it: see `isUnfinished`.
   * @param token unguessable; another one each time.
   */
  next(documentOf: (userId: string) => WatchDocument, maxBytes: number, token: string) {
    const isWhole = this.#isWholeWanted;
    if (isWhole) for (const userId of this.#byUser.keys()) this.#waiting.add(userId);
    this.#isWholeWanted = false;
    let room = maxBytes - (isWhole ? this.leastBytes : 0);
    const documents = new Map<string, { readonly cid: string; readonly text: string }>();
    for (const userId of this.#waiting) {
      const person = this.#byUser.get(userId)!;
      const document = documentOf(userId);
      const { text } = document;
      room -= PART_OVERHEAD_BYTES + text.length + (isWhole ? 0 : sizeOf(person));
      // A whole list says who is in it, which is progress; any other NOTIFY tells of one person at least.
      if (room < 0 && (isWhole || documents.size > 0)) break;
      this.#waiting.delete(userId);
      this.#told.set(userId, document);
      documents.set(userId, { cid: `${documents.size}@${this.#version}`, text });
    }
    this.#isUnfinished = this.#waiting.size > 0;
    const resource = ({ uri, name, userId }: ListedPerson): RlmiResource => ({
      uri,
      ...(name === undefined ? {} : { name }),
      instances:
        userId === undefined
          ? [{ id: 'a', state: 'terminated', reason: 'noresource' }]
          : documents.has(userId)
            ? [{ id: 'a', state: 'active', cid: documents.get(userId)!.cid }]
            : [],
    });
    const told = isWhole
      ? [...this.#byUri.values()]
      : [...documents.keys()].map((userId) => this.#byUser.get(userId)!);
    const rlmi = {
      uri: this.uri,
      version: this.#version++,
      isFullState: isWhole,
      resources: told.map(resource),
    };
    const parts = [...documents.values()].map((document) => ({ ...document, contentType: PIDF_TYPE }));
    return buildListNotification({ rlmi, documents: parts }, token);
  }

  #put(person: ListedPerson): void {
    if (person.userId !== undefined) {
      // Two addresses of one person are one person.
      if (this.#byUser.has(person.userId)) return;
      this.#byUser.set(person.userId, person);
    }
    this.#byUri.set(person.uri, person);
  }
}

function sizeOf({ uri, name = '' }: ListedPerson): number {
  // A character of a name may need three bytes, or be escaped.
  return RESOURCE_OVERHEAD_BYTES + uri.length + 3 * name.length;
}
