// Which transports a domain offers by its NAPTR records (RFC 3263 §4.1, §8.1). Used by locate-servers.ts.
import type { NaptrRecord } from './dns-record.ts';
import type { LocatedTransport } from './locate-servers.ts';

const TRANSPORTS: Readonly<Record<string, LocatedTransport>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
};

export interface OfferedTransport {
  readonly transport: LocatedTransport;
  /** Where its SRV records are. */
  readonly srvName: string;
}

/** @returns in the order that the domain wants; undefined where it says nothing about SIP at all. */
export function offeredTransports(
  records: readonly NaptrRecord[],
  isUsable: (transport: LocatedTransport) => boolean,
): readonly OfferedTransport[] | undefined {
  const aboutSip = records.filter(({ service }) => /^sips?\+/i.test(service));
  if (aboutSip.length === 0) return undefined;
  return aboutSip
    .toSorted((one, other) => one.order - other.order || one.preference - other.preference)
    .flatMap(({ service, flags, replacement }) => {
      const transport = TRANSPORTS[service.toUpperCase()];
      // RFC 3263 §4.1: "the flag is `s`": the replacement is the name of SRV records.
      if (transport === undefined || !isUsable(transport) || flags.toLowerCase() !== 's') return [];
      return replacement === '' || replacement === '.' ? [] : [{ transport, srvName: replacement }];
    });
}
