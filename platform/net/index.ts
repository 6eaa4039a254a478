export type { AdmissionLimits } from './admission.ts';
export {
  type Certificates,
  keepCertificates,
  loadCertificates,
  type ObtainOptions,
  obtainCertificates,
  withPeerAuthorities,
} from './certificates.ts';
export type { Clock, MonotonicMs, UnixMs } from './clock.ts';
export { systemClock } from './clock-system.ts';
export type { CloseReason, Connection, ConnectionLimits, ConnectionReceiver } from './connection.ts';
export { CONTENT_ENCODINGS, type DecodedBody, decodeBody } from './content-encoding.ts';
export { fetchOutside, type OutsideAnswer, type OutsideFault, type OutsideOptions } from './fetch-outside.ts';
export { isInternalAddress } from './internal-address.ts';
export { type Located, type LocateWish, type Locator, type LocatorOptions, openLocator } from './locate.ts';
export { loopbackPair } from './loopback.ts';
export { localAddressFor, plainAddress, sourceGroup } from './net-address.ts';
export { type NetEvent, netEvents } from './net-counts.ts';
export { type Endpoint, NetError, type NetErrorCode } from './net-error.ts';
export { AddressSet, type PeerAddress, parsePeerAddress } from './peer-address.ts';
export { type OpenedSipServer, openSipServer, type SipListen, type SipServerOptions } from './sip-driver.ts';
export { defaultSipLimits, type SipLimits } from './sip-limits.ts';
export type {
  ClientListener,
  ClientOutcome,
  ClientTransaction,
  Destination,
  Flow,
  MessageListener,
  PeerCertificate,
  ResponseOptions,
  ServerRequest,
  SipServer,
  SipTransport,
} from './sip-server.ts';
export type { RateLimit } from './source-rate.ts';
export { type ReplaceableTlsSource, type TlsMaterial, type TlsSource, tlsSource } from './tls-material.ts';
export {
  type OpenedTurnPort,
  openTurnDriver,
  type TurnDriverOptions,
  type TurnListening,
  type TurnPort,
  type TurnRules,
} from './turn-driver.ts';
export { DatagramBatch, type OpenUdpPort, type UdpBatchPort, type UdpPortOptions } from './udp-batch-port.ts';
export { chooseUdpPort, type UdpChoice } from './udp-best.ts';
export { openDgramPort } from './udp-dgram.ts';
export { type SipUpgradeOptions, sipUpgrade } from './ws.ts';
