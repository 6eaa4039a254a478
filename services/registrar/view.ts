// The location service (RFC 3261 §10) as other processes hold it: snapshot and `registrar.location.changed`, folded.
import { view } from '@parley/platform/contract';
import { type Binding, type Location, locationChanged, locationSnapshot } from './contract.ts';

export interface Locations {
  readonly byUser: Map<string, Location>;
  /** By address of record, lower case. */
  readonly byAddress: Map<string, Location>;
  /** Texts that many bindings share, so that each is held once. */
  readonly shared: Map<string, string>;
}

export function emptyLocations(): Locations {
  return { byUser: new Map(), byAddress: new Map(), shared: new Map() };
}

/**
 * Takes the newer of what is held and what is told; an older version changes nothing. A user whose last binding is gone
 * stays with none, so that an older event cannot bring a binding back.
 */
export function foldLocation(locations: Locations, location: Location): Locations {
  const held = locations.byUser.get(location.userId);
  if (held !== undefined && held.version >= location.version) return locations;
  if (held !== undefined && held.address !== location.address) locations.byAddress.delete(held.address);
  const compact = sharing(locations.shared, location);
  locations.byUser.set(compact.userId, compact);
  locations.byAddress.set(compact.address, compact);
  return locations;
}

const SHARED_TEXTS = 20_000;

/** The same location, whose front end, transport, user agent and capabilities are the texts that others have too. */
function sharing(texts: Map<string, string>, { userId, address, version, bindings }: Location): Location {
  if (texts.size > SHARED_TEXTS) texts.clear();
  const shared = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  return {
    userId,
    address,
    version,
    bindings: bindings.map((binding) => ({
      ...binding,
      nodeId: shared(binding.nodeId),
      transport: shared(binding.transport),
      userAgent: shared(binding.userAgent),
      ...(binding.capabilities === undefined ? {} : { capabilities: shared(binding.capabilities) }),
    })),
  };
}

/** Where an address of record can be reached now, the preferred first, then the newest (RFC 3261 §16.5, §20.10). */
export function bindingsAt(locations: Locations, address: string, now: number): readonly Binding[] {
  const { bindings = [] } = locations.byAddress.get(address.toLowerCase()) ?? {};
  return reachable(bindings, now);
}

/** Those whose time is not over, the preferred first, then the newest: of two flows of a device, that is the better one. */
export function reachable(bindings: readonly Binding[], now: number): readonly Binding[] {
  const [only] = bindings;
  if (bindings.length <= 1) return only !== undefined && only.expiresAt > now ? bindings : [];
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
  return { deviceId: instanceUrn(instance), ...(userAgent === '' ? {} : { deviceName: userAgent }) };
}

/** The URN by which two spellings of an instance are compared. */
export function instanceUrn(instance: string): string {
  return instance.replaceAll(/["<>]/g, '').toLowerCase();
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
