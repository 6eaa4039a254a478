// The process that is soaked: a whole Standard Edition on a clock that can leap, with people hired at once. Started by
// soak-server.ts with its settings as an argument; told by messages what to do.
import { loadConfig, startHost } from '@parley/platform/host';
import { leapingClock } from '@parley/platform/net/testing';
import { createLog } from '@parley/platform/observe';
import { loadRoles } from '@parley/roles/index';
import { importUsers } from '@parley/services/identity/contract';

export interface SoakAddresses {
  readonly web: string;
  readonly sip: readonly { readonly transport: string; readonly port: number }[];
  readonly adminPort: number;
  readonly pid: number;
}

export type SoakOrder = { readonly leapMs: number } | { readonly collect: true };

/** What is held when nothing is on its way any more. */
export interface SoakHeld {
  readonly heapBytes: number;
  /** What keeps the process awake, by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

const [, , file = '', people = '0'] = process.argv;
const loaded = await loadConfig({ file });
if (!loaded.ok) throw new Error(loaded.problems.map(({ sentence }) => sentence).join('\n'));
const { config } = loaded;
const clock = leapingClock();
const host = await startHost({
  config,
  roles: await loadRoles(config.roles),
  version: 'soak',
  log: createLog({ level: config.log.level }),
  print: () => {},
  clock,
});
const rows = Array.from({ length: Number(people) }, (_, index) => ({
  line: index + 2,
  address: `u${index}`,
  name: `Colleague ${index}`,
  password: '',
  devicePassword: `password-${index}`,
  phone: '',
  title: '',
  department: '',
  office: '',
}));
const hired = await host.bus.call(importUsers, { rows, dryRun: false });
if (!hired.ok || hired.value.imported !== rows.length)
  throw new Error(`nobody was hired: ${JSON.stringify(hired)}`);

async function held(): Promise<SoakHeld> {
  for (let time = 0; time < 3; time++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return {
    heapBytes: process.memoryUsage().heapUsed,
    handles: Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length])),
  };
}

process.on('message', async (order: SoakOrder) => {
  if ('leapMs' in order) {
    clock.leap(order.leapMs);
    process.send?.({});
  } else process.send?.(await held());
});
const addresses: SoakAddresses = {
  web: host.address ?? '',
  sip: host.sip,
  adminPort: host.adminPort ?? 0,
  pid: process.pid,
};
process.send?.(addresses);
process.once('SIGTERM', () => host.stop('SIGTERM').then(() => process.exit(0)));
process.once('disconnect', () => process.exit(1));
