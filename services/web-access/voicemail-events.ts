// Voicemail → events of the windows of its person. A new message is made heard in one window, once.
import type { Bus, Subscription } from '@parley/platform/bus';
import { type Voicemail, voicemailChanged } from '../voicemail/contract.ts';
import { type BrowserSession, type ToldEvent, tell } from './browser-session.ts';
import type { Sessions } from './sessions.ts';

/** A message that is told of later than that was not left just now. */
const NEW_MS = 120_000;
/** Messages that were told of, so that "mark as unheard" is not taken for a new one. */
const REMEMBERED = 1_000;

export async function routeVoicemailEvents(options: {
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly introduce: (session: BrowserSession, userIds: Iterable<string>) => void;
  readonly alertFirst: (userId: string, event: ToldEvent) => void;
  readonly mayAlert: (userId: string, senderId: string) => boolean;
  readonly now: () => number;
}): Promise<Subscription[]> {
  const { bus, sessions, introduce, alertFirst, mayAlert, now } = options;
  const known = new Set<string>();

  function isNew({ voicemailId, heard, removedAt, at, durationMs }: Voicemail): boolean {
    if (known.has(voicemailId)) return false;
    known.add(voicemailId);
    for (const oldest of known) if (known.size > REMEMBERED) known.delete(oldest);
    return !heard && removedAt === undefined && now() - (at + durationMs) < NEW_MS;
  }

  return [
    await bus.subscribe(voicemailChanged, ({ userId, light, voicemail }) => {
      const one = voicemail === undefined ? {} : { voicemail };
      const told = tell({ type: 'voicemail', light, ...one });
      for (const session of sessions.ofUser(userId)) {
        if (voicemail?.from.userId !== undefined) introduce(session, [voicemail.from.userId]);
        session.deliver(told);
      }
      if (voicemail !== undefined && isNew(voicemail) && mayAlert(userId, voicemail.from.userId ?? ''))
        alertFirst(userId, tell({ type: 'voicemailAlert', voicemail }));
    }),
  ];
}
