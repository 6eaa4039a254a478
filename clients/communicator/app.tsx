// What a signed-in person gets: the live connection, the routes, and the frame around both.
import { Toaster } from '@fluentui/react-components';
import { createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { User } from '../kit/contracts.ts';
import { LiveProvider } from '../kit/live/live-context.tsx';
import { TOASTER } from '../kit/widgets/notices.tsx';
import { takeAlert } from './attention/alerts.ts';
import { takeFree } from './attention/free-people.ts';
import { takeVoicemail } from './attention/new-voicemail.ts';
import { CallPage } from './calls/call-page.tsx';
import { ConversationPane } from './conversation/conversation-pane.tsx';
import { Welcome } from './conversation/welcome.tsx';
import { Workspace } from './workspace.tsx';

const root = createRootRoute({ component: Workspace, notFoundComponent: Welcome });
const home = createRoute({ getParentRoute: () => root, path: '/', component: Welcome });
const conversation = createRoute({
  getParentRoute: () => root,
  path: '/c/$conversationId',
  /** `at`: the message that is shown, where it is not the newest. */
  validateSearch: ({ at }: Record<string, unknown>): { readonly at?: number } =>
    Number.isSafeInteger(at) && Number(at) > 0 ? { at: Number(at) } : {},
  component: function ConversationRoute() {
    const { conversationId } = conversation.useParams();
    const { at } = conversation.useSearch();
    return <ConversationPane key={conversationId} conversationId={conversationId} at={at} />;
  },
});
const call = createRoute({
  getParentRoute: () => root,
  path: '/call/$sideId',
  component: function CallRoute() {
    const { sideId } = call.useParams();
    return <CallPage key={sideId} sideId={sideId} />;
  },
});
const router = createRouter({ routeTree: root.addChildren([home, conversation, call]) });

function openConversation(conversationId: string): void {
  void router.navigate({ to: '/c/$conversationId', params: { conversationId } });
}

export function App({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  return (
    <LiveProvider
      userId={user.userId}
      onAlert={(event, client) => {
        if (event.type === 'free') takeFree(event, { client, t });
        else if (event.type === 'voicemailAlert') takeVoicemail(event, t);
        else takeAlert(event, { client, t, open: openConversation });
      }}
    >
      <RouterProvider router={router} />
      <Toaster toasterId={TOASTER} position="bottom-start" />
    </LiveProvider>
  );
}
