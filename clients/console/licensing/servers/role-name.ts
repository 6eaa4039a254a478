// What a server role is called. Like products, roles have one name in every language.
import { serverRoles } from '@parley/services/licensing/rules/catalogue';

const names = new Map(serverRoles.map(({ role, name }) => [role, name]));

export function roleName(role: string): string {
  return names.get(role) ?? role;
}
