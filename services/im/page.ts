// A page of a list is bounded in bytes, too: the bus carries about a megabyte, and a message may be 64 KiB long.

/** Leaves room for what stands around the page. */
export const PAGE_LIMIT_BYTES = 700_000;

/** The longest beginning of the list that fits; one item always does. */
export function fitting<Item>(items: readonly Item[], limitBytes = PAGE_LIMIT_BYTES): Item[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return bytes > limitBytes && index > 0;
  });
  return items.slice(0, end < 0 ? items.length : end);
}
