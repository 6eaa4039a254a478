// Policies as queries: all scopes, what holds for one person, and who changed what.
import type {
  Effective,
  Origin,
  Policy,
  PolicyChange,
  Scope,
  SettingChanges,
  SettingName,
  Settings,
} from '@parley/services/policy/contract';
import { queryOptions } from '@tanstack/react-query';
import { request } from '../../kit/http/request.ts';
import { QueryFault } from '../admin-api.ts';

export type { Effective, Origin, Policy, PolicyChange, Scope, SettingChanges, SettingName, Settings };

export const policiesQuery = queryOptions({
  queryKey: ['policies'],
  queryFn: () =>
    ask<{ readonly policies: readonly Policy[]; readonly defaults: Settings }>('/admin/policies'),
});

export function effectiveQuery(userId: string) {
  return queryOptions({
    queryKey: ['policies', 'effective', userId],
    queryFn: () => ask<Effective>(`/admin/policies/effective/${encodeURIComponent(userId)}`),
  });
}

export const changesQuery = queryOptions({
  queryKey: ['policies', 'changes'],
  queryFn: async () => (await ask<{ changes: readonly PolicyChange[] }>('/admin/policies/changes')).changes,
});

export function changePolicy(scope: Scope, changes: SettingChanges) {
  return request<Policy>('PATCH', '/admin/policies', { scope, changes });
}

async function ask<T>(path: string): Promise<T> {
  const outcome = await request<T>('GET', path);
  if (!outcome.ok) throw new QueryFault(outcome.fault);
  return outcome.value;
}
