// What the keys of a telephone do while messages are heard. Pure.
import type { Voicemail } from './contract.ts';

export type Choice = 'again' | 'next' | 'delete' | 'greeting' | 'back';

const CHOICES: Readonly<Record<string, Choice>> = {
  '1': 'again',
  '2': 'next',
  '7': 'delete',
  '8': 'greeting',
  '*': 'back',
};

export function choiceOf(key: string): Choice | undefined {
  return CHOICES[key];
}

/** Those not heard come first, of each kind the newest first; what was removed is not there. */
export function inOrderOfHearing(voicemails: readonly Voicemail[]): Voicemail[] {
  return voicemails
    .filter(({ removedAt }) => removedAt === undefined)
    .sort((a, b) => Number(a.heard) - Number(b.heard) || b.at - a.at);
}
