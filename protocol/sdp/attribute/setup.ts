// a=setup: who opens the DTLS association (RFC 4145 §4, RFC 8842 §5).

export type Setup = 'active' | 'passive' | 'actpass' | 'holdconn';
/** Who sends the ClientHello. */
export type DtlsRole = 'client' | 'server';

export function parseSetup(value: string): Setup | undefined {
  const setup = value.trim().toLowerCase();
  const isKnown = setup === 'active' || setup === 'passive' || setup === 'actpass' || setup === 'holdconn';
  return isKnown ? setup : undefined;
}

/**
 * What to answer to an offer (RFC 4145 §4.1). `preferred` decides only where the offer leaves the choice.
 * @returns undefined where the offer wants no association: DTLS has no holdconn (RFC 8842 §5.2).
 */
export function answeredSetup(
  offered: Setup | undefined,
  preferred: 'active' | 'passive',
): 'active' | 'passive' | undefined {
  if (offered === 'holdconn') return undefined;
  if (offered === 'actpass') return preferred;
  // RFC 4145 §4: "the default value of the setup attribute in an offer/answer exchange is 'active' in the offer".
  return offered === 'passive' ? 'active' : 'passive';
}

/** The role of the writer of `local`; undefined where the two do not fit. */
export function dtlsRole(local: Setup | undefined, remote: Setup | undefined): DtlsRole | undefined {
  if (local === 'active' && remote !== 'active') return 'client';
  if (local === 'passive' && remote !== 'passive') return 'server';
  if (local !== 'actpass') return undefined;
  if (remote === 'active') return 'server';
  // RFC 4145 §4: 'passive' is the default of an answer.
  return remote === 'passive' || remote === undefined ? 'client' : undefined;
}
