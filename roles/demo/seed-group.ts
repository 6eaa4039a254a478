// The demo group: started, written and read as people do. Called by seed.ts.
import { createHash } from 'node:crypto';
import type { CommandContract, ReplyOf, RequestOf } from '@parley/platform/bus';
import {
  markRead,
  offerImage,
  putImagePiece,
  reactToMessage,
  sendMessage,
  startGroup,
} from '@parley/services/im/contract';
import type { TSchema } from 'typebox';
import { GROUP_PEOPLE, GROUP_TITLE, GROUP_UNREAD, type GroupMessage, groupMessages } from './group.ts';
import type { ShiftedClock } from './shifted-clock.ts';
import { standPlan } from './stand-plan.ts';

const MINUTE_MS = 60_000;

export interface GroupNeeds {
  readonly clock: ShiftedClock;
  idOf(local: string): string;
  ask<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
  ): Promise<ReplyOf<CommandContract<Q, R>>>;
}

export async function seedGroup({ clock, idOf, ask }: GroupNeeds): Promise<void> {
  const [leaderId, ...participantIds] = GROUP_PEOPLE.map(idOf);
  const seqs: number[] = [];
  try {
    clock.behindMs = groupMessages[0]!.minutesAgo * MINUTE_MS;
    const started = { userId: leaderId!, participantIds, title: GROUP_TITLE };
    const { conversationId } = await ask(startGroup, started);
    for (const message of groupMessages) seqs.push(await say(conversationId, message));
    for (const [index, { reactions = {} }] of groupMessages.entries())
      for (const [emoji, people] of Object.entries(reactions))
        for (const userId of people.map(idOf))
          await ask(reactToMessage, { userId, conversationId, seq: seqs[index]!, emoji, on: true });
    for (const local of GROUP_PEOPLE) {
      const seq = seqs.at(-1)! - (GROUP_UNREAD[local] ?? 0);
      await ask(markRead, { userId: idOf(local), conversationId, seq });
    }
  } finally {
    clock.behindMs = 0;
  }

  async function say(conversationId: string, message: GroupMessage): Promise<number> {
    const { minutesAgo, speaker, text, answers, mentions, picture } = message;
    clock.behindMs = minutesAgo * MINUTE_MS;
    const images =
      picture === undefined ? [] : [{ imageId: await upload(conversationId, speaker), alt: picture }];
    const { seq } = await ask(sendMessage, {
      senderId: idOf(speaker),
      conversationId,
      text,
      clientId: `demo-group-${minutesAgo}`,
      ...(answers === undefined ? {} : { replyTo: seqs[answers]! }),
      ...(mentions === undefined ? {} : { mentions: mentions.map(idOf) }),
      ...(images.length === 0 ? {} : { images }),
    });
    return seq;
  }

  /** @returns its id. */
  async function upload(conversationId: string, local: string): Promise<string> {
    const png = standPlan();
    const data = png.toString('base64');
    const hash = createHash('sha256').update(png).digest('hex');
    const which = { userId: idOf(local), conversationId, imageId: 'demo-stand-of-oslo' };
    await ask(offerImage, { ...which, name: 'stand.png', bytes: png.length, hash, head: data });
    await ask(putImagePiece, { ...which, nth: 0, data });
    return which.imageId;
  }
}
