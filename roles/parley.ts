// The program `parley`: reads the command line, runs one command, answers with an exit code. Started by bin/parley.mjs.
import { asFault } from '@parley/platform/host';
import { Command, CommanderError } from 'commander';
import { type Answer, answerDocument, CommandFault, EXIT, faultDocument, faultText } from './cli/answer.ts';
import { addBackupCommands } from './cli/backup.ts';
import type { Run } from './cli/command.ts';
import { addConfigCommands } from './cli/config.ts';
import { addDoctorCommand } from './cli/doctor.ts';
import { addLicenceCommands } from './cli/licence.ts';
import { addPolicyCommands } from './cli/policy.ts';
import { addStartCommand } from './cli/start.ts';
import { addTraceCommand } from './cli/trace.ts';
import { addUserCommands } from './cli/user.ts';
import { version } from './version.ts';

export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** @returns the exit code; see EXIT. */
export async function run(args: readonly string[], streams: Streams = process): Promise<number> {
  // Said before parsing: a wrong option is answered in the form that was asked for.
  const asJson = args.includes('--json');
  let answer: Answer | undefined;
  let usage = '';
  const act: Run =
    (command) =>
    async (...given) => {
      answer = await command(...given);
    };

  // Whoever read our output and left (`parley start | head -1`) does not end a server.
  for (const stream of [streams.stdout, streams.stderr]) stream.on('error', () => undefined);

  const program = new Command('parley')
    .description('One self-hosted server for presence, messages, calls and meetings.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'explain this command')
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => {
        usage += text;
      },
    })
    .exitOverride()
    .addHelpText('after', EXIT_CODES);
  addStartCommand(program, act);
  addConfigCommands(program, act);
  addUserCommands(program, act);
  addLicenceCommands(program, act);
  addPolicyCommands(program, act);
  addBackupCommands(program, act);
  addTraceCommand(program, act);
  addDoctorCommand(program, act);

  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    return await explain(error, asJson, usage, streams);
  }
  if (answer === undefined) return EXIT.done;
  await write(
    streams.stdout,
    asJson ? answerDocument(answer) : answer.text.map((line) => `${line}\n`).join(''),
  );
  return answer.exitCode ?? EXIT.done;
}

const EXIT_CODES = `
Every command takes --json: one JSON document on standard output instead of text.
Exit codes: 0 done · 1 failed · 2 bad usage · 3 the input was refused (settings, rows, passwords).`;

async function explain(
  error: unknown,
  asJson: boolean,
  usage: string,
  { stdout, stderr }: Streams,
): Promise<number> {
  if (error instanceof CommanderError) return await explainUsage(error, asJson, usage, { stdout, stderr });
  const fault = error instanceof CommandFault ? error : asFault(error);
  const { details, data, exitCode } =
    error instanceof CommandFault ? error : { details: [], data: {}, exitCode: EXIT.failed };
  if (fault.code === 'HOST_UNEXPECTED' && process.env['PARLEY_LOG_LEVEL'] === 'debug') {
    await write(stderr, `${error instanceof Error ? error.stack : String(error)}\n`);
  }
  if (asJson) await write(stdout, faultDocument(fault, data));
  else await write(stderr, faultText(fault, details));
  return exitCode;
}

async function explainUsage(
  error: CommanderError,
  asJson: boolean,
  usage: string,
  { stdout, stderr }: Streams,
): Promise<number> {
  if (error.exitCode === 0) return EXIT.done;
  // `parley` and `parley user` alone: the help is the answer, and it was written already.
  if (error.code === 'commander.help') {
    await write(stderr, usage);
    return EXIT.badUsage;
  }
  const fault = {
    code: 'CLI_BAD_USAGE',
    sentence: error.message.replace(/^error: /, '').replace(/\n/g, ' '),
    remedy: 'Run it with --help to see how it is used.',
  };
  if (asJson) await write(stdout, faultDocument(fault, {}));
  else await write(stderr, faultText(fault, []));
  return EXIT.badUsage;
}

/** Resolves when the text has left the process: nothing is cut off by the exit. */
function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve) => stream.write(text, () => resolve()));
}
