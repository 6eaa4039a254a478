// Mail for people, wired: whether this server sends any, to whom, what their settings say of it, and the digests.
import { randomBytes } from 'node:crypto';
import { pagesAddress, type ServiceContext } from '@parley/platform/host';
import { openSmtp } from '@parley/platform/mail';
import type { ServiceStore } from '@parley/platform/store';
import { listConversations, readHistory } from '../im/contract.ts';
import { type AlertSettings, type MailOffer, type MailSettings, STOP_PATH } from './contract.ts';
import { type DigestPorts, type Digests, type Reader, startDigests } from './digest.ts';
import { mailLinks } from './mail-link.ts';
import { type AlertTables, type Db, keepKeys } from './store.ts';
import * as rows from './store-mail.ts';

const CONVERSATIONS = 100;

export interface MailNeeds extends Pick<DigestPorts, 'own' | 'presenceOf' | 'nameOf' | 'mayAlert'> {
  readonly own: ServiceStore<AlertTables>;
  /** Their address is the one that they have here. */
  readonly readerOf: (userId: string) => Reader | undefined;
  /** Writes what changed about a person together with its announcement. */
  readonly change: (
    userId: string,
    settings: (held: AlertSettings) => AlertSettings,
    work: (db: Db) => Promise<unknown>,
  ) => Promise<void>;
}

export interface Mail extends Pick<Digests, 'stored' | 'wished' | 'forget'>, AsyncDisposable {
  /** Whether messages to somebody with these settings are to be looked at. */
  isFor(settings: MailSettings): boolean;
  offerTo(userId: string): Promise<MailOffer>;
  /** A new wish takes back what was said of an address that was refused. */
  wishing(db: Db, userId: string, before: MailSettings, wished: MailSettings): Promise<void>;
  /** Where mail goes for who has this address here. */
  addressOf(address: string): string;
  userOf(token: string): string | undefined;
}

export async function openMail(context: ServiceContext, needs: MailNeeds): Promise<Mail> {
  const { bus } = context;
  const { smtp, domain, from = `parley@${context.config.domain}` } = context.config.mail;
  const { own } = needs;
  const made = { privateKey: randomBytes(32).toString('base64url'), publicKey: '' };
  const links = mailLinks((await keepKeys(own.db, 'mail', made)).privateKey);
  const home = pagesAddress(context.config);

  function addressOf(address: string): string {
    return domain === undefined ? address : `${address.slice(0, address.lastIndexOf('@'))}@${domain}`;
  }
  function readerOf(userId: string): Reader | undefined {
    const reader = needs.readerOf(userId);
    return reader === undefined ? undefined : { ...reader, address: addressOf(reader.address) };
  }

  const { host } = smtp;
  const digests =
    host === undefined
      ? undefined
      : startDigests(context, {
          ...needs,
          mail: openSmtp({ ...smtp, host }, context.config.hostName),
          from: { name: 'Parley', address: from },
          readerOf,
          conversations: (userId) => bus.call(listConversations, { userId, limit: CONVERSATIONS }),
          history: (userId, conversationId, limit) =>
            bus.call(readHistory, { userId, conversationId, limit }),
          pages: {
            home: `${home}/`,
            conversation: (conversationId) => `${home}/c/${encodeURIComponent(conversationId)}`,
            stop: (userId) => `${home}${STOP_PATH}?token=${links.tokenFor(userId)}`,
          },
          async refused(userId, address, reply) {
            const refusal = { user_id: userId, address, reply, refused_at: context.clock.wallNow() };
            await needs.change(
              userId,
              (held) => ({ ...held, mail: { ...held.mail, afterMinutes: null } }),
              (db) => rows.putRefusal(db, refusal),
            );
          },
        });

  return {
    isFor: ({ afterMinutes }) => digests !== undefined && afterMinutes !== null,
    stored: async (userIds) => digests?.stored(userIds),
    wished: async (userId, settings) => digests?.wished(userId, settings),
    forget: () => digests?.forget(),
    async wishing(db, userId, before, wished) {
      const isAsked = wished.afterMinutes !== null && before.afterMinutes === null;
      if (isAsked) await rows.dropRefusal(db, userId);
    },
    async offerTo(userId) {
      const reader = readerOf(userId);
      if (digests === undefined || reader === undefined) return null;
      const refusal = await rows.refusalOf(own, userId);
      const { address, most } = reader;
      if (refusal === undefined) return { address, most };
      const { reply, refused_at: at } = refusal;
      return { address, most, refused: { address: refusal.address, at, reply } };
    },
    addressOf,
    userOf: links.userOf,
    async [Symbol.asyncDispose]() {
      await digests?.[Symbol.asyncDispose]();
    },
  };
}
