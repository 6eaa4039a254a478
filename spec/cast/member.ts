// One Parley process of a stage: started by stage.ts with its settings as an argument, killed at will.
import { loadConfig, startHost } from '@parley/platform/host';
import { createLog } from '@parley/platform/observe';
import { loadRoles } from '@parley/roles/index';

export interface MemberAddresses {
  readonly web: string | undefined;
  readonly websites: readonly { readonly protocol: 'http' | 'https'; readonly port: number }[];
  readonly sip: readonly { readonly transport: string; readonly address: string; readonly port: number }[];
  readonly adminPort: number | undefined;
  readonly pid: number;
}

const loaded = await loadConfig({ file: process.argv[2] ?? '' });
if (!loaded.ok) throw new Error(loaded.problems.map(({ sentence }) => sentence).join('\n'));
const { config } = loaded;
const host = await startHost({
  config,
  roles: await loadRoles(config.roles),
  version: 'test',
  log: createLog({ level: config.log.level }),
  print: () => {},
});
const addresses: MemberAddresses = {
  web: host.address,
  websites: host.web,
  sip: host.sip,
  adminPort: host.adminPort,
  pid: process.pid,
};
process.send?.(addresses);
process.once('SIGTERM', () => host.stop('SIGTERM').then(() => process.exit(0)));
process.once('disconnect', () => process.exit(1));
