// What is on its way to phones: in order for each phone, however quick the ones beside it are. Owned by delivery.ts.
import type { Binding } from '../registrar/contract.ts';
import type { Message } from './contract.ts';

/** `refused`: this phone will never take it. `failed`: it may later. */
export type WireOutcome = 'delivered' | 'refused' | 'failed';

type Send = (binding: Binding, message: Message, recipientId: string) => Promise<WireOutcome>;

interface Line {
  last: Promise<WireOutcome>;
  length: number;
}

/** Messages that wait for one phone while another of the same person takes them. */
const LINE_LIMIT = 100;

export class PhoneLines {
  readonly #send: Send;
  readonly #lines = new Map<string, Line>();

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * `delivered` as soon as one phone has it: another that was unplugged is asked for half a minute, and must not hold up
   * what follows. A phone that cannot show messages says nothing of the one beside it that did not answer.
   */
  async firstTaken(
    bindings: readonly Binding[],
    message: Message,
    recipientId: string,
  ): Promise<WireOutcome> {
    const [only] = bindings;
    if (only !== undefined && bindings.length === 1)
      return await this.#sendInLine(only, message, recipientId);
    const sends = bindings.map((binding) => this.#sendInLine(binding, message, recipientId));
    const taken = sends.map(async (send) => {
      const outcome = await send;
      if (outcome !== 'delivered') throw outcome;
      return outcome;
    });
    return Promise.any(taken).catch(async () => {
      const outcomes = await Promise.all(sends);
      return outcomes.includes('failed') ? 'failed' : 'refused';
    });
  }

  /** What stands behind a failure is not sent. */
  #sendInLine(binding: Binding, message: Message, recipientId: string): Promise<WireOutcome> {
    const { bindingId } = binding;
    const line = this.#lines.get(bindingId) ?? { last: Promise.resolve('delivered'), length: 0 };
    if (line.length >= LINE_LIMIT) return Promise.resolve('failed');
    this.#lines.set(bindingId, line);
    line.length += 1;
    const sent = line.last
      .then((before) => (before === 'failed' ? before : this.#send(binding, message, recipientId)))
      .finally(() => {
        line.length -= 1;
        if (line.length === 0) this.#lines.delete(bindingId);
      });
    line.last = sent.catch(() => 'failed');
    return sent;
  }
}
