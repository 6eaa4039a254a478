// A person's presence in words: what they do, why, since when and until when. Pure but for the translator.
import type { TFunction } from 'i18next';
import type { PresenceState } from '../contracts.ts';
import { type Formats, startOfDay } from '../i18n/format.ts';

export interface Words {
  readonly t: TFunction;
  readonly formats: Formats;
}

/** "In a meeting", or the person's own words; empty where the state says all. */
export function activityWords(
  { t }: Pick<Words, 't'>,
  { activity, activityText = '' }: Pick<PresenceState, 'activity' | 'activityText'>,
): string {
  if (activity === undefined) return '';
  return activity === 'custom' ? activityText : t(`activities.${activity}`);
}

/** "Busy: in a meeting" */
export function stateWords(words: Words, presence: PresenceState): string {
  const { t, formats } = words;
  const state = t(`states.${presence.state}`);
  const activity = activityWords(words, presence);
  if (activity === '') return state;
  const { activity: kind } = presence;
  const inSentence = kind === 'custom' ? activity : lowered(activity, formats.locale);
  return t('explain.doing', { state, activity: inSentence });
}

/** "Busy: in a meeting, from the calendar, since 10:00 until 11:00." */
export function explanation(words: Words, presence: PresenceState, nowMs: number): string {
  const { t, formats } = words;
  const what = stateWords(words, presence);
  const reason = t(`because.${presence.reason}`);
  const when = (atMs: number) => moment(formats, atMs, nowMs);
  if (presence.since === 0) return t('explain.why', { what, reason });
  const since = when(presence.since);
  return presence.until === undefined
    ? t('explain.whySince', { what, reason, since })
    : t('explain.whyUntil', { what, reason, since, until: when(presence.until) });
}

/** Of who is not at a device: "for 20 minutes"; empty where that says nothing. */
export function awayWords({ t }: Pick<Words, 't'>, presence: PresenceState, nowMs: number): string {
  const { state, lastActive } = presence;
  if (lastActive === undefined || (state !== 'away' && state !== 'inactive')) return '';
  const minutes = Math.floor((nowMs - lastActive) / 60_000);
  if (minutes < 1) return '';
  if (minutes < 60) return t('explain.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? t('explain.hours', { count: hours })
    : t('explain.days', { count: Math.floor(hours / 24) });
}

/** The time, with its day where that is another one. */
function moment(formats: Formats, atMs: number, nowMs: number): string {
  const time = formats.time(atMs);
  return startOfDay(atMs) === startOfDay(nowMs) ? time : `${formats.dayIn(atMs, nowMs)} ${time}`;
}

function lowered(text: string, locale: string): string {
  return text.charAt(0).toLocaleLowerCase(locale) + text.slice(1);
}
