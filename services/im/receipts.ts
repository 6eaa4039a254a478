// Who is told how far somebody has read: at most once a second for each conversation and reader, and the last word always.
import type { Clock } from '@parley/platform/clock';

const PACE_MS = 1_000;

export interface Mark {
  readonly userId: string;
  readonly conversationId: string;
  readonly readSeq: number;
  readonly unread: number;
}

export interface ReceiptPorts {
  readonly clock: Clock;
  /** The others who may see it; none where the person hides it or a policy forbids it. */
  readonly mayBeShownTo: (userId: string, conversationId: string) => Promise<readonly string[]>;
  /** Tells the person's own windows, and those of the others that are named. Must not reject. */
  readonly tell: (mark: Mark, shownTo: readonly string[]) => Promise<void>;
}

interface Pace {
  readonly timer: Disposable;
  /** What came meanwhile. */
  waiting: Mark | undefined;
}

export class Receipts implements Disposable {
  readonly #ports: ReceiptPorts;
  readonly #paced = new Map<string, Pace>();

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
  }

  /** The own windows hear of each mark at once. */
  async moved(mark: Mark): Promise<void> {
    const { tell, mayBeShownTo } = this.#ports;
    const key = `${mark.conversationId} ${mark.userId}`;
    const pace = this.#paced.get(key);
    if (pace !== undefined) {
      pace.waiting = mark;
      return await tell(mark, []);
    }
    const shownTo = await mayBeShownTo(mark.userId, mark.conversationId);
    if (shownTo.length > 0 && !this.#paced.has(key)) this.#begin(key);
    await tell(mark, shownTo);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#paced.values()) timer[Symbol.dispose]();
    this.#paced.clear();
  }

  #begin(key: string): void {
    const timer = this.#ports.clock.after(PACE_MS, () => {
      const waiting = this.#paced.get(key)?.waiting;
      this.#paced.delete(key);
      if (waiting !== undefined) void this.moved(waiting).catch(() => undefined);
    });
    this.#paced.set(key, { timer, waiting: undefined });
  }
}
