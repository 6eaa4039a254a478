// The link at the end of a mail by which its reader ends these mails without signing in: whose it is, signed by this server.
import { createHmac, timingSafeEqual } from 'node:crypto';

const PURPOSE = 'parley mail stop';

export interface MailLinks {
  tokenFor(userId: string): string;
  /** Undefined where this server did not make it. */
  userOf(token: string): string | undefined;
}

/** @param secret base64url; whoever has it can end anybody's mail, and nothing else. */
export function mailLinks(secret: string): MailLinks {
  const key = Buffer.from(secret, 'base64url');
  const seal = (userId: string) => createHmac('sha256', key).update(`${PURPOSE}\n${userId}`).digest();
  return {
    tokenFor: (userId) =>
      `${Buffer.from(userId).toString('base64url')}.${seal(userId).toString('base64url')}`,
    userOf(token) {
      const [name = '', given = '', ...rest] = token.split('.');
      if (name === '' || rest.length > 0) return undefined;
      const userId = Buffer.from(name, 'base64url').toString();
      const [sealed, shown] = [seal(userId), Buffer.from(given, 'base64url')];
      return sealed.length === shown.length && timingSafeEqual(sealed, shown) ? userId : undefined;
    },
  };
}
