// What a browser may ask of voicemail; whose mailbox it is, is said by the session.
import * as voicemail from '../voicemail/contract.ts';
import type { CommandName } from './contract.ts';
import type { Handler } from './dispatch.ts';

type VoicemailCommandName = Extract<CommandName, `voicemail.${string}`>;

export const voicemailHandlers = {
  'voicemail.list': async ({ bus, introduce }, session, request) => {
    const found = await bus.call(voicemail.listVoicemail, { ...request, userId: session.userId });
    if (found.ok)
      introduce(
        session,
        found.value.voicemails.flatMap(({ from }) => from.userId ?? []),
      );
    return found;
  },
  'voicemail.mark': ({ bus }, { userId }, request) =>
    bus.call(voicemail.markVoicemail, { ...request, userId }),
  'voicemail.remove': ({ bus }, { userId }, request) =>
    bus.call(voicemail.removeVoicemail, { ...request, userId }),
  'voicemail.mailbox': ({ bus }, { userId }) => bus.call(voicemail.getMailbox, { userId }),
  'voicemail.setMailbox': ({ bus }, { userId }, request) =>
    bus.call(voicemail.setMailbox, { ...request, userId }),
} satisfies { readonly [N in VoicemailCommandName]: Handler<N> };
