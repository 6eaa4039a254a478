// Which services run in this process and in which order they start. Pure; stops happen in the reverse order.
import { HostError } from './host-error.ts';
import type { RoleDefinition, ServiceDefinition } from './service.ts';

/**
 * Every service of the roles once, each after those it names. A service that is named but not here runs elsewhere.
 * @throws {HostError} `HOST_SERVICE_CYCLE`, our own fault.
 */
export function startOrder(roles: readonly RoleDefinition[]): ServiceDefinition[] {
  const byName = new Map<string, ServiceDefinition>();
  for (const service of roles.flatMap((role) => role.services)) {
    if (!byName.has(service.name)) byName.set(service.name, service);
  }
  const order: ServiceDefinition[] = [];
  const placed = new Set<string>();

  function place(service: ServiceDefinition, waiting: readonly string[]): void {
    if (placed.has(service.name)) return;
    const trail = [...waiting, service.name];
    if (waiting.includes(service.name)) {
      throw new HostError(
        'HOST_SERVICE_CYCLE',
        `Services wait for each other: ${trail.slice(waiting.indexOf(service.name)).join(' → ')}.`,
        'This is a fault of Parley; please report it.',
      );
    }
    for (const name of service.after) {
      const before = byName.get(name);
      if (before !== undefined) place(before, trail);
    }
    placed.add(service.name);
    order.push(service);
  }

  for (const service of byName.values()) place(service, []);
  return order;
}
