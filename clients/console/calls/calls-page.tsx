// The books of calls: the list, or one call where the address names one.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CallList } from './call-list.tsx';
import { CallPage } from './call-page.tsx';

export default function CallsPage() {
  const search: { readonly call?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const recordId = typeof search.call === 'string' && search.call !== '' ? search.call : undefined;
  if (recordId === undefined) return <CallList />;
  return (
    <CallPage key={recordId} recordId={recordId} close={() => void navigate({ to: '/calls', search: {} })} />
  );
}
