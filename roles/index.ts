// Roles by name. Each is loaded when it is asked for, so that a process holds only the code that it runs.
import { HostError, nearest, type RoleDefinition } from '@parley/platform/host';

const loaders: Readonly<Record<string, () => Promise<RoleDefinition>>> = {
  'standard-edition': async () => (await import('./standard-edition.ts')).standardEdition,
  'front-end': async () => (await import('./front-end.ts')).frontEnd,
  media: async () => (await import('./media.ts')).media,
  edge: async () => (await import('./edge.ts')).edge,
  'web-components': async () => (await import('./web-components.ts')).webComponents,
};

export const roleNames: readonly string[] = Object.keys(loaders);

/** @throws {HostError} `ROLE_UNKNOWN` with the nearest name. */
export async function loadRoles(names: readonly string[]): Promise<RoleDefinition[]> {
  return await Promise.all(
    names.map((name) => {
      const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
      if (load === undefined) throw unknownRole(name);
      return load();
    }),
  );
}

export function unknownRole(name: string): HostError {
  const meant = nearest(name, roleNames);
  return new HostError(
    'ROLE_UNKNOWN',
    `There is no role "${name}".`,
    meant === undefined ? `Known roles: ${roleNames.join(', ')}.` : `Did you mean "${meant}"?`,
  );
}
