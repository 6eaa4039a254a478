// Stations: functions that services of the same role hang on the proxy, called in the order of STATION_ORDER for each
// authenticated request (design: the one named exception to "between services: the bus").
import type { Destination, Flow, ServerRequest, SipServer } from '@parley/platform/net';

/** Who sent the request, proven by digest; every request that reaches a station has one. */
export interface Caller {
  readonly userId: string;
  /** `local@domain` without the scheme. */
  readonly address: string;
  readonly deviceId: string;
}

/** Answers the request (through `server.respond`) and returns true, or leaves it alone and returns false. */
export type Station = (server: ServerRequest, caller: Caller) => Promise<boolean>;

export const STATION_ORDER = ['registrar', 'presence', 'im'] as const;
export type StationName = (typeof STATION_ORDER)[number];

const hung = new WeakMap<SipServer, Map<StationName, Station>>();

/** Hangs a station on the proxy of this SIP server; disposing takes it away. */
export function hangStation(sip: SipServer, name: StationName, station: Station): Disposable {
  const stations = hung.get(sip) ?? new Map<StationName, Station>();
  hung.set(sip, stations);
  stations.set(name, station);
  return {
    [Symbol.dispose]() {
      if (stations.get(name) === station) stations.delete(name);
    },
  };
}

/** The stations of one SIP server in their fixed order. */
export function stationsOf(sip: SipServer): readonly Station[] {
  const stations = hung.get(sip);
  return STATION_ORDER.flatMap((name) => stations?.get(name) ?? []);
}

const UDP_FLOW = 'udp|';

/**
 * How a binding names the flow that it came on. A UDP phone listens whether or not this process remembers its flow, or
 * is the one that it registered with, so the name holds its address too.
 */
export function flowIdOf({ id, transport, remoteAddress, remotePort }: Flow): string {
  return transport === 'udp' ? `${UDP_FLOW}${remotePort}|${remoteAddress}|${id}` : id;
}

/** What `flowIdOf` named, or undefined when that connection is gone. */
export function flowNamed(sip: SipServer, flowId: string): Flow | Destination | undefined {
  if (!flowId.startsWith(UDP_FLOW)) return sip.flow(flowId);
  const [port = '', address = '', ...id] = flowId.slice(UDP_FLOW.length).split('|');
  return sip.flow(id.join('|')) ?? { transport: 'udp', address, port: Number(port) };
}
