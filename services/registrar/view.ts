// The location service (RFC 3261 §10) as other processes hold it: snapshot and `registrar.location.changed`, folded.
import { view } from '@parley/platform/contract';
import { type Binding, type Location, locationChanged, locationSnapshot } from './contract.ts';

export interface Locations {
  readonly byUser: Map<string, Location>;
  /** By address of record, lower case. */
  readonly byAddress: Map<string, Location>;
}

export function emptyLocations(): Locations {
  return { byUser: new Map(), byAddress: new Map() };
}

/**
 * Takes the newer of what is held and what is told; an older version changes nothing. A user whose last binding is gone
 * stays with none, so that an older event cannot bring a binding back.
 */
export function foldLocation(locations: Locations, location: Location): Locations {
  const held = locations.byUser.get(location.userId);
  if (held !== undefined && held.version >= location.version) return locations;
  if (held !== undefined && held.address !== location.address) locations.byAddress.delete(held.address);
  locations.byUser.set(location.userId, location);
  locations.byAddress.set(location.address, location);
  return locations;
}

/** Where an address of record can be reached now, the preferred first (RFC 3261 §16.5, §20.10). */
export function bindingsAt(locations: Locations, address: string, now: number): readonly Binding[] {
  const bindings = locations.byAddress.get(address.toLowerCase())?.bindings ?? [];
  return bindings
    .filter((binding) => binding.expiresAt > now)
    .sort((one, other) => other.priority - one.priority || other.registeredAt - one.registeredAt);
}

export const locationView = view({
  event: locationChanged,
  snapshot: locationSnapshot,
  items: (page) => page.locations,
  empty: emptyLocations,
  fold: foldLocation,
});
