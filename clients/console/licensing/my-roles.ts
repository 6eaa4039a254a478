// What the person at this console may do with licences; administrators may all.
import { createContext, useContext } from 'react';
import type { LicenceRole } from './licensing-api.ts';

export interface MyRoles {
  readonly administrator: boolean;
  readonly roles: readonly LicenceRole[];
}

export const MyRolesContext = createContext<MyRoles>({ administrator: false, roles: [] });

export function may({ administrator, roles }: MyRoles, wanted: readonly LicenceRole[]): boolean {
  return administrator || roles.some((role) => wanted.includes(role));
}

/** True for one of these roles: what the person may not do is not offered. */
export function useMay(...wanted: readonly LicenceRole[]): boolean {
  return may(useContext(MyRolesContext), wanted);
}
