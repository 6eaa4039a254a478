export { BackOff, type BackOffLimits, defaultBackOffLimits, type Rest } from './back-off.ts';
export type { DnsAnswer, DnsQuestion, NaptrRecord, SrvRecord } from './dns-record.ts';
export {
  type AddressFamily,
  type LocatedServer,
  type LocatedTransport,
  type LocateEnd,
  type LocateOptions,
  type LocateStep,
  type LocateTarget,
  type Locating,
  locateServers,
} from './locate-servers.ts';
export { orderServers } from './srv-order.ts';
