// Copies of messages by mail, to who wants them and where the policy allows it: each is owed by its row until the mail server has it,
// or has refused it often enough.
import { pagesAddress, type ServiceContext, startRounds } from '@parley/platform/host';
import { openSmtp } from '@parley/platform/mail';
import { getSettings } from '../alerts/contract.ts';
import type { Settings } from '../policy/contract.ts';
import { writeLetter } from './letter.ts';
import * as rows from './store.ts';

const LOOK_MS = 30_000;
/** Longer than a letter takes: then another front end may try. */
const SENDING_MS = 120_000;
const AGAIN_MS = 5 * 60_000;
const MOST_TRIES = 6;
const AT_ONCE = 10;
/** Mail servers take 10 MB and more, and Base64 makes a third more of it. */
const MOST_ATTACHED_BYTES = 7 * 1024 * 1024;

export interface MailCopyNeeds {
  readonly own: rows.Own;
  readonly settings: (userId: string) => Settings;
}

export interface MailCopies extends AsyncDisposable {
  /** This server sends mail. */
  readonly isThere: boolean;
  soon(): void;
}

export function startMailCopies(context: ServiceContext, { own, settings }: MailCopyNeeds): MailCopies {
  const { bus, clock, config, log } = context;
  const { smtp, from = `parley@${config.domain}` } = config.mail;
  const { host } = smtp;
  if (host === undefined) return { isThere: false, soon() {}, async [Symbol.asyncDispose]() {} };
  const mail = openSmtp({ ...smtp, host }, config.hostName);
  const url = `${pagesAddress(config)}/voicemail`;

  /** @returns when to try again; null where nothing is owed any more. */
  async function send({ voicemail, tries }: rows.DueMail): Promise<number | null> {
    const { userId, voicemailId, bytes, removedAt } = voicemail;
    const wish = settings(userId).voicemailMail;
    if (wish === 'forbidden' || removedAt !== undefined) return null;
    const again = tries >= MOST_TRIES ? null : clock.wallNow() + AGAIN_MS;
    const reader = await bus.call(getSettings, { userId });
    if (!reader.ok) return again;
    if (reader.value.mail === null) return null;
    const hasSound = wish === 'sound' && bytes <= MOST_ATTACHED_BYTES;
    const { language, timeZone } = reader.value.settings.mail;
    const answer = await mail.send({
      ...writeLetter({ voicemail, language, timeZone, hasSound, url }),
      from: { name: 'Parley', address: from },
      to: reader.value.mail.address,
      messageId: `voicemail-${voicemailId}@${config.domain}`,
      writtenAt: voicemail.at,
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...(hasSound
        ? {
            attachment: {
              name: 'message.ogg',
              mediaType: 'audio/ogg',
              data: await rows.messageBytes(own, voicemailId),
            },
          }
        : {}),
    });
    if (answer.kind === 'taken' || answer.kind === 'refused') return null;
    log.warn({ reply: answer.reply, tries }, 'a copy of a voice message is mailed later');
    return again;
  }

  const failure = 'copies of voice messages are mailed with the next round';
  const rounds = startRounds(context, { everyMs: LOOK_MS, failure }, async () => {
    const now = clock.wallNow();
    for (const due of await rows.takeDueMail(own, { now, until: now + SENDING_MS, limit: AT_ONCE }))
      await rows.mailAgainAt(own, due.voicemail.voicemailId, await send(due));
  });
  return {
    isThere: true,
    soon: () => rounds.soon(),
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      await mail[Symbol.asyncDispose]();
    },
  };
}
