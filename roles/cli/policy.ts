// `parley policy`: what people may do, looked at and changed for everybody, a department or one person.
import {
  changePolicy,
  effectivePolicy,
  type Policy,
  policySnapshot,
  type Scope,
  type SettingChanges,
  type SettingName,
  Settings,
  settingNames,
} from '@parley/services/policy/contract';
import { effectiveFor, scopeKey } from '@parley/services/policy/rules/effective';
import type { Command } from 'commander';
import { Value } from 'typebox/value';
import { type Answer, CommandFault, EXIT, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { findUser, type Visit, visit } from './visit.ts';

interface ScopeOptions extends CommonOptions {
  readonly user?: string;
  readonly department?: string;
}

const BY = 'cli';

export function addPolicyCommands(program: Command, run: Run): void {
  const policy = program.command('policy').description('What people may do: links, groups, receipts, banner');
  withCommonOptions(policy.command('show'), [
    'parley policy show',
    'parley policy show --user alice',
    'parley policy show --department Sales --json',
  ])
    .description('Every setting as it holds, and which scope decides it')
    .option('--user <address>', 'for one person')
    .option('--department <name>', 'for a department')
    .action(run(show));
  withCommonOptions(policy.command('set'), [
    'parley policy set linkFilter warn',
    'parley policy set banner "For work only" --department Sales',
    'parley policy set linkDomains parley.example,example.com',
    'parley policy set startGroups no --user alice',
    'parley policy set startGroups --user alice      (gives it back)',
  ])
    .description('Change one setting; without a value the scope gives it back to the wider one')
    .argument('<setting>', settingNames.join(', '))
    .argument('[value]', 'yes or no, a number, a text; a list with commas')
    .option('--user <address>', 'for one person')
    .option('--department <name>', 'for a department')
    .action(run(set));
}

async function withPolicies<T>(options: ScopeOptions, work: (here: Visit) => Promise<T>): Promise<T> {
  const { policyService } = await import('@parley/services/policy/service');
  return await visit(options, work, [policyService]);
}

async function scopeOf(here: Visit, { user, department }: ScopeOptions): Promise<Scope> {
  if (user !== undefined && department !== undefined)
    throw refused('CLI_BAD_USAGE', 'Give --user or --department, not both.', 'Leave one of them out.');
  if (user !== undefined) return { kind: 'user', value: (await findUser(here, user)).userId };
  return department === undefined ? { kind: 'global' } : { kind: 'department', value: department };
}

function show(options: ScopeOptions): Promise<Answer> {
  return withPolicies(options, async (here) => {
    const scope = await scopeOf(here, options);
    const effective =
      scope.kind === 'user'
        ? await here.ask(effectivePolicy, { userId: scope.value })
        : await effectiveOf(here, scope);
    const { settings, origins } = effective;
    const rows = settingNames.map((name) => [name, shown(settings[name]), origins[name] ?? '']);
    return { data: { scope, ...effective }, text: table([['SETTING', 'VALUE', 'FROM'], ...rows]) };
  });
}

async function effectiveOf(here: Visit, scope: Scope) {
  const policies: Policy[] = [];
  for (let after: string | undefined; ; ) {
    const page = await here.ask(policySnapshot, after === undefined ? {} : { after });
    policies.push(...page.policies);
    after = page.next;
    if (after === undefined) break;
  }
  const said = new Map(policies.map((policy) => [scopeKey(policy.scope), policy.settings]));
  const department = scope.kind === 'department' ? scope.value : '';
  return effectiveFor((asked) => said.get(scopeKey(asked)), { userId: '', department });
}

function set(setting: string, value: string | undefined, options: ScopeOptions): Promise<Answer> {
  const name = settingNames.find((known) => known === setting);
  if (name === undefined)
    throw refused(
      'CLI_UNKNOWN_SETTING',
      `There is no setting “${setting}”.`,
      `Known settings: ${settingNames.join(', ')}.`,
    );
  const wanted = value === undefined ? null : parsedValue(name, value);
  return withPolicies(options, async (here) => {
    const scope = await scopeOf(here, options);
    const changes = { [name]: wanted } as SettingChanges;
    const policy = await here.ask(changePolicy, { scope, changes, by: BY });
    const now = policy.settings[name];
    const text = now === undefined ? `${name} is given back.` : `${name}: ${shown(now)}`;
    return { data: policy, text: [text] };
  });
}

function parsedValue(name: SettingName, text: string): unknown {
  const schema = Settings.properties[name];
  const candidates = [
    text,
    Number(text),
    ...(/^(?:yes|true|on)$/i.test(text) ? [true] : []),
    ...(/^(?:no|false|off)$/i.test(text) ? [false] : []),
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ];
  const found = candidates.find((candidate) => Value.Check(schema, candidate));
  if (found === undefined)
    throw refused(
      'CLI_BAD_VALUE',
      `“${text}” is no value of ${name}.`,
      'Run `parley policy show` to see what values look like.',
    );
  return found;
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.join(',');
  return value === '' ? '(none)' : String(value);
}

function refused(code: string, sentence: string, remedy: string): CommandFault {
  return new CommandFault({ code, sentence, remedy }, { exitCode: EXIT.refused });
}
