// The books of calls as queries: what is asked, and under which key the answer is kept.
import type { CallRecord, CallSide, ShownRecord } from '@parley/services/calls/contract';
import type { QualityReport, RecordQuality, StreamReport, Summary } from '@parley/services/quality/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from '../../kit/http/request.ts';
import { QueryFault } from '../admin-api.ts';

export type { CallSide, QualityReport, StreamReport };
export type ListedCall = CallRecord & Omit<Summary, 'recordId'>;
export type ShownCall = ShownRecord & RecordQuality;
interface CallPage {
  readonly calls: readonly ListedCall[];
  readonly next?: number;
}

export interface CallFilter {
  /** Empty for everybody. */
  readonly userId: string;
  /** How far back, in milliseconds; 0 for all. */
  readonly backMs: number;
  readonly onlyBad: boolean;
}

export function callsQuery(filter: CallFilter) {
  return infiniteQueryOptions({
    queryKey: ['calls', filter],
    queryFn: ({ pageParam }) => {
      const parameters = filterOf(filter);
      if (pageParam > 0) parameters.set('before', String(pageParam));
      return ask<CallPage>(`?${parameters}`);
    },
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
  });
}

export function callQuery(recordId: string) {
  return queryOptions({
    queryKey: ['call', recordId],
    queryFn: () => ask<ShownCall>(`/${encodeURIComponent(recordId)}`),
    refetchInterval: ({ state }) => (state.data?.record.endedAt === null ? 5_000 : false),
  });
}

export function exportAddress(filter: CallFilter): string {
  return `/api/v1/admin/calls.csv?${filterOf(filter)}`;
}

function filterOf({ userId, backMs, onlyBad }: CallFilter): URLSearchParams {
  const parameters = new URLSearchParams();
  if (userId !== '') parameters.set('userId', userId);
  if (backMs > 0) parameters.set('since', String(Date.now() - backMs));
  if (onlyBad) parameters.set('bad', 'true');
  return parameters;
}

async function ask<T>(path: string): Promise<T> {
  const outcome = await request<T>('GET', `/admin/calls${path}`);
  if (!outcome.ok) throw new QueryFault(outcome.fault);
  return outcome.value;
}
