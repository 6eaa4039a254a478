// `parley licence version-rights|renew-sa|step-up|grandfather|client|simulate`: what Software Assurance and older licences
// give, and what a change would do (rules A5, A13, A25, S11, S12).
import type { Command } from 'commander';
import type { Run } from './command.ts';
import { givenFrom, type RuleOptions, ruleAnswer, withRuleOptions } from './licence-evaluate.ts';
import { badUsage, count, day, given, repeated, term } from './licence-flags.ts';

interface VersionOptions extends RuleOptions {
  readonly sa: readonly [string, string];
  readonly release: readonly string[];
}
interface RenewOptions extends RuleOptions {
  readonly asOf: string;
  readonly release?: string;
}
interface StepOptions extends RuleOptions {
  readonly quantity: number;
  readonly sa?: boolean;
}
interface GrandfatherOptions extends RuleOptions {
  readonly lcsCal?: readonly string[];
  readonly lcsServer?: readonly string[];
  readonly ocsCal?: readonly string[];
  readonly release?: string;
}
interface ClientOptions extends RuleOptions {
  readonly holds?: readonly string[];
  readonly grandfathered?: boolean;
}

const TERM = 'first..last; may be repeated';

export function addAssuranceCommands(licence: Command, run: Run): void {
  withRuleOptions(licence.command('version-rights <version>'), [
    'parley licence version-rights 2007 --sa 2007-10-01..2010-09-30 --release 2007R2=2009-02-01 --release 2010=2010-12-01',
  ])
    .description('The newest version that a licence with Software Assurance may be used for (rule S11)')
    .requiredOption('--sa <first..last>', 'the term of its Software Assurance', term)
    .requiredOption('--release <version=day>', 'when a version came out; may be repeated', repeated)
    .action(run(versionRights));

  withRuleOptions(licence.command('renew-sa <sku>'), [
    'parley licence renew-sa ocs2007-standard-cal --as-of 2009-06-30',
  ])
    .description('What a licence becomes when its Software Assurance is renewed on a day (rule A25)')
    .requiredOption('--as-of <day>', 'the day of renewal', day)
    .option('--release <day>', 'when the new version came out', day)
    .action(
      run((product: string, options: RenewOptions) => {
        const asked = given({ product, renewalDate: options.asOf, r2Release: options.release });
        return ruleAnswer('renewSa', asked, options);
      }),
    );

  withRuleOptions(licence.command('step-up <from> <to>'), [
    'parley licence step-up ocs2007r2-standard-server ocs2007r2-enterprise-server --quantity 3 --sa',
  ])
    .description('May licences be raised to a higher edition (rule S12)')
    .option('--quantity <count>', 'how many', count, 1)
    .option('--sa', 'their Software Assurance is active')
    .action(
      run((frm: string, to: string, { quantity, sa, ...options }: StepOptions) =>
        ruleAnswer('stepUp', { frm, to, quantity, saActive: sa === true }, options),
      ),
    );

  withRuleOptions(licence.command('grandfather [file]'), [
    'parley licence grandfather --lcs-cal 2006-01-01..2009-12-31 --lcs-server 2006-01-01..2009-12-31 --ocs-cal 2008-09-01..2009-12-31',
  ])
    .description('Is Communicator covered by the right of older customers (rule A13)')
    .option('--lcs-cal <term>', `Software Assurance on LCS CALs, ${TERM}`, repeated)
    .option('--lcs-server <term>', `on LCS servers, ${TERM}`, repeated)
    .option('--ocs-cal <term>', `on OCS Standard CALs, ${TERM}`, repeated)
    .option('--release <day>', 'when Communicator 2007 R2 came out', day)
    .action(run(grandfather));

  withRuleOptions(licence.command('client <client>'), [
    'parley licence client communicator2007r2 --holds office-pro-plus-2007',
  ])
    .description('May this client be installed (rules A5, A20)')
    .option('--holds <sku...>', 'licences that are held')
    .option('--grandfathered', 'by the right of older customers')
    .action(
      run((client: string, { holds = [], grandfathered, ...options }: ClientOptions) =>
        ruleAnswer('clientLicence', { client, held: holds, grandfathered: grandfathered === true }, options),
      ),
    );

  withRuleOptions(licence.command('simulate <file>'), ['parley licence simulate change.json'])
    .description('What a change would do: the file has an estate (identities, held, prices) and its "change"')
    .option('--as-of <day>', 'on which day', day)
    .action(
      run(async (file: string, options: RuleOptions & { readonly asOf?: string }) =>
        ruleAnswer('simulate', await givenFrom(file, given({ asOf: options.asOf })), options),
      ),
    );
}

function versionRights(licenceVersion: string, options: VersionOptions) {
  const [saFrom, saTo] = options.sa;
  const releases = Object.fromEntries(
    options.release.map((text) => {
      const [, version, on] = /^([^=]+)=([\d-]+)$/.exec(text) ?? [];
      if (version !== undefined && on !== undefined) return [version, day(on)];
      throw badUsage(`"${text}" is not of the form VERSION=DAY.`, 'For example: 2007R2=2009-02-01.');
    }),
  );
  return ruleAnswer('versionRights', { licenceVersion, saFrom, saTo, releases }, options);
}

async function grandfather(file: string | undefined, options: GrandfatherOptions) {
  const { lcsCal, lcsServer, ocsCal, release } = options;
  if (file === undefined && lcsCal === undefined && lcsServer === undefined && ocsCal === undefined)
    throw badUsage('There is nothing to work with.', 'Name a file, or give the options that --help lists.');
  const terms = (list: readonly string[] | undefined) =>
    list?.map(term) ?? (file === undefined ? [] : undefined);
  const asked = {
    lcsCalSa: terms(lcsCal),
    lcsServerSa: terms(lcsServer),
    ocsStandardCalSa: terms(ocsCal),
    communicatorR2Release: release ?? (file === undefined ? '2009-02-01' : undefined),
  };
  return ruleAnswer('grandfatherCommunicator', await givenFrom(file, given(asked)), options);
}
