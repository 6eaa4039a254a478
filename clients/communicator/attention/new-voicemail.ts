// A new voice message: a sound, and a notification of the desktop where nobody looks; said in one window, once.
import type { TFunction } from 'i18next';
import type { ClientEvent } from '../../kit/contracts.ts';
import { preferences } from '../../kit/theme/preferences.ts';
import { mayNotify, showPlainNotice } from './notifications.ts';
import { playSound } from './sounds.ts';

type VoicemailAlert = Extract<ClientEvent, { readonly type: 'voicemailAlert' }>;

export function takeVoicemail({ voicemail }: VoicemailAlert, t: TFunction): void {
  playSound('message');
  const isBeforeOne = document.visibilityState === 'visible' && document.hasFocus();
  if (isBeforeOne || !preferences.getState().notifications || !mayNotify()) return;
  // One for all of them: a newer one takes the place of an older one.
  void showPlainNotice('voicemail', t('phone.voicemailFrom', { name: voicemail.from.name }));
}
