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

/**
 * What a phone is to licensing: the URN that it gave itself when it registered (+sip.instance, RFC 5626 §4.1), so that
 * one phone at which several people sign in is one device; for a phone without one, its account.
 */
export function deviceBehind(
  locations: Locations,
  { userId, deviceId }: { readonly userId: string; readonly deviceId: string },
  flowId: string,
): LicensedPhone {
  const named = (locations.byUser.get(userId)?.bindings ?? []).filter(
    (binding) => binding.deviceId === deviceId && binding.instance !== undefined,
  );
  const binding = named.find((one) => one.flowId === flowId) ?? named.at(-1);
  return binding?.instance === undefined ? { deviceId } : phoneNamed(binding.instance, binding.userAgent);
}

export interface LicensedPhone {
  readonly deviceId: string;
  readonly deviceName?: string;
}

/** @param instance `<urn:uuid:…>`, with or without quotation marks. */
export function phoneNamed(instance: string, userAgent: string): LicensedPhone {
  const urn = instance.replaceAll(/["<>]/g, '').toLowerCase();
  return { deviceId: urn, ...(userAgent === '' ? {} : { deviceName: userAgent }) };
}

/** Users who have a binding whose time is over, so many at most. */
export function usersWithExpired(locations: Locations, now: number, limit: number): string[] {
  const users: string[] = [];
  for (const { userId, bindings } of locations.byUser.values()) {
    if (users.length === limit) break;
    if (bindings.some((binding) => binding.expiresAt <= now)) users.push(userId);
  }
  return users;
}

export const locationView = view({
  event: locationChanged,
  snapshot: locationSnapshot,
  items: (page) => page.locations,
  empty: emptyLocations,
  fold: foldLocation,
});
