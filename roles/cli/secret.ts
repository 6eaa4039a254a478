// Passwords on the command line: read from standard input or generated and shown once, never an argument (arguments
// are visible to every user of the machine).
import { randomInt } from 'node:crypto';
import { CommandFault, EXIT } from './answer.ts';

/** Without letters and digits that are mistaken for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const LIMIT_BYTES = 4096;

/** 20 characters of 5 bits: 100 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

/** The first line of standard input. */
export async function passwordFromInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LIMIT_BYTES || chunk.includes(10)) break;
  }
  const password = Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  if (password !== '' && bytes <= LIMIT_BYTES) return password;
  throw new CommandFault(
    {
      code: 'CLI_NO_PASSWORD',
      sentence: 'There is no password on standard input.',
      remedy:
        'Pipe one line into the command, for example: parley user reset-password bob --password-stdin < file',
    },
    { exitCode: EXIT.refused },
  );
}

export function passwordLines(shown: string | undefined): string[] {
  return shown === undefined ? [] : [`Password (shown only now): ${shown}`];
}
