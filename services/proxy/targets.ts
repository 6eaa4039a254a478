// The target set of a request for one of our users (RFC 3261 §16.5): his devices, the preferred first, those of the same
// preference at once; of one device that holds several flows one at a time (RFC 5626 §5.3). Pure. Used by walk.ts.
import type { Destination } from '@parley/platform/net';
import type { Binding } from '../registrar/contract.ts';
import type { FlowName } from './flow-token.ts';

/** One way to a device: where to send, and what the Request-URI becomes. */
export interface Way extends FlowName {
  /** Undefined within a dialog: the Request-URI stays. */
  readonly uri?: string;
  /** RFC 3327 §5: proxies to visit on the way, as Route values. */
  readonly path?: readonly string[];
  /** A server elsewhere instead of a flow that is there. */
  readonly destination?: Destination;
  /** Who stands there may know who is calling (RFC 3324 §2.3). */
  readonly isTrusted?: boolean;
}

/** The ways to one device; the next is taken where one turns out to be gone. */
export type Target = readonly Way[];

/** The servers of a peer, each tried when the one before it fails (RFC 3263 §4.3). */
export function serversAsTarget(
  destinations: readonly Destination[],
  peer: FlowName,
  isTrusted: boolean,
): Target {
  return destinations.map((destination) => ({ ...peer, destination, isTrusted }));
}

/** @param bindings ordered by preference, then the newest first. */
export function targetsOf(bindings: readonly Binding[]): Target[][] {
  const groups: { readonly priority: number; readonly targets: Way[][] }[] = [];
  const byInstance = new Map<string, Way[]>();
  for (const binding of bindings) {
    const { contact, nodeId, flowId, instance, priority, path } = binding;
    const way: Way = { uri: contact, nodeId, flowId, ...(path === undefined ? {} : { path }) };
    const sameDevice = instance === undefined ? undefined : byInstance.get(instance);
    if (sameDevice !== undefined) {
      sameDevice.push(way);
      continue;
    }
    let group = groups.at(-1);
    if (group?.priority !== priority) {
      group = { priority, targets: [] };
      groups.push(group);
    }
    const target = [way];
    group.targets.push(target);
    if (instance !== undefined) byInstance.set(instance, target);
  }
  return groups.map(({ targets }) => targets);
}
