// `parley start`: runs the roles of this process until a signal ends it.
import { runUntilStopped, startHost } from '@parley/platform/host';
import { systemClock } from '@parley/platform/net';
import { createLog } from '@parley/platform/observe';
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
  const isDemo = options.demo === true;
  const data = isDemo && options.data === undefined ? `${settings.config.data}-demo` : settings.config.data;
  const config = { ...settings.config, data };
  const log = createLog({ level: config.log.level });
  for (const warning of settings.warnings) log.warn({ code: warning.code }, problemLine(warning));

  // With --json standard output carries one document only.
  const stream = options.json === true ? process.stderr : process.stdout;
  const print = (line: string) => void stream.write(`${line}\n`);
  const demoClock = isDemo ? shiftedClock(systemClock) : undefined;
  const host = await startHost({
    config,
    roles: await loadRoles(config.roles),
    version,
    log,
    print,
    clock: demoClock ?? systemClock,
  });
  if (demoClock !== undefined) {
    const { demoLines, seedDemo } = await import('../demo/seed.ts');
    try {
      await seedDemo({ bus: host.bus, config, clock: demoClock, print });
    } catch (error) {
      await host.stop('the demo could not be made');
      throw error;
    }
    for (const line of demoLines(config, host.address)) print(line);
  }

  if (options.json === true) {
    const { address, web, sip, adminPort, nodeId } = host;
    process.stdout.write(
      `${JSON.stringify({ ok: true, ready: true, address: address ?? null, web, sip, adminPort: adminPort ?? null, nodeId })}\n`,
    );
  } else print(host.address === undefined ? 'Parley is ready.' : `Parley is ready: ${host.address}`);

  const exitCode = await runUntilStopped(host, log);
  // Whatever still holds the process (a service that would not stop) does not keep it.
  process.exit(exitCode);
}
