// The order in which the servers of an SRV answer are tried (SRV; RFC 3263 §4.2): by priority, and among equals by chance in
// proportion to their weights. Used by locate-servers.ts.
import type { SrvRecord } from './dns-record.ts';

/** @param random from 0 up to but not including 1. */
export function orderServers(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const byPriority = Map.groupBy(records, ({ priority }) => priority);
  return [...byPriority.keys()]
    .sort((one, other) => one - other)
    .flatMap((priority) => drawByWeight(byPriority.get(priority) ?? [], random));
}

function drawByWeight(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // "all those with weight 0 are placed at the beginning of the list": they are drawn only by the number 0.
  const left = records.toSorted((one, other) => Number(one.weight > 0) - Number(other.weight > 0));
  const drawn: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const number = Math.floor(random() * (total + 1));
    let running = 0;
    const at = left.findIndex(({ weight }) => {
      running += weight;
      return running >= number;
    });
    drawn.push(...left.splice(at, 1));
  }
  return drawn;
}
