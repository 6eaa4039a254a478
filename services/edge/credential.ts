// The credentials with which browsers use the relay: made for one person, good for an hour, known to every relay by one secret.
import {
  type Mac,
  readTimeLimitedName,
  type TurnPassword,
  timeLimitedCredential,
  timeLimitedPassword,
} from '@parley/protocol/ice';
import { type IceServer, MAX_ICE_SERVERS } from './contract.ts';

/** A browser asks before each call; what has begun lives on. */
export const CREDENTIAL_MS = 3_600_000;

/** @param relays the addresses of each relay that runs. */
export function iceServersOf(
  relays: readonly (readonly string[])[],
  mac: Mac,
  userId: string,
  nowMs: number,
): IceServer[] {
  const expiresAtMs = Math.floor((nowMs + CREDENTIAL_MS) / 1000) * 1000;
  const { username, password } = timeLimitedCredential(mac, userId, expiresAtMs / 1000);
  return relays
    .filter((urls) => urls.length > 0)
    .slice(0, MAX_ICE_SERVERS)
    .map((urls) => ({ urls: [...urls], username, credential: password, expiresAtMs }));
}

/** The password of a name that we made; undefined for others, and for whom `isBarred` names. */
export function passwordOf(
  username: string,
  mac: Mac,
  nowMs: number,
  isBarred: (userId: string) => boolean,
): TurnPassword | undefined {
  const read = readTimeLimitedName(username);
  if (read === undefined || isBarred(read.user)) return undefined;
  return {
    password: timeLimitedPassword(mac, username),
    user: read.user,
    hasExpired: read.expiresAtUnixS * 1000 <= nowMs,
  };
}

/** Addresses for browsers of what this process listens on: UDP first, TLS last, for it passes where nothing else does. */
export function relayUrls(
  hostName: string,
  listening: readonly { readonly transport: 'udp' | 'tcp' | 'tls'; readonly port: number }[],
): string[] {
  const host = hostName.includes(':') ? `[${hostName}]` : hostName;
  return listening.map(({ transport, port }) =>
    transport === 'tls'
      ? `turns:${host}:${port}?transport=tcp`
      : `turn:${host}:${port}?transport=${transport}`,
  );
}
