// Authentication-Info and Proxy-Authentication-Info: the server's proof, and the nonce to use next (RFC 3261 §20.6,
// RFC 7616 §3.5).
import { quote } from '../grammar.ts';
import { parseAuthParams } from './auth-params.ts';
import { nonceCountText } from './digest-credentials.ts';

export interface AuthenticationInfo {
  readonly nextNonce?: string | undefined;
  /** With qop=auth: the digest that shows that the server knows the secret too. */
  readonly proof?:
    | { readonly response: string; readonly cnonce: string; readonly nonceCount: number }
    | undefined;
}

/** undefined where it cannot be read or says nothing that is understood. */
export function parseAuthenticationInfo(text: string): AuthenticationInfo | undefined {
  const params = parseAuthParams(text, 0);
  if (params === undefined) return undefined;
  const nextNonce = params.get('nextnonce');
  const response = params.get('rspauth')?.toLowerCase();
  const cnonce = params.get('cnonce');
  const nc = params.get('nc');
  if (nextNonce === undefined && response === undefined) return undefined;
  if (response === undefined) return { nextNonce };
  if (!/^[0-9a-f]{32,128}$/.test(response) || params.get('qop')?.toLowerCase() !== 'auth') return undefined;
  if (cnonce === undefined || nc === undefined || !/^[0-9a-fA-F]{8}$/.test(nc)) return undefined;
  const proof = { response, cnonce, nonceCount: Number.parseInt(nc, 16) };
  return { ...(nextNonce === undefined ? {} : { nextNonce }), proof };
}

export function serializeAuthenticationInfo(value: AuthenticationInfo): string {
  const parts: string[] = [];
  if (value.nextNonce !== undefined) parts.push(`nextnonce=${quote(value.nextNonce)}`);
  if (value.proof !== undefined) {
    const { response, cnonce, nonceCount } = value.proof;
    parts.push(`qop=auth, rspauth="${response}", cnonce=${quote(cnonce)}, nc=${nonceCountText(nonceCount)}`);
  }
  return parts.join(', ');
}
