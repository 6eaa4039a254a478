// voicemail, wired: mailboxes and their messages, callers who are attended to, the light on phones, and what time does to messages.
import { followView } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { policyView } from '../policy/view.ts';
import { openAttendants } from './attendants.ts';
import { Collector } from './collector.ts';
import * as contract from './contract.ts';
import { startMailCopies } from './mail-copy.ts';
import { Mailboxes } from './mailbox.ts';
import { migrations } from './migrations/index.ts';
import { startRetention } from './retention.ts';
import { startLight } from './sip.ts';
import * as rows from './store.ts';
import { greetingPiece, mailboxOf } from './store-mailbox.ts';

const { fault } = contract.voicemailErrors;
const DAY_MS = 86_400_000;

export const voicemailService: ServiceDefinition = {
  name: 'voicemail',
  after: ['identity', 'policy', 'licensing', 'registrar', 'proxy'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock } = context;
    const own = await context.store.service<rows.VoicemailTables>('voicemail', migrations);
    const directory = followView(context, directoryView);
    const policies = followView(context, policyView);
    const gate = openLicenceGate(context);
    await Promise.all([directory.ready, policies.ready]);
    const accessNumber = context.config.calls.voicemailNumber;
    const now = () => clock.wallNow();
    const mailboxes = new Mailboxes({ own, directory, policies, gate, accessNumber, now });

    function dated(voicemail: contract.Voicemail): contract.Voicemail {
      const days = mailboxes.settings(voicemail.userId).voicemailDays;
      return days === 0 ? voicemail : { ...voicemail, expiresAt: voicemail.at + days * DAY_MS };
    }

    const copies = startMailCopies(context, { own, settings: (userId) => mailboxes.settings(userId) });
    const collector = await Collector.start(context, {
      own,
      mailDueAt: async (userId) => (copies.isThere && (await mailboxOf(own, userId)).mailCopy ? now() : null),
      kept: () => copies.soon(),
    });
    const attendants = await openAttendants(context, { own, mailboxes, collector });
    context.metrics.sampled(
      'gauge',
      'parley_voicemail_callers',
      'Callers who leave or hear messages.',
      () => [{ value: attendants.size }],
    );
    const serving = await Promise.all([
      bus.serve(contract.listVoicemail, async ({ userId, ...asked }) => {
        const [{ voicemails, more }, light] = await Promise.all([
          rows.page(own, userId, asked),
          rows.lightOf(own.db, userId),
        ]);
        return done({ voicemails: voicemails.map(dated), more, light });
      }),
      bus.serve(contract.lightOf, async ({ userId }) => done(await rows.lightOf(own.db, userId))),
      bus.serve(contract.markVoicemail, async ({ userId, voicemailIds, heard }) =>
        done(await rows.mark(own, userId, voicemailIds, heard)),
      ),
      bus.serve(contract.removeVoicemail, async ({ userId, voicemailIds, removed }) =>
        done(await rows.remove(own, userId, voicemailIds, removed ? now() : null)),
      ),
      bus.serve(contract.readVoicemail, async ({ userId, voicemailId, offset }) => {
        const found = await rows.messagePiece(own, { userId, voicemailId }, nthOf(offset));
        return pieceAt(offset, found === undefined ? undefined : { ...found, mediaType: 'audio/ogg' });
      }),
      bus.serve(contract.getMailbox, ({ userId }) => mailboxes.get(userId)),
      bus.serve(contract.setMailbox, (asked) => mailboxes.change(asked)),
      bus.serve(contract.putGreeting, (asked) => mailboxes.putGreeting(asked)),
      bus.serve(contract.readGreeting, async ({ userId, offset }) =>
        pieceAt(offset, await greetingPiece(own, userId, offset)),
      ),
    ]);
    const light = await startLight(context, {
      directory,
      lightOf: (userId) => rows.lightOf(own.db, userId),
    });
    const retention = startRetention(context, {
      own,
      daysOf: (userId) => mailboxes.settings(userId).voicemailDays,
    });

    return {
      async [Symbol.asyncDispose]() {
        for (const one of serving) await one[Symbol.asyncDispose]();
        await light[Symbol.asyncDispose]();
        await attendants[Symbol.asyncDispose]();
        await collector[Symbol.asyncDispose]();
        await copies[Symbol.asyncDispose]();
        await retention[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await policies[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

function nthOf(offset: number): number {
  return Math.floor(offset / contract.AUDIO_PIECE_BYTES);
}

interface Found {
  readonly data: Buffer;
  readonly bytes: number;
  readonly mediaType: string;
}

/** From `offset` to the end of the piece that it is in. */
function pieceAt(
  offset: number,
  found: Found | undefined,
): Outcome<{ data: string; totalBytes: number; mediaType: string }> {
  if (found === undefined) return fault('VOICEMAIL_GONE');
  const { data, bytes, mediaType } = found;
  const rest = data.subarray(offset % contract.AUDIO_PIECE_BYTES);
  return done({ data: rest.toString('base64'), totalBytes: bytes, mediaType });
}
