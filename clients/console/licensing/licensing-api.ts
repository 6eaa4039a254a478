// The licensing API as queries and acts: POST /api/v1/licensing/<name>, described by the service's table of operations.
import type { OperationName, OperationReply, OperationRequest } from '@parley/services/licensing/contract';
import { infiniteQueryOptions, type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query';
import type { Outcome } from '../../kit/fault.ts';
import { request } from '../../kit/http/request.ts';
import { QueryFault } from '../admin-api.ts';

export type { OperationName, OperationReply, OperationRequest };
export type Position = OperationReply<'position'>;
export type PositionLine = Position['lines'][number];
export type Stock = OperationReply<'stock'>;
export type Grant = Stock['grants'][number];
export type Agreement = Stock['agreements'][number];
export type SaTerm = Stock['saTerms'][number];
export type SubjectRow = OperationReply<'subjects'>['items'][number];
export type Subject = SubjectRow['subject'];
export type EvidenceRow = OperationReply<'evidence'>['items'][number];
export type Settings = OperationReply<'settings'>;
export type AuditRow = OperationReply<'audit'>['items'][number];
export type FeatureVerdict = OperationReply<'features'>['features'][number];
export type LicenceRole = OperationReply<'my-roles'>['roles'][number];
export type InstalledFile = OperationReply<'files'>['files'][number];
export type PinnedKey = OperationReply<'files'>['keys'][number];
export type ImportKind = OperationRequest<'import'>['kind'];
export type ImportReport = OperationReply<'import'>;

const PAGE = 100;
const KEY = 'licensing';

/** Asks for one operation; a refusal is a value. */
export function licensing<N extends OperationName>(
  name: N,
  body: OperationRequest<N>,
): Promise<Outcome<OperationReply<N>>> {
  return request<OperationReply<N>>('POST', `/licensing/${name}`, body);
}

export function licensingQuery<N extends OperationName>(name: N, body: OperationRequest<N>) {
  return queryOptions({ queryKey: [KEY, name, body], queryFn: () => ask(name, body) });
}

export type SubjectFilter = Pick<OperationRequest<'subjects'>, 'kind' | 'query' | 'only'>;

export function subjectsQuery(filter: SubjectFilter) {
  return infiniteQueryOptions({
    queryKey: [KEY, 'subjects', 'pages', filter],
    queryFn: ({ pageParam }) =>
      ask('subjects', { ...filter, limit: PAGE, ...(pageParam === '' ? {} : { after: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
}

export function evidenceQuery(filter: Pick<OperationRequest<'evidence'>, 'query' | 'unlicensedOnly'>) {
  return infiniteQueryOptions({
    queryKey: [KEY, 'evidence', 'pages', filter],
    queryFn: ({ pageParam }) =>
      ask('evidence', { ...filter, limit: PAGE, ...(pageParam === '' ? {} : { after: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
}

export function auditQuery(query: string) {
  return infiniteQueryOptions({
    queryKey: [KEY, 'audit', 'pages', query],
    queryFn: ({ pageParam }) =>
      ask('audit', {
        limit: PAGE,
        ...(query === '' ? {} : { query }),
        ...(pageParam === 0 ? {} : { before: pageParam }),
      }),
    initialPageParam: 0,
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)?.seq),
  });
}

/** For acts: whatever was done, every licence page asks again. */
export function useAct(): <N extends OperationName>(
  name: N,
  body: OperationRequest<N>,
) => Promise<Outcome<OperationReply<N>>> {
  const queries = useQueryClient();
  return async (name, body) => {
    const outcome = await licensing(name, body);
    if (outcome.ok) await refreshLicences(queries);
    return outcome;
  };
}

export function refreshLicences(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: [KEY] });
}

/** Where a report is downloaded from. */
export function exportAddress(name: string): string {
  return `/api/v1/licensing/export/${name}`;
}

async function ask<N extends OperationName>(name: N, body: OperationRequest<N>): Promise<OperationReply<N>> {
  const outcome = await licensing(name, body);
  if (!outcome.ok) throw new QueryFault(outcome.fault);
  return outcome.value;
}
