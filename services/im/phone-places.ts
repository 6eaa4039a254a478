// Where the phones of people are, out of the view of locations: which bindings live, and which front end delivers.
import type { Clock } from '@parley/platform/clock';
import type { Binding, Location } from '../registrar/contract.ts';
import type { Locations } from '../registrar/view.ts';

export class PhonePlaces {
  readonly #locations: { readonly current: Locations };
  readonly #clock: Clock;
  readonly #nodeId: string;

  constructor(locations: { readonly current: Locations }, clock: Clock, nodeId: string) {
    this.#locations = locations;
    this.#clock = clock;
    this.#nodeId = nodeId;
  }

  bindingsOf(userId: string): readonly Binding[] {
    return this.#live(this.#locations.current.byUser.get(userId));
  }

  /** The front end of the binding that was made last: if another one was killed, the phone has come back to this one. */
  nodeOf(userId: string): string | undefined {
    let newest: Binding | undefined;
    for (const binding of this.bindingsOf(userId))
      if (newest === undefined || binding.registeredAt >= newest.registeredAt) newest = binding;
    return newest?.nodeId;
  }

  /** Everyone who has a phone at this front end. */
  people(): string[] {
    return [...this.#locations.current.byUser.values()]
      .filter((location) => this.#live(location).some(({ nodeId }) => nodeId === this.#nodeId))
      .map(({ userId }) => userId);
  }

  #live(location: Location | undefined): readonly Binding[] {
    const now = this.#clock.wallNow();
    const bindings = location?.bindings ?? [];
    return bindings.every(({ expiresAt }) => expiresAt > now)
      ? bindings
      : bindings.filter(({ expiresAt }) => expiresAt > now);
  }
}
