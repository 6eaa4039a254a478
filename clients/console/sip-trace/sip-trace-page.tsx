// SIP messages of a moment ago: who talked with whom, and one of them as a diagram.
import { CallView } from './call-view.tsx';
import { CallsView } from './calls-view.tsx';
import { useOpenCall } from './use-trace-search.ts';

export default function SipTracePage() {
  const [callId, open] = useOpenCall();
  if (callId === undefined) return <CallsView />;
  return <CallView key={callId} callId={callId} close={() => open()} />;
}
