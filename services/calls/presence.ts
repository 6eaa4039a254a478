// "In a call" for everybody who is in one: said by the server, whatever the device.
import type { Bus } from '@parley/platform/bus';
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import { publish, unpublish } from '../presence/contract.ts';
import type { CallSide } from './contract.ts';

/** A front end that dies leaves it behind for so long at most. */
const EXPIRES_S = 300;
const RENEW_MS = 120_000;

export interface CallPresence extends AsyncDisposable {
  changed(side: CallSide): void;
  /** Another front end says it from now on. */
  forgotten(side: CallSide): void;
}

export function publishCalls(context: Pick<ServiceContext, 'bus' | 'clock' | 'log'>): CallPresence {
  const { bus, log } = context;
  /** Published, by side. */
  const talking = new Map<string, CallSide>();
  /** Of one side, one after the other. */
  const turns = new Map<string, Promise<unknown>>();

  function inTurn(sideId: string, work: () => Promise<unknown>): void {
    const turn = (turns.get(sideId) ?? Promise.resolve())
      .then(work)
      .catch((error) => log.debug({ error }, 'presence will say it later'))
      .finally(() => {
        if (turns.get(sideId) === turn) turns.delete(sideId);
      });
    turns.set(sideId, turn);
  }

  const rounds: Rounds = startRounds(
    context,
    { everyMs: RENEW_MS, failure: 'who is in a call is said again later' },
    async () => {
      for (const side of talking.values()) await say(bus, side);
    },
  );

  return {
    changed(side) {
      const isTalking = side.state === 'connected';
      if (isTalking === talking.has(side.sideId)) return;
      if (isTalking) talking.set(side.sideId, side);
      else talking.delete(side.sideId);
      inTurn(side.sideId, () => (isTalking ? say(bus, side) : forgetCall(bus, side)));
    },
    forgotten({ sideId }) {
      talking.delete(sideId);
    },
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      await Promise.all(turns.values());
    },
  };
}

const endpointOf = ({ sideId }: CallSide) => `call:${sideId}`;

function say(bus: Bus, side: CallSide): Promise<unknown> {
  const { userId } = side;
  return bus.call(publish, { userId, endpointId: endpointOf(side), kind: 'call', expiresS: EXPIRES_S });
}

export function forgetCall(bus: Bus, side: CallSide): Promise<unknown> {
  return bus.call(unpublish, { userId: side.userId, endpointId: endpointOf(side) });
}
