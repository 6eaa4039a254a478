// Stations: functions that services of the same role hang on the proxy, called in the order of STATION_ORDER for each
// authenticated request (design: the one named exception to "between services: the bus").
import type { ErrorTable, Fault } from '@parley/platform/contract';
import type { ServerRequest, SipServer } from '@parley/platform/net';
import { deviceBehind, type LicensedPhone, type Locations } from '../registrar/view.ts';

/** Who sent the request, proven by digest; every request that reaches a station has one. */
export interface Caller {
  readonly userId: string;
  /** `local@domain` without the scheme. */
  readonly address: string;
  readonly deviceId: string;
}

/** `agent`: it goes to the user agent of this process (agent-flow.ts). */
export type Taken = boolean | 'agent';
/** Answers the request (through `server.respond`) and says true, or leaves it alone and says false: at once if it can. */
export type Station = (server: ServerRequest, caller: Caller) => Taken | Promise<Taken>;

export const STATION_ORDER = ['registrar', 'voicemail', 'quality', 'presence', 'im', 'calls'] as const;
export type StationName = (typeof STATION_ORDER)[number];

interface Hung {
  readonly byName: Map<StationName, Station>;
  /** In their fixed order. */
  ordered: readonly Station[];
}

const hung = new WeakMap<SipServer, Hung>();
const NONE: readonly Station[] = [];

/** Hangs a station on the proxy of this SIP server; disposing takes it away. */
export function hangStation(sip: SipServer, name: StationName, station: Station): Disposable {
  const stations = hung.get(sip) ?? { byName: new Map<StationName, Station>(), ordered: NONE };
  hung.set(sip, stations);
  const order = () => {
    stations.ordered = STATION_ORDER.flatMap((one) => stations.byName.get(one) ?? []);
  };
  stations.byName.set(name, station);
  order();
  return {
    [Symbol.dispose]() {
      if (stations.byName.get(name) === station) stations.byName.delete(name);
      order();
    },
  };
}

/** The stations of one SIP server in their fixed order. */
export function stationsOf(sip: SipServer): readonly Station[] {
  return hung.get(sip)?.ordered ?? NONE;
}

/**
 * Refuses with what the fault's code is by SIP in its service's table, and tells the person at the phone why and what to
 * do (RFC 3261 §20.43: warn-code 399 for text to be shown).
 */
export function respondFault(
  server: ServerRequest,
  fault: Fault,
  {
    tables,
    hostName,
    headers = [],
  }: {
    readonly tables: readonly ErrorTable[];
    readonly hostName: string;
    readonly headers?: readonly [string, string][];
  },
): void {
  const row = tables.map((table) => table[fault.code]).find((found) => found !== undefined);
  const text = fault.remedy === undefined ? fault.sentence : `${fault.sentence} ${fault.remedy}`;
  // RFC 3261 §25.1: in a quoted string, the quotation mark and the backslash are escaped, and there is no line break.
  const quoted = text.replaceAll(/[\r\n\0]+/g, ' ').replaceAll(/["\\]/g, '\\$&');
  server.respond(row?.sip ?? 500, { headers: [...headers, ['Warning', `399 ${hostName} "${quoted}"`]] });
}

/** What the phone that sent a request is to licensing. */
export function licensedPhoneOf(
  { flow }: ServerRequest,
  caller: Caller,
  locations: Locations,
): LicensedPhone {
  return deviceBehind(locations, caller, flow.id);
}
