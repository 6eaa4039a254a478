// What must be true of what two ends read from the same offer and answer. Used by properties and the fuzz target.
import { reversed } from '../attribute/direction.ts';
import type { AgreedMedia } from '../negotiation/agreement.ts';

/** @throws Error where what one end sends is not what the other expects. */
export function checkMirror(ours: readonly AgreedMedia[], theirs: readonly AgreedMedia[]): void {
  same(ours.length, theirs.length, 'number of media');
  for (const [index, one] of ours.entries()) {
    const other = theirs[index] as AgreedMedia;
    same(one.isRejected, other.isRejected, `media ${index}: rejected`);
    same(one.transport.index, other.transport.index, `media ${index}: transport`);
    same(one.transport.isRtcpMux, other.transport.isRtcpMux, `media ${index}: rtcp-mux`);
    if (one.isRejected) continue;
    same(one.direction, reversed(other.direction), `media ${index}: direction`);
    same(one.codecs.map(sent), other.codecs.map(received), `media ${index}: codecs to send`);
    same(one.codecs.map(received), other.codecs.map(sent), `media ${index}: codecs to receive`);
    same(
      one.telephoneEvent && sent(one.telephoneEvent),
      other.telephoneEvent && received(other.telephoneEvent),
      'events',
    );
    checkSecurity(one, other);
  }
}

function checkSecurity(one: AgreedMedia, other: AgreedMedia): void {
  const [a, b] = [one.transport.security, other.transport.security];
  same(a.kind, b.kind, 'protection');
  if (a.kind === 'dtls' && b.kind === 'dtls')
    same(a.role, b.role === 'client' ? 'server' : 'client', 'DTLS role');
  if (a.kind === 'sdes' && b.kind === 'sdes') {
    same(a.suite, b.suite, 'suite');
    same(a.sendKey, b.receiveKeys[0], 'key to send with');
    same(a.receiveKeys[0], b.sendKey, 'key to receive with');
  }
}

function sent({ name, clockRate, sendPayloadType }: AgreedMedia['codecs'][number]) {
  return [name, clockRate, sendPayloadType];
}

function received({ name, clockRate, receivePayloadType }: AgreedMedia['codecs'][number]) {
  return [name, clockRate, receivePayloadType];
}

function same(one: unknown, other: unknown, what: string): void {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  if (a !== b) throw new Error(`${what}: ${a} here, ${b} there`);
}
