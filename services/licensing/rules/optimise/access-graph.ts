// Who used what, as columns: the input of the optimiser (licensing rule M7). A missing person or device is -1.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../fault.ts';
import type { CalKind } from '../model.ts';

export const STANDARD = 0;
export const ENTERPRISE = 1;
export const levels: readonly CalKind[] = ['standard', 'enterprise'];

export interface AccessGraph {
  readonly users: readonly string[];
  readonly devices: readonly string[];
  /** One entry for each access: indices into `users` and `devices`. */
  readonly edgeUser: Int32Array;
  readonly edgeDevice: Int32Array;
  readonly edgeLevel: Uint8Array;
}

export interface Access {
  readonly user: string | null;
  readonly device: string | null;
  readonly level?: CalKind;
}

export function accessGraph(accesses: readonly Access[]): AccessGraph {
  const users = new Map<string, number>();
  const devices = new Map<string, number>();
  return {
    edgeUser: Int32Array.from(accesses, ({ user }) => indexIn(users, user)),
    edgeDevice: Int32Array.from(accesses, ({ device }) => indexIn(devices, device)),
    edgeLevel: Uint8Array.from(accesses, ({ level }) => (level === 'enterprise' ? ENTERPRISE : STANDARD)),
    users: [...users.keys()],
    devices: [...devices.keys()],
  };
}

function indexIn(ids: Map<string, number>, id: string | null): number {
  if (id === null) return -1;
  const known = ids.get(id);
  if (known !== undefined) return known;
  ids.set(id, ids.size);
  return ids.size - 1;
}

/** The same graph without exempt accesses (rule A17) and with one edge for each pair, of its highest level. */
export function distinctEdges(
  graph: AccessGraph,
  exempt: { readonly users: ReadonlySet<string>; readonly devices: ReadonlySet<string> },
): Outcome<AccessGraph> {
  const { users, devices, edgeUser, edgeDevice, edgeLevel } = graph;
  const width = devices.length + 1;
  if ((users.length + 1) * width * 2 > Number.MAX_SAFE_INTEGER)
    return licensingErrors.fault('LICENCE_BAD_COUNT', 'There are too many people and devices to compare.');
  const userCounts = Uint8Array.from(users, (id) => (exempt.users.has(id) ? 0 : 1));
  const deviceCounts = Uint8Array.from(devices, (id) => (exempt.devices.has(id) ? 0 : 1));
  const keys = new Float64Array(edgeUser.length);
  let kept = 0;
  for (let edge = 0; edge < edgeUser.length; edge++) {
    const [user, device] = [edgeUser[edge]!, edgeDevice[edge]!];
    if (user < 0 && device < 0) {
      return licensingErrors.fault(
        'LICENCE_UNCOVERABLE_ACCESS',
        `Access ${edge + 1} names neither a person nor a device.`,
      );
    }
    if ((user >= 0 && userCounts[user] === 0) || (device >= 0 && deviceCounts[device] === 0)) continue;
    keys[kept++] = ((user + 1) * width + device + 1) * 2 + edgeLevel[edge]!;
  }
  const sorted = keys.subarray(0, kept).sort();
  let distinct = 0;
  for (let index = 0; index < kept; index++) {
    // Of a pair that appears at both levels the higher comes last.
    if (index + 1 < kept && Math.floor(sorted[index + 1]! / 2) === Math.floor(sorted[index]! / 2)) continue;
    sorted[distinct++] = sorted[index]!;
  }
  const columns = {
    edgeUser: new Int32Array(distinct),
    edgeDevice: new Int32Array(distinct),
    edgeLevel: new Uint8Array(distinct),
  };
  for (let edge = 0; edge < distinct; edge++) {
    const key = sorted[edge]!;
    const pair = Math.floor(key / 2);
    columns.edgeLevel[edge] = key % 2;
    columns.edgeUser[edge] = Math.floor(pair / width) - 1;
    columns.edgeDevice[edge] = (pair % width) - 1;
  }
  return done({ users, devices, ...columns });
}
