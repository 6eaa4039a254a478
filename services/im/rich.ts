// What can be done with messages beside sending them now, wired: changes, images, and messages that wait for their time.
// Where the server keeps nothing, each of it is refused in words. Used by service.ts.
import type { Bus, Subscription } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import type { Log } from '@parley/platform/observe';
import type { ServiceStore } from '@parley/platform/store';
import { createChanges } from './changes.ts';
import * as contract from './contract.ts';
import type { Conversations } from './conversations.ts';
import { createImages } from './images.ts';
import type { WritingGate } from './licence.ts';
import type { LinkPolicy } from './link-filter.ts';
import type { Messages } from './message.ts';
import type { ReachGate } from './reach.ts';
import { createSchedule } from './scheduled.ts';
import type { ImTables } from './store.ts';

export interface RichPorts {
  readonly bus: Bus;
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly gate: WritingGate;
  readonly reach: Pick<ReachGate, 'mayMeet'>;
  readonly conversations: Conversations;
  readonly send: Messages['send'];
  readonly editableForMs: number;
  /** What the policies let this person do. */
  readonly settingsOf: (userId: string) => LinkPolicy & { readonly editing: boolean };
}

export async function serveRich(ports: RichPorts): Promise<AsyncDisposable> {
  const { bus } = ports;
  const images = createImages(ports);
  const changes = createChanges({ ...ports, imagesLost: () => images.sweepSoon() });
  const schedule = createSchedule(ports);
  const subscriptions = await Promise.all([
    bus.serve(contract.editMessage, (asked) => changes.edit(asked)),
    bus.serve(contract.deleteMessage, (asked) => changes.remove(asked)),
    bus.serve(contract.reactToMessage, (asked) => changes.react(asked)),
    bus.serve(contract.offerImage, (asked) => images.offer(asked)),
    bus.serve(contract.putImagePiece, (asked) => images.put(asked)),
    bus.serve(contract.getImagePiece, (asked) => images.piece(asked)),
    bus.serve(contract.scheduleMessage, (asked) => schedule.add(asked)),
    bus.serve(contract.listScheduled, (asked) => schedule.list(asked.userId)),
    bus.serve(contract.reschedule, (asked) => schedule.change(asked)),
    bus.serve(contract.unschedule, (asked) => schedule.remove(asked)),
    bus.serve(contract.sendScheduledNow, (asked) => schedule.sendNow(asked)),
    bus.subscribe(contract.scheduleChanged, ({ scheduled }) => {
      if (scheduled !== null && scheduled.fault === undefined) schedule.dueAt(scheduled.sendAt);
    }),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      await end(subscriptions);
      await schedule[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
    },
  };
}

/** The same commands of a server that keeps no messages. */
export async function refuseRich(bus: Bus): Promise<AsyncDisposable> {
  const refuse = async () => contract.imErrors.fault('IM_NOTHING_KEPT');
  const subscriptions = await Promise.all([
    bus.serve(contract.editMessage, refuse),
    bus.serve(contract.deleteMessage, refuse),
    bus.serve(contract.reactToMessage, refuse),
    bus.serve(contract.offerImage, refuse),
    bus.serve(contract.putImagePiece, refuse),
    bus.serve(contract.getImagePiece, refuse),
    bus.serve(contract.scheduleMessage, refuse),
    bus.serve(contract.listScheduled, async () => ({ ok: true, value: { scheduled: [] } })),
    bus.serve(contract.reschedule, refuse),
    bus.serve(contract.unschedule, refuse),
    bus.serve(contract.sendScheduledNow, refuse),
  ]);
  return { [Symbol.asyncDispose]: () => end(subscriptions) };
}

async function end(subscriptions: readonly Subscription[]): Promise<void> {
  for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
}
