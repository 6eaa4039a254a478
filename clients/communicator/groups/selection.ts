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

export function clearSelection(): void {
  useStore.setState({ userIds: [] });
}
