// All that a page was sent: every frame of its sockets and the body of every answer. Begins before the page loads.
import type { Page } from 'playwright-core';

export class NetworkRecord {
  readonly #texts: string[] = [];
  readonly #bodies = new Set<Promise<void>>();

  static of(page: Page): NetworkRecord {
    const record = new NetworkRecord();
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => record.#texts.push(String(payload))),
    );
    page.on('response', (response) => {
      if (!new URL(response.url()).pathname.startsWith('/api/')) return;
      const body = response
        .text()
        .catch(() => '')
        .then((text) => {
          record.#texts.push(text);
          record.#bodies.delete(body);
        });
      record.#bodies.add(body);
    });
    return record;
  }

  /** So much was received so far. */
  get length(): number {
    return this.#texts.length;
  }

  /** What was received from `from` on. */
  async text(from = 0): Promise<string> {
    await Promise.all(this.#bodies);
    return this.#texts.slice(from).join('\n');
  }
}
