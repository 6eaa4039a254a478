// The setting `mail`: the mail server through which Parley writes to people, with the rules that need more than one
// setting. Used by config.ts and config-load.ts.
import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-check.ts';

const SECURITIES = ['starttls', 'tls', 'none'] as const;
const HOST = '^[A-Za-z0-9_.:-]{1,253}$';

export const MailSchema = Type.Object(
  {
    smtp: Type.Object(
      {
        host: Type.Optional(
          Type.String({
            pattern: HOST,
            description: 'Name or address of the mail server. Without it Parley sends no mail.',
            'x-expected': 'a host name such as mail.example.com',
          }),
        ),
        port: Type.Integer({
          minimum: 1,
          maximum: 65_535,
          description: 'Port of the mail server: 587 with starttls, 465 with tls, 25 for a relay without.',
        }),
        security: Type.Union(
          SECURITIES.map((security) => Type.Literal(security)),
          {
            description:
              'How the connection is protected: starttls (nothing is sent before), tls from the first byte, or none.',
          },
        ),
        user: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 254,
            description: 'Account at the mail server, if it wants one.',
          }),
        ),
        password: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 1024,
            description: 'Its password. Better in PARLEY_MAIL_SMTP_PASSWORD or in passwordFile than here.',
          }),
        ),
        passwordFile: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'A file whose first line is the password.',
            'x-path': true,
          }),
        ),
        ca: Type.Optional(
          Type.String({
            minLength: 1,
            description:
              'Authorities that sign the certificate of the mail server, PEM. Without it, the public ones.',
            'x-path': true,
          }),
        ),
      },
      { description: 'The mail server that takes mail from Parley (RFC 6409 §4).' },
    ),
    from: Type.Optional(
      Type.String({
        pattern: '^[^\\s@<>",;]{1,64}@[A-Za-z0-9.-]{1,253}$',
        description: 'The address from which Parley writes. Without it, parley@ and the domain.',
        'x-expected': 'an address such as parley@example.com',
      }),
    ),
    domain: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$',
        description:
          'The part after the @ of people’s mail addresses, where it is another than in their Parley addresses.',
        'x-expected': 'a domain such as example.com',
      }),
    ),
  },
  { description: 'Mail to people: what they have not read, if they wish it.' },
);

export interface SmtpConfig {
  readonly host?: string;
  readonly port: number;
  readonly security: (typeof SECURITIES)[number];
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
}

export interface MailConfig {
  readonly smtp: SmtpConfig;
  readonly from?: string;
  readonly domain?: string;
}

/** Rules that need more than one setting. */
export function mailProblems({ mail }: Config, source: string): ConfigProblem[] {
  const { host, security, user, password, passwordFile } = mail.smtp;
  const problem = (path: string, sentence: string, remedy: string): ConfigProblem[] => [
    { code: 'CONFIG_BAD_MAIL', sentence, remedy, source, path },
  ];
  if (password !== undefined && passwordFile !== undefined)
    return problem(
      'mail.smtp.passwordFile',
      'mail.smtp has a password and a passwordFile.',
      'Leave one of them.',
    );
  if (user !== undefined && password === undefined && passwordFile === undefined)
    return problem(
      'mail.smtp.user',
      'mail.smtp has a user and no password.',
      'Set PARLEY_MAIL_SMTP_PASSWORD or mail.smtp.passwordFile.',
    );
  if (user !== undefined && security === 'none' && !isOwnMachine(host ?? ''))
    return problem(
      'mail.smtp.security',
      'The password of the mail server would cross the network in the clear.',
      'Set mail.smtp.security to starttls or tls.',
    );
  return [];
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
