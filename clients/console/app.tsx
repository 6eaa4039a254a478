// The administration: pages under /console/.
import { Toaster } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import type { User } from '../kit/contracts.ts';
import { TOASTER } from '../kit/widgets/notices.tsx';
import { makeQueryClient } from './admin-api.ts';
import { Frame } from './frame.tsx';
import { UsersPage } from './users/users-page.tsx';

const SignInsPage = lazy(() => import('./sign-ins/sign-ins-page.tsx'));
const HealthPage = lazy(() => import('./health/health-page.tsx'));

const root = createRootRoute({ component: Frame, notFoundComponent: UsersPage });
// One page for the list and for a person's drawer over it, so that the list stays as it was.
const users = createRoute({ getParentRoute: () => root, id: 'users', component: UsersPage });
const list = createRoute({ getParentRoute: () => users, path: '/' });
const user = createRoute({ getParentRoute: () => users, path: '/users/$userId' });
const signIns = createRoute({ getParentRoute: () => root, path: '/sign-ins', component: SignInsPage });
const health = createRoute({ getParentRoute: () => root, path: '/health', component: HealthPage });
const router = createRouter({
  routeTree: root.addChildren([users.addChildren([list, user]), signIns, health]),
  basepath: '/console',
});

export function App({ user: me }: { readonly user: User }) {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client} key={me.userId}>
      <RouterProvider router={router} />
      <Toaster toasterId={TOASTER} position="bottom-end" />
    </QueryClientProvider>
  );
}
