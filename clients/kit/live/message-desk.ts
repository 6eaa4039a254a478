// What can be done with messages beside sending them now: edited, deleted, reacted to, sent later. What the server says is
// folded in at once, so that a window does not wait for the event. Owned by live-client.ts.
import type { CommandName, CommandReply, CommandRequest, Message, Scheduled } from '../contracts.ts';
import type { Outcome } from '../fault.ts';
import { applyEvent } from './apply-event.ts';
import type { LiveState } from './live-state.ts';
import type { Beside } from './outbox.ts';

type Command = <N extends CommandName>(
  name: N,
  request: CommandRequest<N>,
) => Promise<Outcome<CommandReply<N>>>;

export class MessageDesk {
  readonly #command: Command;
  readonly #fold: (step: (live: LiveState) => LiveState) => void;
  readonly #randomId: () => string;

  constructor(ports: {
    readonly command: Command;
    readonly fold: (step: (live: LiveState) => LiveState) => void;
    readonly randomId: () => string;
  }) {
    this.#command = ports.command;
    this.#fold = ports.fold;
    this.#randomId = ports.randomId;
  }

  async edit(
    { conversationId, seq }: Message,
    text: string,
    mentions: readonly string[],
  ): Promise<Outcome<Message>> {
    const more = mentions.length === 0 ? {} : { mentions: [...mentions] };
    return this.#changed(await this.#command('im.edit', { conversationId, seq, text, ...more }));
  }

  async remove({ conversationId, seq }: Message): Promise<Outcome<Message>> {
    return this.#changed(await this.#command('im.delete', { conversationId, seq }));
  }

  async react({ conversationId, seq }: Message, emoji: string, on: boolean): Promise<Outcome<Message>> {
    return this.#changed(await this.#command('im.react', { conversationId, seq, emoji, on }));
  }

  async schedule(
    conversationId: string,
    sendAt: number,
    text: string,
    beside: Beside,
  ): Promise<Outcome<Scheduled>> {
    const clientId = this.#randomId();
    const request = { conversationId, sendAt, text, clientId, ...beside };
    return this.#waiting(await this.#command('im.schedule', request));
  }

  async loadScheduled(): Promise<void> {
    const outcome = await this.#command('im.scheduled', {});
    if (outcome.ok) this.#fold((live) => ({ ...live, scheduled: outcome.value.scheduled }));
  }

  async reschedule({ scheduleId }: Scheduled, sendAt: number, text: string): Promise<Outcome<Scheduled>> {
    return this.#waiting(await this.#command('im.reschedule', { scheduleId, sendAt, text }));
  }

  async unschedule(scheduled: Scheduled): Promise<Outcome<unknown>> {
    const outcome = await this.#command('im.unschedule', { scheduleId: scheduled.scheduleId });
    return outcome.ok ? this.#gone(scheduled, outcome) : outcome;
  }

  async sendNow(scheduled: Scheduled): Promise<Outcome<unknown>> {
    const outcome = await this.#command('im.sendScheduled', { scheduleId: scheduled.scheduleId });
    return outcome.ok ? this.#gone(scheduled, outcome) : outcome;
  }

  #changed(outcome: Outcome<Message>): Outcome<Message> {
    if (outcome.ok)
      this.#fold((live) =>
        applyEvent(live, { type: 'changed', message: outcome.value, participantIds: [] }, 0),
      );
    return outcome;
  }

  #waiting(outcome: Outcome<Scheduled>): Outcome<Scheduled> {
    if (outcome.ok) {
      const { conversationId, scheduleId } = outcome.value;
      const event = { type: 'scheduled', conversationId, scheduleId, scheduled: outcome.value } as const;
      this.#fold((live) => applyEvent(live, event, 0));
    }
    return outcome;
  }

  #gone({ conversationId, scheduleId }: Scheduled, outcome: Outcome<unknown>): Outcome<unknown> {
    this.#fold((live) =>
      applyEvent(live, { type: 'scheduled', conversationId, scheduleId, scheduled: null }, 0),
    );
    return outcome;
  }
}
