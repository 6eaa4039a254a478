// The departments of the directory as groups of people: found by the beginning of a word of their names, with everybody in
// them. Kept current with the view, because to count a hundred thousand people for each letter that is typed takes too long.
import type { HeldView } from '@parley/platform/bus';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';

export interface FoundDepartment {
  readonly name: string;
  readonly people: number;
}

interface Department {
  readonly words: string;
  readonly userIds: Set<string>;
}

export class Departments implements Disposable {
  readonly #directory: HeldView<Directory, User>;
  readonly #following: Disposable;
  #byName = new Map<string, Department>();
  #departmentOf = new Map<string, string>();

  constructor(directory: HeldView<Directory, User>) {
    this.#directory = directory;
    this.#following = directory.onChange((user) => (user === undefined ? this.#readAll() : this.#put(user)));
    this.#readAll();
  }

  /** The largest first, with those in them whose department may be seen; none in which nobody is. */
  search(query: string, limit: number, isSeen: (userId: string) => boolean): FoundDepartment[] {
    const words = folded(query).split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const found: FoundDepartment[] = [];
    for (const [name, { words: text, userIds }] of this.#byName)
      if (words.every((word) => text.includes(` ${word}`)))
        found.push({ name, people: countOf(userIds, isSeen) });
    return found
      .filter(({ people }) => people > 0)
      .sort((one, other) => other.people - one.people || (one.name < other.name ? -1 : 1))
      .slice(0, limit);
  }

  /** Those in it whose department may be seen, by name. */
  peopleOf(name: string, isSeen: (userId: string) => boolean): User[] {
    const { users } = this.#directory.current;
    return [...(this.#byName.get(name)?.userIds ?? [])]
      .flatMap((userId) => (isSeen(userId) ? (users.get(userId) ?? []) : []))
      .sort((one, other) => one.name.localeCompare(other.name) || (one.userId < other.userId ? -1 : 1));
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  #readAll(): void {
    this.#byName = new Map();
    this.#departmentOf = new Map();
    for (const user of this.#directory.current.users.values()) this.#put(user);
  }

  #put({ userId, department, disabled }: User): void {
    const before = this.#departmentOf.get(userId);
    const now = disabled || department === '' ? undefined : department;
    if (before === now) return;
    if (before !== undefined) {
      const left = this.#byName.get(before)?.userIds;
      left?.delete(userId);
      if (left?.size === 0) this.#byName.delete(before);
      this.#departmentOf.delete(userId);
    }
    if (now === undefined) return;
    this.#departmentOf.set(userId, now);
    const held = this.#byName.get(now);
    if (held !== undefined) held.userIds.add(userId);
    else this.#byName.set(now, { words: ` ${folded(now)}`, userIds: new Set([userId]) });
  }
}

/** Lower case without diacritics: `büro` is found by `buro`. */
function folded(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

function countOf(userIds: Iterable<string>, isSeen: (userId: string) => boolean): number {
  let count = 0;
  for (const userId of userIds) if (isSeen(userId)) count += 1;
  return count;
}
