// Everything of calls that is there on every page: the softphone itself, what rings, and the calls beside the one in front.
import { lazy, Suspense, useEffect } from 'react';
import { incomingOf } from '../../kit/calls/sides.ts';
import { Softphone } from '../../kit/calls/softphone.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { CallAnnouncer } from './call-announcer.tsx';
import { CallBar } from './call-bar.tsx';
import { loadCallTexts } from './call-texts.ts';
import { phone, usePhoneState } from './phone.ts';
import { useCallNotices } from './use-call-notices.ts';
import { useFollowTransfer } from './use-follow-transfer.ts';

await loadCallTexts();

const RateCall = lazy(() => import('./rate-call.tsx'));
const CallToasts = lazy(() => import('./call-toasts.tsx'));

export default function CallLayer() {
  const client = useLiveClient();
  const userId = useLive(({ live }) => live.me?.userId);

  useEffect(() => {
    if (userId === undefined) return;
    const softphone = new Softphone(client, userId);
    phone.setState({ softphone });
    return () => {
      phone.setState({ softphone: null });
      softphone.close();
    };
  }, [client, userId]);

  const rings = useLive(({ live }) => incomingOf(live.calls).length > 0);
  const asked = usePhoneState((state) => state.asked);
  useCallNotices();
  useFollowTransfer();
  return (
    <>
      <CallBar />
      <Suspense>{rings && <CallToasts />}</Suspense>
      <Suspense>{asked !== null && <RateCall key={asked.sideId} />}</Suspense>
      <CallAnnouncer />
    </>
  );
}
