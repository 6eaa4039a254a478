// `parley licence rules` and `catalogue`: what the rules say and where they come from, and what there is to license.
import type { Discrepancy, RuleStatement } from '@parley/services/licensing/rules/explain';
import type { Command } from 'commander';
import { type Answer, CommandFault, EXIT, table } from './answer.ts';
import { type JsonOption, type Run, withJson } from './command.ts';

interface RulesOptions extends JsonOption {
  readonly doubtful?: boolean;
}

const SHORT = 100;
const WIDTH = 96;

export function addRulesCommands(licence: Command, run: Run): void {
  withJson(licence.command('rules [rule]'), [
    'parley licence rules',
    'parley licence rules A10',
    'parley licence rules --doubtful',
  ])
    .description('The rules, or one of them with its statement, its source and what is doubtful about it')
    .option('--doubtful', 'only what the documents leave doubtful, with its resolution')
    .action(run(rules));

  withJson(licence.command('catalogue [query]'), [
    'parley licence catalogue parley',
    'parley licence catalogue conferencing --json',
  ])
    .description('Licences, features, server roles and clients that the rules know')
    .action(run(catalogue));
}

async function rules(wanted: string | undefined, options: RulesOptions): Promise<Answer> {
  const known = await import('@parley/services/licensing/rules/explain');
  if (wanted !== undefined) return oneRule(wanted, known);
  const { discrepancies } = known;
  if (options.doubtful === true) {
    const text = discrepancies.flatMap((each) => [...discrepancyLines(each), '']);
    return { data: { discrepancies }, text };
  }
  const rows = known.statements.map(({ rule, statement }) => [rule, shortened(statement)]);
  return { data: { rules: known.statements, discrepancies }, text: table(rows) };
}

function oneRule(
  wanted: string,
  known: {
    readonly statements: readonly RuleStatement[];
    readonly discrepancies: readonly Discrepancy[];
    discrepanciesOf(rule: string): readonly Discrepancy[];
  },
): Answer {
  const isWanted = (id: string) => id.toLowerCase() === wanted.toLowerCase();
  const statement = known.statements.find(({ rule }) => isWanted(rule));
  const doubt = known.discrepancies.find(({ id }) => isWanted(id));
  if (doubt !== undefined) return { data: { discrepancy: doubt }, text: discrepancyLines(doubt) };
  if (statement === undefined) {
    const fault = {
      code: 'CLI_NO_SUCH_RULE',
      sentence: `There is no rule "${wanted}".`,
      remedy: 'List them all with: parley licence rules',
    };
    throw new CommandFault(fault, { exitCode: EXIT.refused });
  }
  const doubts = known.discrepanciesOf(statement.rule);
  return {
    data: { rule: statement, discrepancies: doubts },
    text: [...statementText(statement), ...doubts.flatMap((each) => ['', ...discrepancyLines(each)])],
  };
}

/** Statements of the rules of an answer, indented. */
export async function statementLines(rules: readonly string[]): Promise<string[]> {
  const { explain } = await import('@parley/services/licensing/rules/explain');
  return explain(rules).lines.flatMap((line) => statementText(line).map((text) => `  ${text}`));
}

function statementText({ rule, statement, source }: RuleStatement): string[] {
  return [...wrapped(`${rule}: ${statement}`), `    Source: ${source.document}, ${source.heading}`];
}

function discrepancyLines({ id, problem, resolution, touches, printed, corrected }: Discrepancy): string[] {
  return [
    ...wrapped(`${id}: ${problem}`),
    ...wrapped(`Resolution: ${resolution}`, '    '),
    ...(printed === undefined ? [] : [`    printed: ${printed}`]),
    ...(corrected === undefined ? [] : [`    corrected: ${corrected}`]),
    ...(touches.length === 0 ? [] : [`    Touches: ${touches.join(', ')}`]),
  ];
}

async function catalogue(query: string | undefined): Promise<Answer> {
  const known = await import('@parley/services/licensing/rules/catalogue');
  const { features } = await import('@parley/services/licensing/rules/feature');
  const wanted = query?.toLowerCase() ?? '';
  const matching = <T extends object>(list: readonly T[]): readonly T[] =>
    list.filter((each) => JSON.stringify(each).toLowerCase().includes(wanted));
  const found = {
    skus: matching(known.skus),
    features: matching(features),
    serverRoles: matching(known.serverRoles),
    clients: matching(known.clients),
    offerings: matching(known.offerings),
  };
  const version = { catalogueVersion: known.catalogueVersion, catalogueHash: known.catalogueHash() };
  return {
    data: { ...version, ...found },
    text: [
      ...section('Licences', [
        ['SKU', 'NAME', 'PER', 'PACKS OF'],
        ...found.skus.map(({ id, name, metrics, packSizes }) => [
          id,
          name,
          metrics.join(' or '),
          packSizes.join(', '),
        ]),
      ]),
      ...section('Features', [
        ['FEATURE', 'NAME', 'CAL', 'SINCE'],
        ...found.features.map(({ feature, name, cal, since }) => [feature, name, cal, since]),
      ]),
      ...section('Server roles', [
        ['ROLE', 'NAME', 'STANDARD EDITION', 'ENTERPRISE EDITION'],
        ...found.serverRoles.map(({ role, name, standard, enterprise }) => [
          role,
          name,
          standard,
          enterprise,
        ]),
      ]),
      ...section('Clients', [
        ['CLIENT', 'NAME', 'LICENCE'],
        ...found.clients.map(({ client, name, withServerLicence, routes }) => [
          client,
          name,
          withServerLicence ? 'with the server' : routes.join(' or '),
        ]),
      ]),
      `Catalogue ${version.catalogueVersion}, SHA-256 ${version.catalogueHash}`,
    ],
  };
}

/** Nothing when there are no rows below the heading. */
function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length < 2 ? [] : [`${title}:`, ...table(rows).map((line) => `  ${line}`), ''];
}

function shortened(text: string): string {
  return text.length <= SHORT ? text : `${text.slice(0, SHORT - 1).trimEnd()}…`;
}

function wrapped(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length >= WIDTH) {
      lines.push(line.trimEnd());
      line = `${indent}  `;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
