// Starts services one after the other and stops them in reverse. Used by host.ts.
import type { Log } from '../observe/log.ts';
import { type Bounded, within } from './bounded.ts';
import type { Health, RunningService, ServiceDefinition } from './service.ts';

export interface ServiceHealth extends Health {
  readonly name: string;
}

export class Runner {
  readonly #running: { readonly name: string; readonly service: RunningService }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** After a failure the services that run stay so: the caller stops them. */
  async start(
    order: readonly ServiceDefinition[],
    start: (service: ServiceDefinition) => Promise<RunningService>,
  ) {
    for (const definition of order) {
      const began = performance.now();
      const service = await start(definition);
      this.#running.push({ name: definition.name, service });
      const tookMs = Math.round(performance.now() - began);
      this.#log.debug({ service: definition.name, tookMs }, 'Service started.');
    }
  }

  health(): ServiceHealth[] {
    return this.#running.map(({ name, service }) => {
      try {
        return { name, ...(service.health?.() ?? { ok: true, sentence: 'Running.' }) };
      } catch (error) {
        this.#log.error({ err: error, service: name }, 'A health check failed.');
        return { name, ok: false, sentence: 'The health check itself failed; see the log.' };
      }
    });
  }

  /** Last started, first stopped; all together within `drainMs`. A service that fails or hangs does not keep the others. */
  async stop(drainMs: number): Promise<void> {
    const deadline = performance.now() + drainMs;
    for (let last = this.#running.pop(); last !== undefined; last = this.#running.pop()) {
      const { name, service } = last;
      const remainingMs = Math.max(0, deadline - performance.now());
      reportStop(this.#log, name, await within(remainingMs, () => service[Symbol.asyncDispose]()));
    }
  }
}

export function reportStop(log: Log, part: string, outcome: Bounded): void {
  if (outcome.kind === 'failed') log.error({ part, err: outcome.error }, 'Stopping failed.');
  if (outcome.kind === 'late') log.warn({ part }, 'Stopping took too long; going on without it.');
}
