// What is said to the softphone: kept, in order, until the part of the page that makes calls is loaded. Owned by live-client.ts.
import type { ClientEvent } from '../contracts.ts';

export type CallEvent =
  | Extract<ClientEvent, { readonly type: 'call' | 'callSignal' | 'callHistory' | 'voicemail' }>
  /** The server has begun anew with this window: what it said to it under its old name is lost. */
  | { readonly type: 'renewed' };

/** Beyond this, what is oldest is of a call that is over. */
const KEPT = 500;

export class CallInbox {
  #waiting: CallEvent[] = [];
  readonly #listeners = new Set<(event: CallEvent) => void>();

  take(event: ClientEvent): void {
    switch (event.type) {
      case 'call':
      case 'callSignal':
      case 'callHistory':
      case 'voicemail':
        this.#tell(event);
    }
  }

  renewed(): void {
    this.#tell({ type: 'renewed' });
  }

  #tell(event: CallEvent): void {
    if (this.#listeners.size === 0) this.#waiting = [...this.#waiting, event].slice(-KEPT);
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns what ends the listening. */
  listen(listener: (event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) listener(event);
    return () => this.#listeners.delete(listener);
  }
}
