// `parley licence file verify`: is a licence file genuine, and does it count on a day (rule M9). Offline; trusts only the keys
// that are named.
import type { VerifiedFile } from '@parley/services/licensing/licence-file';
import type { Command } from 'commander';
import { type Answer, EXIT, granted, table } from './answer.ts';
import { type JsonOption, type Run, withJson } from './command.ts';
import { day, repeated } from './licence-flags.ts';
import { pinnedKeys } from './licence-key.ts';
import { readTextFile } from './read-file.ts';

interface VerifyOptions extends JsonOption {
  readonly pin?: readonly string[];
  readonly asOf?: string;
  readonly revocations?: string;
}

type FileWarning = VerifiedFile['warnings'][number];

/** `grace` is said by the state. */
const WARNINGS: Readonly<Partial<Record<FileWarning, string>>> = {
  'clock-rollback': 'The clock of this machine was turned back.',
  'ends-within-30-days': 'It ends within 30 days: ask the issuer for the next one.',
  'issued-in-the-future': 'It was issued after the time that this machine has: check the clock.',
};

export function addVerifyCommand(file: Command, run: Run): void {
  withJson(file.command('verify <file>'), [
    'parley licence file verify sales.licence --pin our-key-1=d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  ])
    .description(
      'Is a licence file genuine, and does it count? Exit code 1 if it does not count, 3 if it is not genuine',
    )
    .option('--pin <name=hex>', 'a key that you trust, from its issuer; may be repeated', repeated)
    .option('--as-of <day>', 'as it was on this day (default: now)', day)
    .option('--revocations <file>', 'a signed list of revoked licences')
    .action(run(verify));
}

async function verify(path: string, options: VerifyOptions): Promise<Answer> {
  const { keyRing, verifyLicenceFile, verifyRevocations } = await import(
    '@parley/services/licensing/licence-file'
  );
  const keys = granted(keyRing(pinnedKeys(options.pin ?? [])));
  const list = options.revocations;
  const revocations = list === undefined ? [] : [granted(verifyRevocations(await readTextFile(list), keys))];
  const at = options.asOf === undefined ? Date.now() : Date.parse(`${options.asOf}T12:00:00Z`);
  const verified = granted(verifyLicenceFile(await readTextFile(path), { keys, at, revocations }));
  const { payload, state, kid, warnings, graceDaysLeft } = verified;
  const counts = state === 'active' || state === 'grace';
  return {
    data: verified,
    text: [
      `Genuine: signed by ${payload.issuer} with the key ${kid}, for ${payload.customer}.`,
      `${counts ? 'It counts' : 'It does not count'}: ${state}${graceDaysLeft === undefined ? '' : `, ${graceDaysLeft} days of grace left`}.`,
      `From ${payload.notBefore} until ${payload.notAfter ?? 'it is replaced'}; number ${payload.seq} of ${payload.id}.`,
      ...table(payload.grants.map(({ sku, metric, quantity }) => [`  ${quantity}`, sku, metric])),
      ...warnings.flatMap((warning) => WARNINGS[warning] ?? []),
    ],
    exitCode: counts ? EXIT.done : EXIT.failed,
  };
}
