// `parley licence agreement|sa`: the agreements under which licences are bought, and terms of Software Assurance.
import type { Command } from 'commander';
import type { Answer } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { count, day, given } from './licence-flags.ts';
import { REASON, type RemoveOptions, removing } from './licence-remove.ts';
import { atTheDesk, today } from './licence-visit.ts';

interface AgreementOptions extends CommonOptions {
  readonly id?: string;
  readonly customer?: string;
  readonly program?: string;
  readonly from?: string;
  readonly to?: string;
}
interface SaOptions extends CommonOptions {
  readonly from: string;
  readonly to: string;
  readonly agreement?: string;
}

export function addAgreementCommands(licence: Command, run: Run): void {
  const agreement = licence.command('agreement').description('Agreements under which licences are bought');
  withCommonOptions(agreement.command('put <name>'), [
    'parley licence agreement put "Open 2026" --customer "Example Ltd" --from 2026-01-01 --to 2028-12-31',
  ])
    .description('Add an agreement, or change the one with --id')
    .option('--id <id>', 'of an agreement that is there')
    .option('--customer <name>', 'who it is with')
    .option('--program <name>', 'for example Open, Select')
    .option('--from <day>', 'first day (default: today)', day)
    .option('--to <day>', 'last day', day)
    .action(run(putAgreement));
  withCommonOptions(agreement.command('remove <id>'), ['parley licence agreement remove 12ab…'])
    .description('Remove an agreement')
    .option('--reason <text>', REASON, '')
    .action(
      run((agreementId: string, options: RemoveOptions) =>
        removing(options, 'agreement-remove', { agreementId }, 'The agreement is removed.'),
      ),
    );

  const sa = licence.command('sa').description('Terms of Software Assurance');
  withCommonOptions(sa.command('add <sku> <quantity>'), [
    'parley licence sa add parley-standard-cal 50 --from 2026-01-01 --to 2028-12-31',
  ])
    .description('Record a term')
    .requiredOption('--from <day>', 'first day', day)
    .requiredOption('--to <day>', 'last day', day)
    .option('--agreement <id>', 'the agreement that it belongs to')
    .action(run(addSa));
  withCommonOptions(sa.command('remove <id>'), ['parley licence sa remove 12ab…'])
    .description('Take a term out again')
    .option('--reason <text>', REASON, '')
    .action(
      run((saTermId: string, options: RemoveOptions) =>
        removing(options, 'sa-remove', { saTermId }, 'The term is removed.'),
      ),
    );
}

async function putAgreement(name: string, options: AgreementOptions): Promise<Answer> {
  const { id, customer = '', program = '', from = today(), to } = options;
  return await atTheDesk(options, async (desk) => {
    const { agreementId } = await desk.operate('agreement-put', {
      ...given({ agreementId: id }),
      ...{ name, customer, program, from, to: to ?? null },
    });
    return { data: { agreementId }, text: [`The agreement "${name}" is recorded: ${agreementId}`] };
  });
}

async function addSa(sku: string, quantityText: string, options: SaOptions): Promise<Answer> {
  const { from, to, agreement } = options;
  const term = { sku, quantity: count(quantityText), from, to, agreementId: agreement ?? null };
  return await atTheDesk(options, async (desk) => {
    const { saTermId } = await desk.operate('sa-add', term);
    return {
      data: { saTermId },
      text: [`Software Assurance for ${sku} is recorded until ${to}: ${saTermId}`],
    };
  });
}
