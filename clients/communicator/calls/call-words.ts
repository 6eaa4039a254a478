// The state of a call in plain words, for eyes and for screen readers; the same everywhere.
import type { CallSide } from '@parley/services/calls/contract';
import type { TFunction } from 'i18next';
import type { SessionView } from '../../kit/calls/call-session.ts';
import { isIncoming } from '../../kit/calls/sides.ts';

/** Null where the clock says enough: the call is on. */
export function callWords(t: TFunction, side: CallSide, session: SessionView | undefined): string | null {
  const { name } = side.other;
  if (isIncoming(side)) return t('calls.state.incoming');
  if (side.state === 'trying') return t('calls.state.trying');
  if (side.state === 'ringing') return t('calls.state.ringing', { name });
  if (session === undefined)
    return side.device?.kind === 'phone'
      ? t('calls.state.elsewhere', { device: side.device.name || t('calls.anotherDevice') })
      : t('calls.state.otherWindow');
  if (side.heldByMe && side.heldByOther) return t('calls.state.heldByBoth');
  if (side.heldByMe) return t('calls.state.heldByMe');
  if (side.heldByOther) return t('calls.state.heldByOther', { name });
  if (side.attendedBy === 'voicemail' && session.phase === 'connected') return t('calls.state.voicemail');
  if (session.phase === 'lost') return t('calls.state.lost');
  return session.phase === 'starting' ? t('calls.state.starting') : null;
}

/** Why a call ended, and what can be done. */
export function endWords(t: TFunction, side: CallSide): { sentence: string; remedy: string } {
  const { name } = side.other;
  const reason = side.end?.reason ?? 'hung-up';
  return { sentence: t(`calls.ended.${reason}`, { name }), remedy: remedyOf(t, side) };
}

function remedyOf(t: TFunction, { end }: CallSide): string {
  switch (end?.reason) {
    case 'busy':
    case 'unanswered':
    case 'declined':
    case 'unreachable':
      return t('calls.remedy.write');
    case 'not-found':
      return t('calls.remedy.check');
    case 'media-lost':
    case 'failed':
      return t('calls.remedy.again');
    case 'no-common-media':
      return t('calls.remedy.otherDevice');
    default:
      return '';
  }
}
