// web-access: what a browser may ask of its person's voicemail. The sound itself goes by HTTP.
import { Type } from 'typebox';
import {
  getMailbox,
  Light,
  listVoicemail,
  markVoicemail,
  removeVoicemail,
  setMailbox,
  Voicemail,
} from '../voicemail/contract.ts';

/** A message is new, heard, removed, taken back, or gone; without `voicemail`, the list is to be asked for again. */
export const VoicemailEvent = Type.Object({
  type: Type.Literal('voicemail'),
  light: Light,
  voicemail: Type.Optional(Voicemail),
});
/** This window makes a new message heard: one of the person's windows, and none in quiet hours. */
export const VoicemailAlert = Type.Object({ type: Type.Literal('voicemailAlert'), voicemail: Voicemail });

export const voicemailCommands = {
  'voicemail.list': { request: Type.Omit(listVoicemail.request, ['userId']), reply: listVoicemail.reply },
  'voicemail.mark': { request: Type.Omit(markVoicemail.request, ['userId']), reply: markVoicemail.reply },
  'voicemail.remove': {
    request: Type.Omit(removeVoicemail.request, ['userId']),
    reply: removeVoicemail.reply,
  },
  'voicemail.mailbox': { request: Type.Object({}), reply: getMailbox.reply },
  'voicemail.setMailbox': { request: Type.Omit(setMailbox.request, ['userId']), reply: setMailbox.reply },
} as const;
