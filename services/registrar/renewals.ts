// Refreshes that were answered and are not written yet (docs/decisions/0011-refreshes-are-written-behind.md): the newest
// of each binding, until a round has written it. Pure, bounded by the bindings there are. Used by sip.ts and service.ts.
import { type Renewal, renewed, type StoredBinding } from './binding.ts';

/** A binding whose stored time ends sooner than this is written before the answer. */
export const OUTLIVES_MS = 20_000;

export interface UserRenewals {
  readonly userId: string;
  readonly renewals: readonly Renewal[];
}

export class Renewals {
  readonly #byUser = new Map<string, readonly Renewal[]>();

  get size(): number {
    return this.#byUser.size;
  }

  put(userId: string, renewal: Renewal): void {
    const held = this.#byUser.get(userId);
    const others = held?.filter(({ bindingId }) => bindingId !== renewal.bindingId) ?? [];
    this.#byUser.set(userId, others.length === 0 ? [renewal] : [...others, renewal]);
  }

  /** The bindings of a user as they are with what is not written yet. */
  merge(userId: string, stored: readonly StoredBinding[]): readonly StoredBinding[] {
    const renewals = this.#byUser.get(userId);
    return renewals === undefined ? stored : mergeRenewals(stored, renewals);
  }

  /** Users in the order of their first refresh, so many at most. */
  waiting(limit: number): UserRenewals[] {
    const found: UserRenewals[] = [];
    for (const [userId, renewals] of this.#byUser) {
      if (found.push({ userId, renewals }) === limit) break;
    }
    return found;
  }

  /** They are written; those that came since stay. */
  written(users: readonly UserRenewals[]): void {
    for (const { userId, renewals } of users) {
      const left = this.#byUser.get(userId)?.filter((renewal) => !renewals.includes(renewal));
      if (left === undefined || left.length === 0) this.#byUser.delete(userId);
      else {
        // Last in line: the others wait longer.
        this.#byUser.delete(userId);
        this.#byUser.set(userId, left);
      }
    }
  }
}

/** The same array where nothing of it is to be renewed. */
export function mergeRenewals(
  stored: readonly StoredBinding[],
  renewals: readonly Renewal[],
): readonly StoredBinding[] {
  let merged: StoredBinding[] | undefined;
  for (const renewal of renewals) {
    const place = stored.findIndex(({ bindingId }) => bindingId === renewal.bindingId);
    const binding = stored[place];
    const fresh = binding === undefined ? undefined : renewed(binding, renewal);
    if (fresh === undefined) continue;
    merged ??= [...stored];
    merged[place] = fresh;
  }
  return merged ?? stored;
}
