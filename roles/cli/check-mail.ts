// What `parley doctor` finds about mail: whether the mail server answers, its certificate is good, and the account holds.
import type { Config } from '@parley/platform/host';
import { openSmtp } from '@parley/platform/mail';
import { type Finding, fail, ok } from './check.ts';

export async function checkMail({ mail, hostName }: Config): Promise<Finding> {
  const name = 'mail';
  const { host, port, security, user } = mail.smtp;
  if (host === undefined)
    return ok(name, 'Off: no mail.smtp.host, so nobody is mailed what they have not read.');
  await using server = openSmtp({ ...mail.smtp, host }, hostName);
  const wrong = await server.check();
  const place = `${host}:${port} (${security}${user === undefined ? '' : `, as ${user}`})`;
  if (wrong === undefined) return ok(name, `${place} answers.`);
  return fail(
    name,
    `${place} takes no mail: ${wrong}.`,
    'Check mail.smtp: host, port and security (587 with starttls, 465 with tls), user and password, and ca for a certificate of your own.',
  );
}
