// How many calls one phone may begin: so many in a minute, wherever the minute begins. Pure.

/** Phones that are remembered; the one that called longest ago is forgotten first. */
const PHONES_REMEMBERED = 50_000;
const MINUTE_MS = 60_000;

export class CallPace {
  readonly #perMinute: number;
  /** When each of the last calls began, the oldest first; the phones in the order of their last call. */
  readonly #begun = new Map<string, number[]>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** @returns false when it is one too many; that one does not count. */
  mayBegin(deviceId: string, now: number): boolean {
    const begun = (this.#begun.get(deviceId) ?? []).filter((at) => at > now - MINUTE_MS);
    const isAllowed = begun.length < this.#perMinute;
    if (isAllowed) begun.push(now);
    this.#begun.delete(deviceId);
    this.#begun.set(deviceId, begun);
    if (this.#begun.size > PHONES_REMEMBERED) this.#begun.delete(this.#begun.keys().next().value!);
    return isAllowed;
  }
}
