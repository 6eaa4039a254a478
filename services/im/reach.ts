// Whether somebody may write to whom, as far as the other one decides: by their level of access and Do not disturb. Between
// two people; in a group nobody is refused for the sake of one.
import { followView } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { accessView, presenceOf, presenceView, reachOf, sightOf } from '../presence/view.ts';
import { imErrors } from './contract.ts';

export interface ReachGate {
  mayReach(senderId: string, participantIds: readonly string[]): Outcome<null>;
  /** Whether a new conversation may begin: also a group is none with somebody who blocked its maker. */
  mayMeet(userId: string, participantIds: readonly string[]): Outcome<null>;
  /** Whether somebody may show here that they are typing. */
  mayShow(userId: string, participantIds: readonly string[]): boolean;
  /** Whether this person blocks that one, who then learns nothing of what this one does. */
  blocks(userId: string, otherId: string): boolean;
}

const REACHED = done(null);

export async function openReachGate(context: ServiceContext): Promise<ReachGate & AsyncDisposable> {
  const { domain } = context.config;
  const access = followView(context, accessView);
  const presence = followView(context, presenceView);

  function reach(senderId: string, recipientId: string) {
    const sight = sightOf(access.current, recipientId, { userId: senderId, domain });
    return reachOf(sight, presenceOf(presence.current, recipientId).general.state, 'message');
  }

  const mayReach = (senderId: string, participantIds: readonly string[]): Outcome<null> => {
    if (participantIds.length !== 2) return REACHED;
    const recipientId = participantIds[participantIds[0] === senderId ? 1 : 0]!;
    switch (reach(senderId, recipientId)) {
      case 'unreachable':
        return imErrors.fault('IM_UNREACHABLE');
      case 'doNotDisturb':
        return imErrors.fault('IM_DO_NOT_DISTURB');
      case 'reachable':
        return REACHED;
    }
  };

  return {
    mayReach,
    mayMeet(userId, participantIds) {
      const isBlocked = participantIds.some((id) => reach(userId, id) === 'unreachable');
      return isBlocked ? imErrors.fault('IM_UNREACHABLE') : REACHED;
    },
    mayShow: (userId, participantIds) => mayReach(userId, participantIds).ok,
    blocks: (userId, otherId) => sightOf(access.current, userId, { userId: otherId, domain }) === 'blocked',
    async [Symbol.asyncDispose]() {
      await access[Symbol.asyncDispose]();
      await presence[Symbol.asyncDispose]();
    },
  };
}
