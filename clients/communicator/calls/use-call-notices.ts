// Calls that ring, on the desktop: where nobody looks at Parley and the user wants notifications. The service worker brings
// the buttons; what is pressed there comes back as a message.
import type { CallSide } from '@parley/services/calls/contract';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { incomingOf } from '../../kit/calls/sides.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { preferences } from '../../kit/theme/preferences.ts';
import { closeCallNotice, showCallNotice } from '../attention/call-notices.ts';
import { mayNotify } from '../attention/notifications.ts';
import { phone } from './phone.ts';
import { useGoToCall } from './use-call.ts';

export function useCallNotices(): void {
  const { t } = useTranslation();
  const goToCall = useGoToCall();
  const calls = useLive(({ live }) => live.calls);
  const ringing = useMemo(() => incomingOf(calls), [calls]);
  const ids = ringing.map(({ sideId }) => sideId).join(' ');

  // biome-ignore lint/correctness/useExhaustiveDependencies: each call is told of once
  useEffect(() => {
    const isBeforeOne = document.visibilityState === 'visible' && document.hasFocus();
    if (isBeforeOne || !preferences.getState().notifications || !mayNotify()) return;
    for (const { sideId, other } of ringing)
      void showCallNotice(
        { sideId, title: t('calls.callFrom', { name: other.name }), body: other.address },
        t,
      );
    return () => {
      for (const { sideId } of ringing) void closeCallNotice(sideId);
    };
  }, [ids]);

  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const take = ({ data }: MessageEvent<{ type?: unknown; sideId?: unknown; action?: unknown } | null>) => {
      const { softphone } = phone.getState();
      if (data?.type !== 'call' || typeof data.sideId !== 'string' || softphone === null) return;
      const { sideId, action } = data;
      const side: CallSide | undefined = ringing.find((one) => one.sideId === sideId);
      if (action === 'decline') void softphone.decline(sideId);
      if (action === 'answer')
        void softphone.answer(sideId, false).then(({ ok }) => {
          if (ok && side !== undefined) void goToCall(side);
        });
    };
    navigator.serviceWorker.addEventListener('message', take);
    return () => navigator.serviceWorker.removeEventListener('message', take);
  }, [ringing, goToCall]);
}
