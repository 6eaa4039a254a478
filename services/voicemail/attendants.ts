// Callers who are here, each attended to until they are done or hang up: who leaves a message, who hears theirs.
import type { Subscription } from '@parley/platform/bus';
import { done, type RequestOf } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { endAttended } from '../calls/contract.ts';
import { legEvent } from '../media/contract.ts';
import { AttendedLeg, CallerLeft } from './attended-leg.ts';
import type { Collector } from './collector.ts';
import * as contract from './contract.ts';
import { fetchAudio } from './fetch-audio.ts';
import { leaveMessage } from './leave.ts';
import { listen } from './listen.ts';
import type { Mailboxes } from './mailbox.ts';
import { type Prompt, promptId, promptSound } from './prompts.ts';
import { Sounds } from './sounds.ts';
import * as rows from './store.ts';
import * as mailboxRows from './store-mailbox.ts';

type Attended = RequestOf<typeof contract.attend>;

const MOST = 2_000;
const LISTED = 200;

export interface AttendantNeeds {
  readonly own: rows.Own;
  readonly mailboxes: Mailboxes;
  readonly collector: Collector;
}

export async function openAttendants(
  context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>,
  { own, mailboxes, collector }: AttendantNeeds,
): Promise<AsyncDisposable & { readonly size: number }> {
  const { bus, clock, log, nodeId } = context;
  const bySide = new Map<string, AttendedLeg>();
  const byLeg = new Map<string, AttendedLeg>();
  const running = new Set<Promise<void>>();
  const sounds = new Sounds(bus, clock);

  /** Plays one of our own melodies. */
  function prompter(leg: AttendedLeg) {
    return async (prompt: Prompt): Promise<void> => {
      const audioId = promptId(prompt);
      if (await sounds.bring(leg.node, audioId, () => promptSound(prompt))) await leg.play({ audioId });
    };
  }

  async function greetingOf(userId: string, leg: AttendedLeg) {
    const { greetingId } = await mailboxRows.mailboxOf(own, userId);
    if (greetingId === null) return undefined;
    const load = () => mailboxRows.greetingBytes(own, greetingId);
    return (await sounds.bring(leg.node, greetingId, load)) ? { audioId: greetingId } : undefined;
  }

  async function takeMessage(asked: Attended, leg: AttendedLeg): Promise<void> {
    const { voicemailMessages, voicemailMinutes } = mailboxes.settings(asked.mailboxOf);
    const { total } = await rows.lightOf(own.db, asked.mailboxOf);
    await leaveMessage(asked, {
      leg,
      collector,
      greeting: () => greetingOf(asked.mailboxOf, leg),
      prompt: prompter(leg),
      isFull: total >= voicemailMessages,
      mostMs: voicemailMinutes * 60_000,
      now: () => clock.wallNow(),
    });
  }

  async function giveMessages({ mailboxOf: userId }: Attended, leg: AttendedLeg): Promise<void> {
    const { pinHash } = await mailboxRows.mailboxOf(own, userId);
    await listen({
      leg,
      hasPin: pinHash !== null,
      checkPin: (pin) => mailboxes.checkPin(userId, pin),
      prompt: prompter(leg),
      list: async () => (await rows.page(own, userId, { limit: LISTED })).voicemails,
      async soundOf({ voicemailId }) {
        const load = () => rows.messageBytes(own, voicemailId);
        return (await sounds.bring(leg.node, voicemailId, load)) ? { audioId: voicemailId } : undefined;
      },
      async mark({ voicemailId }) {
        await rows.mark(own, userId, [voicemailId], true);
      },
      async remove({ voicemailId }) {
        await rows.remove(own, userId, [voicemailId], clock.wallNow());
      },
      async takeGreeting(recordingId) {
        const sound = await fetchAudio(bus, leg.node, recordingId);
        if (!Buffer.isBuffer(sound)) return undefined;
        const taken = await mailboxes.bringGreeting(userId, recordingId, sound);
        return taken.ok ? greetingOf(userId, leg) : undefined;
      },
    });
  }

  async function attendTo(asked: Attended, leg: AttendedLeg): Promise<void> {
    const { sideId, purpose } = asked;
    try {
      await (purpose === 'leave' ? takeMessage(asked, leg) : giveMessages(asked, leg));
    } catch (error) {
      if (!(error instanceof CallerLeft)) log.warn({ error, purpose }, 'a caller of voicemail was let go');
    }
    bySide.delete(sideId);
    byLeg.delete(leg.legId);
    if (!leg.hasLeft) await bus.call(endAttended, { sideId });
  }

  async function begin(asked: Attended) {
    const { sideId, legId, mailboxOf } = asked;
    if (bySide.has(sideId)) return done({});
    if (!mailboxes.isAllowed(mailboxOf) || bySide.size >= MOST)
      return contract.voicemailErrors.fault('VOICEMAIL_NOT_ALLOWED');
    const leg = new AttendedLeg({ legId, node: asked.mediaNodeId }, bus, clock);
    bySide.set(sideId, leg);
    byLeg.set(legId, leg);
    const work = attendTo(asked, leg).finally(() => running.delete(work));
    running.add(work);
    return done({});
  }

  const subscriptions: Subscription[] = await Promise.all([
    bus.serve(contract.attend, (asked) => begin(asked), { node: nodeId }),
    bus.serve(
      contract.callerLeft,
      async ({ sideId }) => {
        bySide.get(sideId)?.leave();
        return done({});
      },
      { node: nodeId },
    ),
    bus.subscribe(legEvent, ({ legId, what }) => byLeg.get(legId)?.happened(what)),
  ]);

  return {
    get size() {
      return bySide.size;
    },
    async [Symbol.asyncDispose]() {
      for (const leg of bySide.values()) leg.leave();
      await Promise.all(running);
      for (const one of subscriptions) await one[Symbol.asyncDispose]();
    },
  };
}
