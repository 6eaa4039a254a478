// What arrived, for tests that wait for it instead of sleeping.

export interface Collected<T> {
  readonly items: readonly T[];
  readonly add: (item: T) => void;
  /** Resolves with the items as soon as there are `count` of them. */
  until(count: number): Promise<readonly T[]>;
}

export function collected<T>(): Collected<T> {
  const items: T[] = [];
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  return {
    items,
    add(item) {
      items.push(item);
      for (const waiter of waiting) {
        if (items.length < waiter.count) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    },
    async until(count) {
      if (items.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add({ count, resolve });
        await promise;
      }
      return items;
    },
  };
}

/** A log that keeps its lines. */
export function recordedLog() {
  const lines: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  const level = (name: string) => (fields: object, message: string) =>
    void lines.push({ level: name, message, fields });
  const log = {
    debug: level('debug'),
    info: level('info'),
    warn: level('warn'),
    error: level('error'),
    child: () => log,
  };
  return { log, lines };
}
