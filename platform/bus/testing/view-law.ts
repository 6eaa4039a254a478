// The law of views: an old snapshot and the events since then make the same state as a fresh snapshot.
// Used by the tests of every `view.ts`.
import assert from 'node:assert/strict';

export interface Fold<State, Item> {
  readonly empty: () => State;
  readonly fold: (state: State, item: Item) => State;
}

/** Also checks that events told twice, or told again after the fresh snapshot, change nothing. */
export function assertViewLaw<State, Item>(
  { empty, fold }: Fold<State, Item>,
  snapshot: readonly Item[],
  events: readonly Item[],
  freshSnapshot: readonly Item[],
): void {
  assert.ok(events.length > 0, 'the law says nothing without an event');
  const all = (items: readonly Item[], state: State) => items.reduce(fold, state);
  // Folds may change their state in place: every state is made anew.
  const fresh = () => all(freshSnapshot, empty());
  const followed = () => all(events, all(snapshot, empty()));
  assert.deepEqual(followed(), fresh(), 'old snapshot and events differ from the fresh snapshot');
  assert.deepEqual(all(events, followed()), fresh(), 'events that came twice changed the state');
  assert.deepEqual(all(events, fresh()), fresh(), 'events older than the snapshot changed the state');
}
