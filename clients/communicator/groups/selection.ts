// The people who are selected in the contact list, for a group with all of them.
import { create } from 'zustand';

interface Selection {
  readonly userIds: readonly string[];
}

const useStore = create<Selection>(() => ({ userIds: [] }));

export function useSelection(): readonly string[] {
  return useStore(({ userIds }) => userIds);
}

export function toggleSelected(userId: string): void {
  useStore.setState(({ userIds }) => ({
    userIds: userIds.includes(userId) ? userIds.filter((other) => other !== userId) : [...userIds, userId],
  }));
}

/** These and nobody else. */
export function selectOnly(userIds: readonly string[]): void {
  useStore.setState({ userIds: [...new Set(userIds)] });
}

/** These, too. */
export function selectRange(userIds: readonly string[]): void {
  useStore.setState((held) => ({ userIds: [...new Set([...held.userIds, ...userIds])] }));
}

export function clearSelection(): void {
  useStore.setState({ userIds: [] });
}
