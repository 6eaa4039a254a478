// May this client software be installed (licensing rules A5, A13, A20)? Apart from CALs, which never contain it.
import { done, type Outcome } from '@parley/platform/contract';
import { type Client, clientOf, clients, skuOf } from './catalogue.ts';
import { licensingErrors } from './fault.ts';

export interface ClientLicence {
  readonly client: string;
  readonly licensed: boolean;
  /** What licenses it: an SKU, `grandfathered`, or `server-licence`; null when nothing does. */
  readonly route: string | null;
  /** What would. */
  readonly routes: readonly string[];
  /** Whoever uses it signs in to the server and needs a CAL for that (A14). */
  readonly calStillNeeded: true;
  readonly rules: readonly string[];
}

export function clientLicence(
  id: string,
  {
    held,
    grandfathered,
    hasServerLicence,
  }: {
    /** SKUs on the computer or at the organisation. */
    readonly held: readonly string[];
    readonly grandfathered: boolean;
    /** Undefined: look for a server licence among what is held. */
    readonly hasServerLicence?: boolean;
  },
): Outcome<ClientLicence> {
  const client = clientOf(id);
  if (client === undefined) {
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no client software ${id}.`);
  }
  const route = routeTo(client, held, grandfathered, hasServerLicence);
  return done({
    client: client.client,
    licensed: route !== null,
    route,
    routes: client.withServerLicence ? ['server-licence'] : client.routes,
    calStillNeeded: true,
    rules: [...client.rules, 'A14'],
  });
}

function routeTo(
  client: Client,
  held: readonly string[],
  grandfathered: boolean,
  hasServerLicence: boolean | undefined,
): string | null {
  if (client.withServerLicence) {
    return (hasServerLicence ?? held.some((id) => isServerOf(client, id))) ? 'server-licence' : null;
  }
  const bought = held.map((id) => skuOf(id)?.id ?? id).find((id) => client.routes.includes(id));
  return bought ?? (grandfathered && client.grandfathered ? 'grandfathered' : null);
}

function isServerOf(client: Client, id: string): boolean {
  const sku = skuOf(id);
  return sku?.model === 'server' && `${sku.family}${sku.version.toLowerCase()}` === client.release;
}

/** The components that come with a server licence: six with that of OCS 2007 R2 (A20). */
export function additionalClients(release = 'ocs2007r2'): readonly Client[] {
  return clients.filter((each) => each.withServerLicence && each.release === release);
}
