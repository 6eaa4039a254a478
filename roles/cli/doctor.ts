// `parley doctor`: looks at everything that usually goes wrong, and says what to do about it.
import { dataDirectoryOwner } from '@parley/platform/host';
import type { Command } from 'commander';
import { type Answer, EXIT } from './answer.ts';
import type { Finding } from './check.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { loadSettings } from './settings.ts';

const SIGN = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

export function addDoctorCommand(program: Command, run: Run): void {
  withCommonOptions(program.command('doctor'), ['parley doctor', 'parley doctor --json'])
    .description('Check this machine and this configuration; exit code 1 if something has to be done')
    .action(run(examine));
}

async function examine(options: CommonOptions): Promise<Answer> {
  const { config, file } = await loadSettings(options);
  const [machine, network, certificate, mail] = await Promise.all([
    import('./check-machine.ts'),
    import('./check-network.ts'),
    import('./check-certificate.ts'),
    import('./check-mail.ts'),
  ]);
  const owner = await dataDirectoryOwner(config.data);
  const findings: Finding[] = [
    machine.checkNode(),
    {
      name: 'configuration',
      status: 'ok',
      sentence: file === undefined ? 'Defaults; no parley.yaml.' : `${file}.`,
    },
    await machine.checkData(config, owner),
    await machine.checkDisk(config),
    await machine.checkClock(),
    await machine.checkPostgres(config),
    ...(await network.checkPorts(config, owner)),
    await network.checkUdp(),
    network.checkWebPhones(config),
    await certificate.checkCertificate(config),
    await network.checkDns(config),
    await mail.checkMail(config),
  ];
  const failed = findings.filter(({ status }) => status === 'fail').length;
  const width = Math.max(...findings.map(({ name }) => name.length));
  return {
    data: { findings },
    text: findings.flatMap(({ name, status, sentence, remedy }) => [
      `${SIGN[status]}  ${name.padEnd(width)}  ${sentence}`,
      ...(remedy === undefined ? [] : [`      ${' '.repeat(width)}  → ${remedy}`]),
    ]),
    exitCode: failed > 0 ? EXIT.failed : EXIT.done,
  };
}
