// The administration API as queries: what is asked, and under which key the answer is kept.

import type { SignIn } from '@parley/services/authentication/contract';
import type { ImportReport, UserFields } from '@parley/services/identity/contract';
import type { HealthReport } from '@parley/services/provisioning/contract';
import { infiniteQueryOptions, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import type { User } from '../kit/contracts.ts';
import type { Fault, Outcome } from '../kit/fault.ts';
import { request } from '../kit/http/request.ts';
import { sessionEnded } from '../kit/http/session.ts';

export type { HealthReport, ImportReport, SignIn, User, UserFields };

/** A refusal inside a query; screens show `fault`. */
export class QueryFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.sentence);
    this.fault = fault;
  }
}

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: QueryFault;
  }
}

const PAGE = 100;
const ENDED = new Set(['AUTHENTICATION_SIGN_IN_ENDED', 'PROVISIONING_NOT_ADMINISTRATOR']);

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        if (ENDED.has(error.fault.code)) void sessionEnded(error.fault);
      },
    }),
    defaultOptions: { queries: { retry: false, staleTime: 5000 } },
  });
}

export interface UserPage {
  readonly users: readonly User[];
  readonly next?: string;
  readonly total: number;
}

export function usersQuery(query: string) {
  return infiniteQueryOptions({
    queryKey: ['users', query],
    queryFn: ({ pageParam }) => {
      const parameters = new URLSearchParams({ limit: String(PAGE) });
      if (query !== '') parameters.set('query', query);
      if (pageParam !== '') parameters.set('after', pageParam);
      return ask<UserPage>(`/admin/users?${parameters}`);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
}

export function userQuery(userId: string) {
  return queryOptions({ queryKey: ['user', userId], queryFn: () => ask<User>(`/admin/users/${id(userId)}`) });
}

export function signInsQuery(userId?: string) {
  const filter = userId === undefined ? '' : `&userId=${id(userId)}`;
  return queryOptions({
    queryKey: ['sign-ins', userId ?? ''],
    queryFn: async () => (await ask<{ signIns: SignIn[] }>(`/admin/sign-ins?limit=500${filter}`)).signIns,
  });
}

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: () => ask<HealthReport>('/admin/health'),
  refetchInterval: 10_000,
});

export const admin = {
  addUser: (fields: UserFields & { password?: string }) => request<User>('POST', '/admin/users', fields),
  changeUser: (userId: string, changes: Partial<UserFields>) =>
    request<User>('PATCH', `/admin/users/${id(userId)}`, changes),
  setDisabled: (userId: string, disabled: boolean) =>
    request<User>('POST', `/admin/users/${id(userId)}/${disabled ? 'disable' : 'enable'}`),
  resetPassword: (userId: string) =>
    request<{ password: string }>('POST', `/admin/users/${id(userId)}/reset-password`, {}),
  endSignIn: (signInId: string) => request<object>('DELETE', `/admin/sign-ins/${id(signInId)}`),
  signOutEverywhere: (userId: string) =>
    request<{ ended: number }>('POST', `/admin/users/${id(userId)}/sign-out-everywhere`),
  importUsers: (csv: string, dryRun: boolean) =>
    request<ImportReport>('POST', '/admin/users/import', { csv, dryRun }),
} as const;

async function ask<T>(path: string): Promise<T> {
  const outcome: Outcome<T> = await request('GET', path);
  if (!outcome.ok) throw new QueryFault(outcome.fault);
  return outcome.value;
}

function id(value: string): string {
  return encodeURIComponent(value);
}
