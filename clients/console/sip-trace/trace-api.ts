// The traces as queries: what is asked, and under which key the answer is kept.
import type {
  Ladder,
  Opening,
  Participant,
  Step,
  TraceCall,
  TraceCover,
  TraceText,
} from '@parley/services/monitoring/contract';
import { queryOptions } from '@tanstack/react-query';
import { request } from '../../kit/http/request.ts';
import { QueryFault } from '../admin-api.ts';

export type { Ladder, Opening, Participant, Step, TraceCall, TraceText };

const LIVE_MS = 2_000;
const LIMIT = 200;

export interface TraceSearch {
  readonly query: string;
  /** Empty for all. */
  readonly method: string;
  /** `2` … `6`, `0` for no answer yet, empty for all. */
  readonly outcome: string;
}

export function callsQuery({ query, method, outcome }: TraceSearch, live: boolean) {
  const parameters = new URLSearchParams({ limit: String(LIMIT) });
  if (query !== '') parameters.set('query', query);
  if (method !== '') parameters.set('method', method);
  if (outcome !== '') parameters.set('statusClass', outcome);
  return queryOptions({
    queryKey: ['traces', query, method, outcome],
    queryFn: () => ask<{ calls: TraceCall[]; more: boolean; cover: TraceCover }>(`?${parameters}`),
    refetchInterval: live ? LIVE_MS : false,
    placeholderData: (before) => before,
  });
}

export function ladderQuery(callId: string, live: boolean) {
  return queryOptions({
    queryKey: ['trace-ladder', callId],
    queryFn: () => ask<{ ladder: Ladder; silent: number }>(`/ladder?${new URLSearchParams({ callId })}`),
    refetchInterval: (query) => (live && query.state.error === null ? LIVE_MS : false),
  });
}

/** Asked once: each time that a text is opened is written down. */
export function textQuery(callId: string, id: string) {
  return queryOptions({
    queryKey: ['trace-text', callId, id],
    queryFn: async () =>
      (await ask<{ texts: TraceText[] }>(`/texts?${new URLSearchParams({ callId, id })}`)).texts[0] ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const openingsQuery = queryOptions({
  queryKey: ['trace-openings'],
  queryFn: async () => (await ask<{ openings: Opening[] }>('/openings?limit=50')).openings,
  staleTime: 0,
});

export function exportAddress(callId: string, format: 'text' | 'pcap'): string {
  return `/api/v1/admin/traces/export?${new URLSearchParams({ callId, format })}`;
}

async function ask<T>(path: string): Promise<T> {
  const outcome = await request<T>('GET', `/admin/traces${path}`);
  if (!outcome.ok) throw new QueryFault(outcome.fault);
  return outcome.value;
}
