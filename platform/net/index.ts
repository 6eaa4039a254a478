export type { Clock, MonotonicMs, UnixMs } from './clock.ts';
export { systemClock } from './clock-system.ts';
export type {
  ClientOutcome,
  Destination,
  Flow,
  ResponseOptions,
  ServerRequest,
  SipServer,
  SipTransport,
} from './sip-server.ts';
