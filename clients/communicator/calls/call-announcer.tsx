// Reads out to a screen reader how calls stand: that one rings at once, everything else when there is time.
import type { CallSide } from '@parley/services/calls/contract';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { incomingOf, ongoingOf } from '../../kit/calls/sides.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { callWords, endWords } from './call-words.ts';
import { usePhoneState } from './phone.ts';

export function CallAnnouncer() {
  const { t } = useTranslation();
  const calls = useLive(({ live }) => live.calls);
  const { sessions, endings, placing } = usePhoneState((state) => state);
  const ringing = useMemo(() => incomingOf(calls), [calls]);
  const said = (side: CallSide) => {
    const session = sessions[side.sideId];
    const words = callWords(t, side, session) ?? t('calls.state.connected');
    return `${side.other.name}: ${words}${session?.muted === true ? ` ${t('calls.youAreMuted')}` : ''}`;
  };
  const [last] = endings;
  const lines = [
    ...(placing === null ? [] : [`${placing.name}: ${t('calls.state.placing')}`]),
    ...ongoingOf(calls).map(said),
    ...(last === undefined ? [] : [endWords(t, last).sentence]),
  ];
  return (
    <>
      <p className="parley-hidden" role="alert">
        {ringing
          .map(({ other }) => `${t('calls.callFrom', { name: other.name })} ${t('calls.reachBy')}`)
          .join(' ')}
      </p>
      <p className="parley-hidden" aria-live="polite" data-call-announcer>
        {lines.join(' ')}
      </p>
    </>
  );
}
