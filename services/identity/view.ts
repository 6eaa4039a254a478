// The directory as every process and every browser holds it: snapshot and `identity.user.changed`, folded.
import { view } from '@parley/platform/contract';
import { directorySnapshot, type User, userChanged } from './contract.ts';

export interface Directory {
  readonly users: Map<string, User>;
  readonly byAddress: Map<string, User>;
}

export function emptyDirectory(): Directory {
  return { users: new Map(), byAddress: new Map() };
}

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldUser(directory: Directory, user: User): Directory {
  const held = directory.users.get(user.userId);
  if (held !== undefined && held.version >= user.version) return directory;
  if (held !== undefined && held.address !== user.address) directory.byAddress.delete(held.address);
  directory.users.set(user.userId, user);
  directory.byAddress.set(user.address, user);
  return directory;
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
