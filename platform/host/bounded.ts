// Waits for work, but not for ever. Used where a host stops.

export type Bounded =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/** Never rejects; work that is late goes on unobserved. */
export async function within(limitMs: number, work: () => PromiseLike<void>): Promise<Bounded> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Bounded>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'late' }), limitMs);
  });
  const finished = (async (): Promise<Bounded> => {
    try {
      await work();
      return { kind: 'done' };
    } catch (error) {
      return { kind: 'failed', error };
    }
  })();
  try {
    return await Promise.race([finished, late]);
  } finally {
    clearTimeout(timer);
  }
}
