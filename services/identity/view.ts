// The directory as every process and every browser holds it: snapshot and `identity.user.changed`, folded.
import { type Outcome, view } from '@parley/platform/contract';
import { directorySnapshot, type User, userChanged } from './contract.ts';

export { finds } from './rules/search-text.ts';

export interface Directory {
  readonly users: Map<string, User>;
  readonly byAddress: Map<string, User>;
  /** Who has a number, by id: it may stand with several. */
  readonly byPhone: Map<string, Set<string>>;
}

export function emptyDirectory(): Directory {
  return { users: new Map(), byAddress: new Map(), byPhone: new Map() };
}

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldUser(directory: Directory, user: User): Directory {
  const held = directory.users.get(user.userId);
  if (held !== undefined && held.version >= user.version) return directory;
  if (held !== undefined && held.address !== user.address) directory.byAddress.delete(held.address);
  if (held?.phone !== user.phone) indexPhone(directory.byPhone, held?.phone ?? '', user);
  directory.users.set(user.userId, user);
  directory.byAddress.set(user.address, user);
  return directory;
}

function indexPhone(byPhone: Directory['byPhone'], former: string, { userId, phone }: User): void {
  const others = byPhone.get(former);
  if (others?.delete(userId) === true && others.size === 0) byPhone.delete(former);
  if (phone === '') return;
  const holders = byPhone.get(phone) ?? new Set();
  byPhone.set(phone, holders.add(userId));
}

/**
 * Whether these people are all known, asking for those who are not in the view: who was added a moment ago may not be yet.
 * @param ask `identity.get`.
 */
export async function areKnown(
  directory: { readonly current: Directory },
  userIds: Iterable<string>,
  ask: (userId: string) => Promise<Outcome<User>>,
): Promise<boolean> {
  for (const userId of userIds) {
    if (directory.current.users.has(userId)) continue;
    const found = await ask(userId);
    if (!found.ok) return false;
    foldUser(directory.current, found.value);
  }
  return true;
}

/** What stands before the `@`: phones use it as their user name. */
export function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

export const directoryView = view({
  event: userChanged,
  snapshot: directorySnapshot,
  items: (page) => page.users,
  empty: emptyDirectory,
  fold: foldUser,
});
