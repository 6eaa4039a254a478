// A caller leaves a message: greeting, tone, what they say, and the sound that says it is kept.
import { randomUUID } from 'node:crypto';
import type { RequestOf } from '@parley/platform/contract';
import type { AttendedLeg } from './attended-leg.ts';
import type { Collector } from './collector.ts';
import type { attend } from './contract.ts';
import type { Prompt } from './prompts.ts';

const SILENCE_MS = 10_000;
const TONE = { tonesHz: [1_000], forMs: 400 };

export interface LeaveNeeds {
  readonly leg: AttendedLeg;
  readonly collector: Collector;
  /** The person's own greeting, or the standard one. */
  readonly greeting: () => Promise<{ readonly audioId: string } | undefined>;
  readonly prompt: (prompt: Prompt) => Promise<void>;
  readonly isFull: boolean;
  readonly mostMs: number;
  now(): number;
}

export async function leaveMessage(
  { mailboxOf: userId, recordId, from }: RequestOf<typeof attend>,
  { leg, collector, greeting, prompt, isFull, mostMs, now }: LeaveNeeds,
): Promise<void> {
  await leg.connected();
  if (isFull) return await prompt('full');
  const own = await greeting();
  // Whoever knows it presses a key and speaks at once.
  if (own === undefined || !(await leg.play(own))) await prompt('greeting');
  leg.dropKeys();
  await leg.play(TONE);
  leg.dropKeys();
  const recordingId = await leg.beginRecording(mostMs, SILENCE_MS);
  if (recordingId === undefined) return await prompt('wrong');
  const voicemailId = randomUUID();
  const message = { voicemailId, userId, recordId, from, at: now(), recordingId, mediaNodeId: leg.node };
  await collector.begin(message);
  const recorded = await leg.recorded(mostMs);
  const isKept = await collector.end(message, recorded?.voiceMs);
  if (leg.hasLeft) return;
  leg.dropKeys();
  await prompt(isKept ? 'kept' : 'wrong');
}
