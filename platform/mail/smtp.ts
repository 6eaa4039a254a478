// Mail by SMTP submission (RFC 6409 §4): a connection for each letter, every step of it within a time, and each failure told
// apart by whether the letter may have been taken all the same.
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SmtpConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { SmtpConfig } from '../host/config-mail.ts';
import type { Letter, MailAnswer, MailPort } from './index.ts';

const STEP_MS = 10_000;
const SILENCE_MS = 30_000;
/** From the first packet to the answer. RFC 5321 §4.5.3.2 would wait longer than a letter of this kind is worth. */
const LETTER_MS = 60_000;
const REPLY_CHARS = 300;

type Smtp = SmtpConfig & { readonly host: string };

interface SmtpError {
  readonly message: string;
  readonly responseCode?: number;
  readonly response?: string;
  /** The command that failed: `CONN`, `AUTH PLAIN`, `RCPT TO`, `DATA` … */
  readonly command?: string;
}

/** @param name of this server, said to the other one. */
export function openSmtp(config: Smtp, name: string): MailPort {
  const open = new Set<SmtpConnection>();

  async function converse(work: (connection: SmtpConnection, failed: Failed) => void): Promise<void> {
    const { options, password } = await materialOf(config, name);
    const connection = new SmtpConnection(options);
    open.add(connection);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const deadline = setTimeout(() => reject(new Error('It took too long.')), LETTER_MS);
    // One that is closed from here says so; what else it says after the end is of no use.
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('The connection was closed.')));
    const failed: Failed = (error) => (error ? reject(error) : resolve());
    connection.connect((refusal) => {
      if (refusal) return reject(refusal);
      const { user } = config;
      if (user === undefined) return work(connection, failed);
      connection.login({ credentials: { user, pass: password } }, (error) =>
        error ? reject(error) : work(connection, failed),
      );
    });
    try {
      await promise;
    } finally {
      clearTimeout(deadline);
      open.delete(connection);
      connection.quit();
      connection.close();
    }
  }

  return {
    async send(letter) {
      let isHandedOver = false;
      const raw = await new MailComposer(fieldsOf(letter)).compile().build();
      // Asked for more than the letter, its last byte is on the way.
      function* handOver() {
        yield raw;
        isHandedOver = true;
      }
      try {
        await converse((connection, failed) => {
          const envelope = { from: letter.from.address, to: [letter.to], size: raw.length };
          connection.send(envelope, Readable.from(handOver()), failed);
        });
        return { kind: 'taken' };
      } catch (error) {
        return answerTo(error as SmtpError, isHandedOver);
      }
    },
    async check() {
      try {
        await converse((_connection, failed) => failed(null));
        return undefined;
      } catch (error) {
        return replyOf(error as SmtpError);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const connection of open) connection.close();
    },
  };
}

type Failed = (error: Error | null) => void;

async function materialOf(
  { host, port, security, password, passwordFile, ca }: Smtp,
  name: string,
): Promise<{ readonly options: SMTPConnectionOptions; readonly password: string }> {
  const [fromFile, authorities] = await Promise.all([
    passwordFile === undefined ? undefined : readFile(passwordFile, 'utf8'),
    ca === undefined ? undefined : readFile(ca, 'utf8'),
  ]);
  const options = {
    host,
    port,
    name,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(authorities === undefined ? {} : { tls: { ca: authorities } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    dnsTimeout: STEP_MS,
    socketTimeout: SILENCE_MS,
  };
  return { options, password: fromFile?.split(/\r?\n/, 1)[0] ?? password ?? '' };
}

function fieldsOf({ from, to, subject, text, html, messageId, writtenAt, headers, attachment }: Letter) {
  return {
    from,
    to,
    subject,
    text,
    html,
    messageId: `<${messageId}>`,
    date: new Date(writtenAt),
    headers: { ...headers },
    ...(attachment === undefined
      ? {}
      : {
          attachments: [
            { filename: attachment.name, contentType: attachment.mediaType, content: attachment.data },
          ],
        }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function answerTo(error: SmtpError, isHandedOver: boolean): MailAnswer {
  const reply = replyOf(error);
  const { responseCode: code = 0, command = '' } = error;
  if (code === 0) return { kind: isHandedOver ? 'unknown' : 'down', reply };
  // RFC 5321 §3.8: 421 closes the channel, whatever it answers.
  if (code === 421 || !['RCPT TO', 'DATA'].includes(command)) return { kind: 'down', reply };
  return { kind: command === 'RCPT TO' && isNoMailbox(code, reply) ? 'refused' : 'later', reply };
}

/** RFC 3463 §3.2: class 1 is about the address; class 7 about who may send, which is no fault of the mailbox. */
function isNoMailbox(code: number, reply: string): boolean {
  const [, subject] = /\b5\.(\d{1,3})\.\d{1,3}\b/.exec(reply) ?? [];
  if (subject !== undefined) return subject === '1' || /\b5\.2\.1\b/.test(reply);
  return code === 550 || code === 551 || code === 553;
}

function replyOf({ response, message }: SmtpError): string {
  return (response ?? message).replace(/\s+/g, ' ').trim().slice(0, REPLY_CHARS);
}
