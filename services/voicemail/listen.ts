// Somebody hears their messages on a telephone: PIN where one is set, then message after message, led by keys (menu.ts).
import type { AttendedLeg } from './attended-leg.ts';
import { GREETING_MOST_S, type Voicemail } from './contract.ts';
import { choiceOf, inOrderOfHearing } from './menu.ts';
import { WRONG_PINS } from './pin.ts';
import type { Prompt } from './prompts.ts';

const KEY_MS = 6_000;
/** Behind the last digit: `#` is not waited for longer. */
const DIGIT_MS = 4_000;
const MOST_DIGITS = 10;
const GREETING_SILENCE_MS = 5_000;
const TONE = { tonesHz: [1_000], forMs: 400 };

export interface ListenNeeds {
  readonly leg: AttendedLeg;
  readonly hasPin: boolean;
  checkPin(pin: string): Promise<boolean | 'locked'>;
  prompt(prompt: Prompt): Promise<void>;
  list(): Promise<readonly Voicemail[]>;
  /** Brings it to where the leg is. */
  soundOf(voicemail: Voicemail): Promise<{ readonly audioId: string } | undefined>;
  mark(voicemail: Voicemail): Promise<void>;
  remove(voicemail: Voicemail): Promise<void>;
  /** Makes the recording the greeting. @returns what to play of it; undefined where it is none. */
  takeGreeting(recordingId: string): Promise<{ readonly audioId: string } | undefined>;
}

export async function listen(needs: ListenNeeds): Promise<void> {
  const { leg, prompt } = needs;
  await leg.connected();
  if (needs.hasPin && !(await passes(needs))) return await prompt('wrong');
  const messages = inOrderOfHearing(await needs.list());
  let at = 0;
  for (;;) {
    const message = messages[at];
    if (message === undefined) {
      await prompt('noMore');
      const choice = choiceOf((await leg.key(KEY_MS)) ?? '');
      if (choice === 'greeting') await recordGreeting(needs);
      else if ((choice === 'back' || choice === 'again') && messages.length > 0) at = messages.length - 1;
      else return;
      continue;
    }
    switch (await hear(needs, message)) {
      case 'again':
        break;
      case 'back':
        at = Math.max(0, at - 1);
        break;
      case 'greeting':
        await recordGreeting(needs);
        break;
      case 'delete':
        await needs.remove(message);
        messages.splice(at, 1);
        leg.dropKeys();
        await prompt('deleted');
        break;
      default:
        at += 1;
    }
  }
}

/** Three tries; then, or where the way in is locked, it is over. */
async function passes({ leg, prompt, checkPin }: ListenNeeds): Promise<boolean> {
  for (let tried = 0; tried < WRONG_PINS; tried += 1) {
    await prompt('askPin');
    const verdict = await checkPin(await digits(leg));
    if (verdict === true) return true;
    if (verdict === 'locked') return false;
    leg.dropKeys();
    await prompt('wrong');
  }
  return false;
}

async function digits(leg: AttendedLeg): Promise<string> {
  let pressed = '';
  while (pressed.length < MOST_DIGITS) {
    const key = await leg.key(pressed === '' ? 2 * KEY_MS : DIGIT_MS);
    if (key === undefined || key === '#') break;
    pressed += key;
  }
  return pressed;
}

/** @returns what its key means; without one it goes on to the next. */
async function hear({ leg, prompt, soundOf, mark }: ListenNeeds, message: Voicemail) {
  await prompt(message.heard ? 'heard' : 'unheard');
  const sound = await soundOf(message);
  if (sound === undefined || !(await leg.play(sound))) await prompt('wrong');
  // Whoever chose without hearing it to its end has heard what they wanted to.
  await mark(message);
  await prompt('choose');
  for (;;) {
    const key = await leg.key(KEY_MS);
    const choice = key === undefined ? 'next' : choiceOf(key);
    if (choice !== undefined) return choice;
  }
}

async function recordGreeting({ leg, prompt, takeGreeting }: ListenNeeds): Promise<void> {
  leg.dropKeys();
  await leg.play(TONE);
  leg.dropKeys();
  const recordingId = await leg.beginRecording(GREETING_MOST_S * 1_000, GREETING_SILENCE_MS);
  if (recordingId === undefined) return await prompt('wrong');
  await leg.recorded(GREETING_MOST_S * 1_000);
  leg.dropKeys();
  const taken = await takeGreeting(recordingId);
  if (taken === undefined) return await prompt('wrong');
  await prompt('saved');
  await leg.play(taken);
}
