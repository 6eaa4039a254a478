// Fuzz target of DTLS: whatever the bytes, nothing throws, nobody gets in, and little is sent. Run by `npm run fuzz` and by the properties.
import { newDtlsIdentity } from './identity.ts';
import { DtlsServer } from './server.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = [];

const identity = await newDtlsIdentity(0);
const fingerprints = [identity.certificate.fingerprint256];
const HEADER = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0];

export function fuzz(data: Uint8Array): void {
  const server = new DtlsServer({ identity, fingerprints, srtpProfiles: [7, 1], nowMs: 0 });
  let sent = 0;
  // As it is, and as the content of a record that is whole.
  const record = Buffer.concat([Buffer.from([...HEADER, data.length >> 8, data.length & 0xff]), data]);
  for (const [at, datagram] of [data, record, record].entries())
    for (const each of server.receive(datagram, at)) sent += each.length;
  for (const each of server.advance(1_000)) sent += each.length;
  if (server.keys !== undefined) throw new Error('let in');
  if (sent > 4_000) throw new Error(`${sent} bytes were sent`);
}
