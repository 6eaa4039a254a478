// The address of the page holds which Call-ID is open, so that it can be sent to a colleague and Back goes to the list.
import { useNavigate, useSearch } from '@tanstack/react-router';

export function useOpenCall(): readonly [callId: string | undefined, open: (callId?: string) => void] {
  const search: { readonly call?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const callId = typeof search.call === 'string' && search.call !== '' ? search.call : undefined;
  return [
    callId,
    (next) => void navigate({ to: '/sip-messages', search: next === undefined ? {} : { call: next } }),
  ];
}
