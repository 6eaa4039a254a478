// The columns of each file that licensing reads, as they may stand in its first line, in any order.
import type { ImportKind } from './licensing-api.ts';

export const COLUMNS: Readonly<Record<ImportKind, string>> = {
  access: 'user, device, feature, time',
  'user-access-logging': 'userName, ipAddress, roleName, firstSeen, lastSeen, accessCount',
  'remote-desktop': 'issuedToUser, issuedToComputer, calVersion, issuedOn, expiresOn',
  purchases: 'sku, metric, quantity, from, to, source, proof, unitPrice',
  assignments: 'sku, user, device, from',
  devices: 'device, name, commonArea, licensable',
};
