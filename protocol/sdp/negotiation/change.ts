// What a later description of the same end changes (RFC 3264 §8): for who has a session and gets a re-INVITE or an UPDATE.
import type { SessionDescription } from '../description.ts';
import { sdpText } from '../serializer.ts';
import { effectiveDirection, type MediaView, readSession } from './session-view.ts';
import { isSameSession } from './write-session.ts';

export interface SessionChange {
  /** Another session altogether: the peer was restarted, or a call was moved to another one. */
  readonly isOtherSession: boolean;
  /** Nothing but the version, or not even that: a refresh (RFC 4028 §7.4). */
  readonly isUnchanged: boolean;
  /** The version went up by one exactly when something changed; peers that get this wrong are common. */
  readonly isVersionRight: boolean;
  /** By place; empty where nothing changed there. */
  readonly media: readonly (readonly MediaChange[])[];
}

export type MediaChange =
  | 'added'
  | 'ended'
  | 'revived'
  | 'kind'
  | 'direction'
  | 'codecs'
  | 'address'
  | 'ice-restart'
  | 'candidates'
  | 'certificate'
  | 'keys'
  | 'other';

/** From `previous` to `next`, both of the same end. */
export function changesOf(previous: SessionDescription, next: SessionDescription): SessionChange {
  const isUnchanged = sdpText({ ...next, origin: previous.origin }) === sdpText(previous);
  const [before, after] = [readSession(previous), readSession(next)];
  const [was, is] = [previous.origin.sessionVersion, next.origin.sessionVersion];
  return {
    isOtherSession: !isSameSession(previous.origin, next.origin),
    isUnchanged,
    isVersionRight: isUnchanged ? was === is : isOneMore(was, is),
    media: after.media.map((media, index) => mediaChanges(before.media[index], media)),
  };
}

function isOneMore(was: string, is: string): boolean {
  const areNumbers = [was, is].every((text) => /^\d{1,64}$/.test(text));
  return areNumbers && BigInt(is) === BigInt(was) + 1n;
}

function mediaChanges(before: MediaView | undefined, after: MediaView): MediaChange[] {
  if (before === undefined) return ['added'];
  if (before.isRejected)
    return after.isRejected ? [] : before.kind === after.kind ? ['revived'] : ['revived', 'kind'];
  if (after.isRejected) return ['ended'];
  const changes: MediaChange[] = [];
  const look = (change: MediaChange, part: (media: MediaView) => unknown) => {
    if (JSON.stringify(part(before)) !== JSON.stringify(part(after))) changes.push(change);
  };
  look('kind', ({ kind }) => kind);
  look('direction', effectiveDirection);
  look('codecs', ({ codecs }) => codecs);
  look('address', ({ transport: { connection, port, rtcp } }) => [connection, port, rtcp]);
  if (isIceRestart(before, after)) changes.push('ice-restart');
  else look('candidates', ({ transport }) => transport.ice);
  look('certificate', ({ transport: { fingerprints, tlsId } }) => [fingerprints, tlsId]);
  look('keys', ({ transport }) => transport.cryptos);
  look(
    'other',
    ({ ptimeMs, maxptimeMs, headerExtensions, bandwidths, msids, sources, rids, simulcast, sctp }) => [
      [ptimeMs, maxptimeMs, headerExtensions, bandwidths, msids],
      [sources, rids, simulcast, sctp],
    ],
  );
  return changes;
}

/** RFC 8839 §4.4.1.1.1: new username fragment and password. One that changes alone is a restart too: its checks would fail. */
export function isIceRestart(before: MediaView, after: MediaView): boolean {
  const [was, is] = [before.transport.ice, after.transport.ice];
  if (was === undefined || is === undefined) return false;
  return was.ufrag !== is.ufrag || was.password !== is.password;
}
