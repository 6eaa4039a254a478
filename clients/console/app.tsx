// The administration: pages under /console/.
import { Toaster } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, Navigate, RouterProvider } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import type { User } from '../kit/contracts.ts';
import { TOASTER } from '../kit/widgets/notices.tsx';
import { makeQueryClient } from './admin-api.ts';
import { Frame } from './frame.tsx';
import { type MyRoles, MyRolesContext } from './licensing/my-roles.ts';
import { licensingRoute } from './licensing/routes.tsx';
import { UsersPage } from './users/users-page.tsx';

const SignInsPage = lazy(() => import('./sign-ins/sign-ins-page.tsx'));
/** The texts come with the page, so that nothing shows before them. */
const SipTracePage = lazy(async () => {
  const [page, { loadSipTraceTexts }] = await Promise.all([
    import('./sip-trace/sip-trace-page.tsx'),
    import('../kit/i18n/sip-trace-texts.ts'),
  ]);
  await loadSipTraceTexts();
  return page;
});
const PoliciesPage = lazy(async () => {
  const [page, { loadPolicyTexts }] = await Promise.all([
    import('./policies/policies-page.tsx'),
    import('../kit/i18n/policy-texts.ts'),
  ]);
  await loadPolicyTexts();
  return page;
});
const CallsPage = lazy(async () => {
  const [page, { loadCallRecordTexts }, { loadCallRulesTexts }] = await Promise.all([
    import('./calls/calls-page.tsx'),
    import('../kit/i18n/call-records-texts.ts'),
    import('../kit/i18n/call-rules-texts.ts'),
  ]);
  await Promise.all([loadCallRecordTexts(), loadCallRulesTexts()]);
  return page;
});
const HealthPage = lazy(() => import('./health/health-page.tsx'));

function administration() {
  const root = createRootRoute({ component: Frame, notFoundComponent: UsersPage });
  // One page for the list and for a person's drawer over it, so that the list stays as it was.
  const users = createRoute({ getParentRoute: () => root, id: 'users', component: UsersPage });
  const list = createRoute({ getParentRoute: () => users, path: '/' });
  const user = createRoute({ getParentRoute: () => users, path: '/users/$userId' });
  const signIns = createRoute({ getParentRoute: () => root, path: '/sign-ins', component: SignInsPage });
  const sipMessages = createRoute({
    getParentRoute: () => root,
    path: '/sip-messages',
    component: SipTracePage,
  });
  const calls = createRoute({ getParentRoute: () => root, path: '/calls', component: CallsPage });
  const policies = createRoute({ getParentRoute: () => root, path: '/policies', component: PoliciesPage });
  const health = createRoute({ getParentRoute: () => root, path: '/health', component: HealthPage });
  const routeTree = root.addChildren([
    users.addChildren([list, user]),
    policies,
    signIns,
    calls,
    sipMessages,
    health,
    licensingRoute(root),
  ]);
  return createRouter({ routeTree, basepath: '/console' });
}

/** Who keeps licences without being an administrator sees nothing else. */
function licencesOnly() {
  const root = createRootRoute({ component: Frame, notFoundComponent: ToLicences });
  const first = createRoute({ getParentRoute: () => root, path: '/', component: ToLicences });
  return createRouter({ routeTree: root.addChildren([first, licensingRoute(root)]), basepath: '/console' });
}

function ToLicences() {
  return <Navigate to="/licensing" replace />;
}

export function App({ user: me, roles }: { readonly user: User; readonly roles: MyRoles }) {
  const [client] = useState(makeQueryClient);
  const [router] = useState(() => (roles.administrator ? administration() : licencesOnly()));
  return (
    <QueryClientProvider client={client} key={me.userId}>
      <MyRolesContext value={roles}>
        <RouterProvider router={router} />
      </MyRolesContext>
      <Toaster toasterId={TOASTER} position="bottom-start" />
    </QueryClientProvider>
  );
}
