// `parley config check|schema`.
import {
  type Config,
  ConfigSchema,
  configJsonSchema,
  environmentVariables,
  type SchemaNode,
} from '@parley/platform/host';
import type { Command } from 'commander';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { loadSettings, problemLine } from './settings.ts';

export function addConfigCommands(program: Command, run: Run): void {
  const config = program
    .command('config')
    .description('Look at the configuration')
    .addHelpText('after', () => `\nEnvironment variables:\n${variableLines().join('\n')}`);

  withCommonOptions(config.command('check'), [
    'parley config check',
    'parley config check --config /etc/parley.yaml --json',
  ])
    .description('Check the configuration from all its sources and show what is in force')
    .action(run(check));

  config
    .command('schema')
    .description('Print the JSON Schema of parley.yaml')
    .option('--json', 'the same: the schema is JSON')
    .addHelpText('after', '\nExample:\n  parley config schema > parley.schema.json')
    .action(
      run(async () => {
        process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
        return undefined;
      }),
    );
}

async function check(options: CommonOptions) {
  const { config, file, warnings } = await loadSettings(options);
  const { redactText } = await import('@parley/platform/observe');
  const shown = {
    ...config,
    ...(config.store === undefined ? {} : { store: redactText(config.store) }),
    ...(config.bus === undefined ? {} : { bus: redactText(config.bus) }),
    mail: withoutPassword(config.mail),
  };
  return {
    data: { file: file ?? null, config: shown, warnings },
    text: [
      file === undefined ? 'There is no parley.yaml; the defaults hold.' : `${file} is good.`,
      ...warnings.map((warning) => `Warning: ${problemLine(warning)}`),
      ...flat(shown).map(([path, value]) => `  ${path}: ${value}`),
    ],
  };
}

function withoutPassword(mail: Config['mail']): Config['mail'] {
  const { password, ...smtp } = mail.smtp;
  return { ...mail, smtp: password === undefined ? smtp : { ...smtp, password: '***' } };
}

function flat(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, item]): [string, string][] => {
    const inner = path === '' ? key : `${path}.${key}`;
    if (item === null) return [[inner, 'off']];
    if (Array.isArray(item)) {
      return item.some((entry) => typeof entry === 'object')
        ? item.flatMap((entry: object, at) => flat(entry, `${inner}.${at}`))
        : [[inner, item.join(', ')]];
    }
    return typeof item === 'object' ? flat(item, inner) : [[inner, String(item)]];
  });
}

function variableLines(): string[] {
  const variables = environmentVariables(ConfigSchema as unknown as SchemaNode);
  return variables.map(({ name, path }) => `  ${name.padEnd(30)} ${path.join('.')}`);
}
