// How one media stream is protected: DTLS-SRTP (RFC 5763 §5, RFC 8842 §5), keys in the description (RFC 4568 §5.1) or not at
// all. The answerer picks, and both ends read the same from what was said.
import { type Crypto, type CryptoKey, SRTP_SUITES } from '../attribute/crypto.ts';
import type { Fingerprint } from '../attribute/fingerprint.ts';
import { answeredSetup, type DtlsRole, dtlsRole } from '../attribute/setup.ts';
import type { Capabilities, LocalDtls, LocalTransport } from './capabilities.ts';
import type { MediaView, TransportView } from './session-view.ts';

/** What the media engine does with a stream. */
export type AgreedSecurity =
  | {
      readonly kind: 'dtls';
      readonly role: DtlsRole;
      /** The other end's certificate has one of them. */
      readonly fingerprints: readonly Fingerprint[];
    }
  | {
      readonly kind: 'sdes';
      readonly suite: string;
      /** What we protect with, and what the other end protects with. */
      readonly sendKey: CryptoKey;
      readonly receiveKeys: readonly CryptoKey[];
    }
  | { readonly kind: 'none' };

export type AnsweredSecurity =
  | { readonly kind: 'dtls'; readonly local: LocalDtls; readonly setup: 'active' | 'passive' }
  | { readonly kind: 'sdes'; readonly crypto: Crypto }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The best of `capabilities.security` that the offer has too. `keptRole` is that of an association that lives on
 * (RFC 8842 §5.5).
 */
export function chooseSecurity(
  offered: MediaView,
  own: LocalTransport,
  { security }: Pick<Capabilities, 'security'>,
  keptRole: DtlsRole | undefined,
): AnsweredSecurity {
  const { fingerprints, setup, cryptos } = offered.transport;
  const mustProtect = isSecureProtocol(offered.protocol);
  for (const kind of security) {
    if (kind === 'dtls' && fingerprints.length > 0 && own.dtls !== undefined) {
      const preferred =
        keptRole === undefined ? own.dtls.preferred : keptRole === 'client' ? 'active' : 'passive';
      const answered = answeredSetup(setup, preferred ?? 'active');
      if (answered !== undefined) return { kind, local: own.dtls, setup: answered };
    }
    if (kind === 'sdes') {
      const crypto = chooseCrypto(cryptos, own.sdes ?? []);
      if (crypto !== undefined) return { kind, crypto };
    }
    if (kind === 'none' && !mustProtect) return { kind };
  }
  const offers = [fingerprints.length > 0 ? 'DTLS' : '', cryptos.length > 0 ? 'keys in the description' : ''];
  const brings = offers.filter((each) => each !== '').join(' and ') || 'no keys';
  return {
    kind: 'refused',
    reason: `no common protection: the offer has ${offered.protocol} with ${brings}`,
  };
}

/** RFC 4568 §5.1.2: the first line of the offer that is fully understood; the answer has its tag. */
function chooseCrypto(
  offered: readonly Crypto[],
  own: NonNullable<LocalTransport['sdes']>,
): Crypto | undefined {
  for (const crypto of offered) {
    const ours = own.find(({ suite }) => suite === crypto.suite);
    if (ours !== undefined && isUsable(crypto))
      return { tag: crypto.tag, suite: crypto.suite, keys: [ours.key], sessionParameters: [] };
  }
  return undefined;
}

/** RFC 4568 §6.3.7: a session parameter that is not known and has no `-` before it makes the line unusable. */
function isUsable({ suite, sessionParameters }: Crypto): boolean {
  return SRTP_SUITES.has(suite) && sessionParameters.every((parameter) => parameter.startsWith('-'));
}

export function isSecureProtocol(protocol: string): boolean {
  const upper = protocol.toUpperCase();
  return upper.includes('SAVP') || upper.includes('TLS');
}

/** @returns undefined where what was said does not fit together. */
export function agreedSecurity(
  local: TransportView,
  remote: TransportView,
  protocol: string,
  isOfferer: boolean,
): AgreedSecurity | undefined {
  if (local.fingerprints.length > 0 && remote.fingerprints.length > 0) {
    const [offered, answered] = isOfferer ? [local, remote] : [remote, local];
    // The defaults differ: an offer without setup is active, an answer without is passive (RFC 4145 §4).
    const [ours, theirs] = isOfferer
      ? [offered.setup ?? 'active', answered.setup ?? 'passive']
      : [answered.setup ?? 'passive', offered.setup ?? 'active'];
    const role = dtlsRole(ours, theirs);
    return role && { kind: 'dtls', role, fingerprints: remote.fingerprints };
  }
  if (local.cryptos.length > 0 && remote.cryptos.length > 0) {
    const answer = (isOfferer ? remote : local).cryptos[0] as Crypto;
    const offered = (isOfferer ? local : remote).cryptos.find(({ tag }) => tag === answer.tag);
    // RFC 4568 §5.1.3: "the offerer MUST verify" that tag and suite are of one line of the offer.
    if (offered === undefined || offered.suite !== answer.suite) return undefined;
    const [ours, theirs] = isOfferer ? [offered, answer] : [answer, offered];
    const sendKey = ours.keys[0] as CryptoKey;
    return { kind: 'sdes', suite: answer.suite, sendKey, receiveKeys: theirs.keys };
  }
  return isSecureProtocol(protocol) ? undefined : { kind: 'none' };
}
