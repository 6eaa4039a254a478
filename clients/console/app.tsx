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

const root = createRootRoute({ component: Frame, notFoundComponent: () => <UsersPage /> });
const users = createRoute({ getParentRoute: () => root, path: '/', component: () => <UsersPage /> });
const user = createRoute({
  getParentRoute: () => root,
  path: '/users/$userId',
  component: function UserRoute() {
    const { userId } = user.useParams();
    return <UsersPage openUserId={userId} />;
  },
});
const signIns = createRoute({ getParentRoute: () => root, path: '/sign-ins', component: SignInsPage });
const health = createRoute({ getParentRoute: () => root, path: '/health', component: HealthPage });
const router = createRouter({
  routeTree: root.addChildren([users, user, signIns, health]),
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
