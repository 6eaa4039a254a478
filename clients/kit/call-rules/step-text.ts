// A step of an explanation in the reader's language. Names and numbers keep their own direction inside of it.
import { momentIn } from '@parley/services/call-routing/rules/wording';
import type { TFunction } from 'i18next';
import type { PlanStep, StepValue } from '../contracts.ts';

/** First strong isolate, and its end (Unicode UAX #9). */
export const isolated = (text: string) => `\u2068${text}\u2069`;

export function stepText(t: TFunction, locale: string, { wording, values }: PlanStep): string {
  const word = (name: string) => {
    const value = values[name];
    return value === undefined ? '' : wordOf(t, locale, value);
  };
  return t(`callRules.steps.${wording as 'blockedNot'}`, {
    caller: word('caller'),
    target: word('target'),
    seconds: word('seconds'),
    moment: word('moment'),
    origin: word('origin'),
    times: word('times'),
  });
}

function wordOf(t: TFunction, locale: string, value: StepValue): string {
  switch (value.kind) {
    case 'name':
    case 'number':
      return isolated(value.text);
    case 'voicemail':
      return t('callRules.voicemail');
    case 'somebody':
      return t('callRules.somebody');
    case 'count':
      return String(value.count);
    case 'moment':
      return momentIn(locale, value.at, value.timeZone);
    case 'origin':
      return t(`callRules.origins.${value.origin}`, { name: value.department });
  }
}
