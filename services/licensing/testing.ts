// Rights for tests of services that ask the gate: facts of licensing on a bus, without its rules and its database.
import type { Bus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { type PolicyRights, type Rights, recordAccess, rightsChanged, rightsSnapshot } from './contract.ts';
import { features } from './rules/feature.ts';
import type { CalKind, Edge, Mode, Subject } from './rules/model.ts';

export interface TestRights extends AsyncDisposable {
  /** Nobody beyond the licences, unless `room` is given. */
  mode(mode: Mode, fields?: Partial<Pick<PolicyRights, 'room' | 'contact'>>): Promise<void>;
  /** What the subject holds from now on; none takes everything away. */
  give(subject: Subject, ...kinds: CalKind[]): Promise<void>;
  /** What the gates have recorded. */
  readonly recorded: readonly Edge[];
}

export async function serveRights(bus: Bus): Promise<TestRights> {
  const held = new Map<string, Rights>();
  const recorded: Edge[] = [];
  let version = 0;

  async function put(key: string, rights: Rights): Promise<void> {
    held.set(key, rights);
    await bus.publish(rightsChanged, rights);
  }

  const serving = await Promise.all([
    bus.serve(rightsSnapshot, async () => done({ rights: [...held.values()] })),
    bus.serve(recordAccess, async ({ edges }) => {
      recorded.push(...edges);
      return done({ recorded: edges.length });
    }),
  ]);
  const rights: TestRights = {
    recorded,
    async mode(mode, { room = { standard: 0, enterprise: 0 }, contact = '' } = {}) {
      version += 1;
      await put('policy', { kind: 'policy', mode, room, contact, version });
    },
    async give(subject, ...kinds) {
      version += 1;
      const bits = features.filter(({ cal }) => kinds.includes(cal)).map(({ bit }) => 1 << bit);
      const mask = bits.reduce((all, bit) => all | bit, 0);
      await put(`${subject.kind} ${subject.id}`, {
        kind: 'subject',
        subject,
        features: mask,
        tolerated: 0,
        version,
      });
    },
    async [Symbol.asyncDispose]() {
      for (const one of serving) await one[Symbol.asyncDispose]();
    },
  };
  await rights.mode('honor');
  return rights;
}
