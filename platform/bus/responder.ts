// One served command: takes request texts, gives reply texts, counts what runs. Used by wire-bus.ts.
// Requests run side by side (a handler may call its own service); closing waits for those that run.
import type { Log } from '../observe/log.ts';
import type { CommandContract, Fault, Outcome } from './contract.ts';
import { bounded, decoded, encoded } from './encoding.ts';
import { busErrors } from './faults.ts';

const inFlightLimit = 10_000;

export class Responder {
  readonly #contract: CommandContract;
  readonly #handler: (request: unknown) => Promise<Outcome<unknown>>;
  readonly #log: Log;
  readonly #running = new Set<Promise<void>>();

  constructor(contract: CommandContract, handler: (request: unknown) => Promise<Outcome<unknown>>, log: Log) {
    this.#contract = contract;
    this.#handler = handler;
    this.#log = log;
  }

  take(payload: string, reply: (payload: string) => void): void {
    if (this.#running.size >= inFlightLimit) {
      reply(JSON.stringify(busErrors.fault('BUS_OVERLOADED')));
      return;
    }
    const run = this.#answer(payload).then(reply);
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  async close(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #answer(payload: string): Promise<string> {
    const { subject } = this.#contract;
    const request = decoded(this.#contract.request, payload);
    if (!request.ok) {
      return JSON.stringify(
        busErrors.fault(
          'BUS_BAD_REQUEST',
          `The request ${subject} does not have the agreed form: ${request.problem}.`,
        ),
      );
    }
    try {
      const outcome = await this.#handler(request.value);
      return outcome.ok ? this.#accepted(outcome.value) : bounded(subject, refused(outcome.fault));
    } catch (error) {
      const fault = clearFault(error);
      if (fault !== undefined) {
        this.#log.warn({ code: fault.code, subject }, 'A command could not be carried out.');
        return bounded(subject, refused(fault));
      }
      this.#log.error({ err: error, subject }, 'A command failed because of a fault of this server.');
      return JSON.stringify(busErrors.fault('BUS_INTERNAL'));
    }
  }

  #accepted(value: unknown): string {
    return `{"ok":true,"value":${encoded(this.#contract.subject, this.#contract.reply, value)}}`;
  }
}

function refused(fault: Fault): string {
  return JSON.stringify({ ok: false, fault });
}

/** Ports throw errors that say what to do (the database is away, the disk is full): the caller may know that. */
function clearFault(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, sentence, remedy } = error as Partial<Fault>;
  if (typeof code !== 'string' || typeof sentence !== 'string') return undefined;
  return { code, sentence, ...(remedy === undefined ? {} : { remedy }) };
}
