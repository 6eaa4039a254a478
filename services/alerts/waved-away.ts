// Alerts that were waved away a moment ago: one that is only being written then must not come back. Owned by service.ts.

const REMEMBERED = 2_000;

export class WavedAway {
  /** The last seq, by person and conversation. */
  readonly #seqs = new Map<string, number>();

  note(userId: string, conversationId: string, seq: number): void {
    const key = `${userId} ${conversationId}`;
    const before = this.#seqs.get(key) ?? 0;
    this.#seqs.delete(key);
    this.#seqs.set(key, Math.max(before, seq));
    if (this.#seqs.size > REMEMBERED) this.#seqs.delete(this.#seqs.keys().next().value!);
  }

  has(userId: string, conversationId: string, seq: number): boolean {
    return (this.#seqs.get(`${userId} ${conversationId}`) ?? 0) >= seq;
  }
}
