// What media hosts and phones measured, told under the record and the side that it belongs to.
import type { ServiceContext } from '@parley/platform/host';
import type { StreamQuality } from '../media/contract.ts';
import { measured, phoneReported, STREAMS_IN_REPORT, type StreamReport } from '../quality/contract.ts';
import type { CallSide } from './contract.ts';

/** A host that has measured nothing yet looks back no further. */
const INTERVAL_MS = 5_000;
const KEPT_INTERVALS = 10_000;

export interface QualityTold {
  byHost(side: CallSide, streams: readonly StreamQuality[]): void;
  byPhone(side: CallSide, body: string): void;
}

export function tellOfQuality({
  bus,
  clock,
  log,
}: Pick<ServiceContext, 'bus' | 'clock' | 'log'>): QualityTold {
  const toldAt = new Map<string, number>();

  return {
    byHost(side, streams) {
      const { recordId, sideId, userId, device } = side;
      const until = clock.wallNow();
      const from = toldAt.get(sideId) ?? until - INTERVAL_MS;
      toldAt.delete(sideId);
      toldAt.set(sideId, until);
      if (toldAt.size > KEPT_INTERVALS) toldAt.delete(toldAt.keys().next().value!);
      const report = {
        recordId,
        sideId,
        userId,
        reporter: 'host' as const,
        from,
        until,
        streams: streams.slice(0, STREAMS_IN_REPORT).map(bounded),
        ...(device === null ? {} : { device: device.name.slice(0, 200) }),
      };
      bus.publish(measured, report).catch((error) => log.debug({ error }, 'how a call goes was not told'));
    },
    byPhone({ recordId, sideId, userId, device }, body) {
      const said = { recordId, sideId, userId, device: device?.name.slice(0, 200) ?? '', body };
      bus
        .call(phoneReported, said)
        .catch((error) => log.debug({ error }, 'a report of a phone was not told'));
    },
  };
}

const MOST_MS = 600_000;

function bounded(stream: StreamQuality): StreamReport {
  const { roundTripMs } = stream;
  return {
    ...stream,
    codec: stream.codec.slice(0, 40),
    jitterMs: Math.min(MOST_MS, Math.max(0, stream.jitterMs)),
    ...(roundTripMs === undefined ? {} : { roundTripMs: Math.min(MOST_MS, Math.max(0, roundTripMs)) }),
  };
}
