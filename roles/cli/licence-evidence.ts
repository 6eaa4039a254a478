// `parley licence evidence|unlicensed|audit`: who used what within the window, and what was done with the licences.
import type { OperationReply } from '@parley/services/licensing/contract';
import type { Command } from 'commander';
import { type Answer, EXIT, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { count, given } from './licence-flags.ts';
import { allPages, atTheDesk, type Desk, PAGE } from './licence-visit.ts';

interface EvidenceOptions extends CommonOptions {
  readonly query?: string;
  readonly limit: number;
}
type AuditRow = OperationReply<'audit'>['items'][number];

/** A chain of a million records is read in seconds, on a slow disk in a minute. */
const VERIFY_DEADLINE_MS = 300_000;

export function addEvidenceCommands(licence: Command, run: Run): void {
  withCommonOptions(licence.command('evidence'), ['parley licence evidence --query lobby'])
    .description('Who used what from where within the window')
    .option('--query <text>', 'only these people or devices')
    .option('--limit <count>', 'how many rows', count, 100_000)
    .action(run((options: EvidenceOptions) => evidence(options, false)));

  withCommonOptions(licence.command('unlicensed'), ['parley licence unlicensed --json'])
    .description('Use within the window that no licence covers; exit code 1 if there is any')
    .option('--query <text>', 'only these people or devices')
    .option('--limit <count>', 'how many rows', count, 100_000)
    .action(run((options: EvidenceOptions) => evidence(options, true)));

  const audit = licence
    .command('audit')
    .description('What was done with the licences, in a chain that shows tampering');
  withCommonOptions(audit.command('list'), ['parley licence audit list --query assignment --limit 20'])
    .description('What was done, newest first')
    .option('--query <text>', 'only records with this text')
    .option('--limit <count>', 'how many records', count, 50)
    .action(run(listAudit));
  withCommonOptions(audit.command('verify'), ['parley licence audit verify'])
    .description(
      'Check the whole chain and its signed anchors; exit code 1 if a record was changed or is missing',
    )
    .action(run(verifyAudit));
}

async function evidence(
  { query, limit, ...options }: EvidenceOptions,
  isUnlicensed: boolean,
): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    let left = limit;
    const items = await allPages(async (after) => {
      const asked = given({ query, after, unlicensedOnly: isUnlicensed ? true : undefined });
      const page = await desk.operate('evidence', { limit: Math.min(PAGE, Math.max(left, 1)), ...asked });
      left -= page.items.length;
      return left > 0 ? page : { items: page.items };
    });
    const rows = items.map((each) => [
      each.userName || each.userId || '–',
      each.deviceName || each.deviceId || '–',
      each.level,
      each.firstDay,
      each.lastDay,
      String(each.count),
      each.covered ? 'yes' : 'no',
    ]);
    const none = isUnlicensed ? 'Everything that is used is covered.' : 'Nothing was used within the window.';
    const heads = ['PERSON', 'DEVICE', 'LEVEL', 'FIRST', 'LAST', 'TIMES', 'COVERED'];
    return {
      data: { evidence: items },
      text: rows.length === 0 ? [none] : table([heads, ...rows]),
      exitCode: isUnlicensed && items.length > 0 ? EXIT.failed : EXIT.done,
    };
  });
}

/** Newest first, at most so many. */
export async function auditRecords(
  desk: Desk,
  { query, limit }: { readonly query?: string | undefined; readonly limit: number },
): Promise<AuditRow[]> {
  const items: AuditRow[] = [];
  let before: number | undefined;
  while (items.length < limit) {
    const asked = { limit: Math.min(PAGE, limit - items.length), ...given({ query, before }) };
    const page = await desk.operate('audit', asked);
    if (page.items.length === 0) break;
    items.push(...page.items);
    before = page.items.at(-1)?.seq;
  }
  return items;
}

async function listAudit({ query, limit, ...options }: EvidenceOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const items = await auditRecords(desk, { query, limit });
    const rows = items.map(({ seq, at, actor, operation, after, rules }) => [
      String(seq),
      new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      actor,
      operation,
      rules.join(' '),
      shortened(JSON.stringify(after ?? null)),
    ]);
    const heads = ['SEQ', 'TIME (UTC)', 'WHO', 'WHAT', 'RULES', 'AFTER'];
    return { data: { records: items }, text: rows.length === 0 ? ['No records.'] : table([heads, ...rows]) };
  });
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}

async function verifyAudit(options: CommonOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const result = await desk.operate('audit-verify', {}, { deadlineMs: VERIFY_DEADLINE_MS });
    const { ok, records, anchors, firstBad, reason } = result;
    const sentence = ok
      ? `All ${records} records and ${anchors} anchors are as they were written.`
      : `The audit was changed${firstBad === null ? '' : ` at record ${firstBad}`}: ${reason ?? 'the chain is broken'}.`;
    return { data: result, text: [sentence], exitCode: ok ? EXIT.done : EXIT.failed };
  });
}
