// `parley start`: runs the roles of this process until a signal ends it.
import { type Host, type HostOptions, runUntilStopped, startHost } from '@parley/platform/host';
import type { Command } from 'commander';
import { shiftedClock } from '../demo/shifted-clock.ts';
import { loadRoles } from '../index.ts';
import { version } from '../version.ts';
import type { Answer } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { loadSettings, problemLine } from './settings.ts';

interface StartOptions extends CommonOptions {
  readonly role?: readonly string[];
  readonly demo?: boolean;
}

export function addStartCommand(program: Command, run: Run): void {
  withCommonOptions(program.command('start'), [
    'parley start',
    'parley start --demo',
    'parley start --config /etc/parley.yaml --role front-end --role web-components',
    'PARLEY_DOMAIN=example.com PARLEY_LISTEN_HTTP_PORT=80 parley start',
  ])
    .description('Start Parley and run until it is stopped (Ctrl-C or SIGTERM)')
    .option('--role <role...>', 'what this process does (default: standard-edition)')
    .option('--demo', 'with a demo organisation, in a data directory of its own')
    .action(run(start));
}

async function start(options: StartOptions): Promise<Answer | undefined> {
  const settings = await loadSettings(options);
  const { createLog } = await import('@parley/platform/observe');
  const isDemo = options.demo === true;
  const data = isDemo && options.data === undefined ? `${settings.config.data}-demo` : settings.config.data;
  const config = { ...settings.config, data };
  const log = createLog({ level: config.log.level });
  for (const warning of settings.warnings) log.warn({ code: warning.code }, problemLine(warning));
  const roles = await loadRoles(config.roles);

  const exitCode = await runUntilStopped(async () => {
    // With --json standard output carries one document only.
    const stream = options.json === true ? process.stderr : process.stdout;
    const print = (line: string) => void stream.write(`${line}\n`);
    const basis = { config, roles, version, log };
    const host = isDemo ? await startDemo(basis, print) : await startHost({ ...basis, print });
    if (options.json === true) process.stdout.write(`${JSON.stringify(readyDocument(host))}\n`);
    else print(host.address === undefined ? 'Parley is ready.' : `Parley is ready: ${host.address}`);
    return host;
  }, log);
  // Whatever still holds the process (a service that would not stop) does not keep it.
  process.exit(exitCode);
}

async function startDemo(
  basis: Omit<HostOptions, 'print' | 'clock'>,
  print: (line: string) => void,
): Promise<Host> {
  const { demoLines, seedDemo } = await import('../demo/seed.ts');
  const { systemClock } = await import('@parley/platform/net');
  const clock = shiftedClock(systemClock);
  const host = await startHost({
    ...basis,
    clock,
    // The demo brings its own administrator: the set-up code is of no use there.
    print: (line, service) => {
      if (service !== 'authentication') print(line);
    },
  });
  try {
    await seedDemo({ bus: host.bus, config: basis.config, clock, print });
  } catch (error) {
    await host.stop('the demo could not be made');
    throw error;
  }
  for (const line of demoLines(basis.config, host.address)) print(line);
  return host;
}

function readyDocument({ address, web, sip, adminPort, nodeId }: Host): object {
  return { ok: true, ready: true, address: address ?? null, web, sip, adminPort: adminPort ?? null, nodeId };
}
