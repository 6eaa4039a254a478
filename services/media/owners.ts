// Which legs belong to whom, and when an owner counts as dead: it has told once that it lives, and then no more.

/** An owner that says every few seconds what it has is missed after so long. */
export const OWNER_SILENT_MS = 60_000;

/** What an owner says it has may be older than its latest leg. */
export const YOUNG_MS = 15_000;

export class Owners {
  readonly #ownerOf = new Map<string, string>();
  readonly #addedAtMs = new Map<string, number>();
  readonly #keptAtMs = new Map<string, number>();

  add(legId: string, ownerNodeId: string, nowMs: number): void {
    this.#ownerOf.set(legId, ownerNodeId);
    this.#addedAtMs.set(legId, nowMs);
  }

  remove(legId: string): string | undefined {
    const owner = this.#ownerOf.get(legId);
    this.#ownerOf.delete(legId);
    this.#addedAtMs.delete(legId);
    return owner;
  }

  /** @returns what is not here. */
  adopt(ownerNodeId: string, legIds: readonly string[], nowMs: number): readonly string[] {
    return legIds.filter((legId) => {
      if (!this.#ownerOf.has(legId)) return true;
      this.add(legId, ownerNodeId, nowMs);
      return false;
    });
  }

  of(legId: string): string | undefined {
    return this.#ownerOf.get(legId);
  }

  get size(): number {
    return this.#ownerOf.size;
  }

  /** @returns what of the owner's it no longer has, and what it names that is not here. */
  keep(
    ownerNodeId: string,
    legIds: readonly string[],
    nowMs: number,
  ): { readonly orphans: readonly string[]; readonly unknown: readonly string[] } {
    this.#keptAtMs.set(ownerNodeId, nowMs);
    const wanted = new Set(legIds);
    return {
      orphans: this.#legsOf(ownerNodeId).filter(
        (legId) => !wanted.has(legId) && nowMs - (this.#addedAtMs.get(legId) ?? nowMs) >= YOUNG_MS,
      ),
      unknown: legIds.filter((legId) => this.#ownerOf.get(legId) !== ownerNodeId),
    };
  }

  /** Legs of owners that have fallen silent. */
  orphans(nowMs: number): readonly string[] {
    const orphans: string[] = [];
    for (const [ownerNodeId, keptAtMs] of this.#keptAtMs) {
      if (nowMs - keptAtMs < OWNER_SILENT_MS) continue;
      this.#keptAtMs.delete(ownerNodeId);
      orphans.push(...this.#legsOf(ownerNodeId));
    }
    return orphans;
  }

  #legsOf(ownerNodeId: string): string[] {
    return [...this.#ownerOf].flatMap(([legId, owner]) => (owner === ownerNodeId ? [legId] : []));
  }
}
