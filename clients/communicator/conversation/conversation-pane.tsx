// One conversation: who, what was said, who is typing, and the place to answer.
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message, MessageImage } from '../../kit/contracts.ts';
import { EMPTY_DRAFT } from '../../kit/live/draft-desk.ts';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import { conversationName, messageFeature, othersOf, refusal } from '../../kit/live/selectors.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { ChatIcon } from '../../kit/widgets/icons.tsx';
import { usePhone } from '../calls/phone.ts';
import { useShownSideId } from '../calls/use-shown-side.ts';
import { Roster } from '../groups/roster.tsx';
import { useReceipts } from '../groups/use-receipts.ts';
import { NoComposer } from '../rights/no-composer.tsx';
import { jumpTo } from '../search/jump.ts';
import { mayEdit } from './actions/may-change.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './compose/composer.tsx';
import { EditComposer } from './compose/edit-composer.tsx';
import type { FieldHandle } from './compose/message-field.tsx';
import { type ConversationActions, ConversationActionsProvider } from './conversation-actions.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import styles from './conversation-pane.module.css';
import { ScheduledList } from './schedule/scheduled-list.tsx';
import { Timeline } from './timeline.tsx';
import { TypingLine } from './typing-line.tsx';

const CallPanel = lazy(() => import('../calls/call-panel.tsx'));
const ImageViewer = lazy(() => import('./images/image-viewer.tsx'));

const NOTHING_LOADED = { messages: [], hasOlder: false } as const;

interface ConversationPaneProps {
  readonly conversationId: string;
  /** Seq of the message that is shown, where it is not the newest. */
  readonly at: number | undefined;
}

export function ConversationPane({ conversationId, at }: ConversationPaneProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const navigate = useNavigate();
  const ready = useLive((state) => state.ready);
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const conversation = useLive(({ live }) => live.conversations[conversationId]);
  const thread = useLive(({ live }) => live.threads[conversationId]);
  const others = useLiveShallow(({ live }) =>
    conversation === undefined ? [] : othersOf(live, conversation),
  );
  const name = useLive(({ live }) =>
    conversation === undefined ? '' : conversationName(live, conversation, t('people.unknown')),
  );

  const passing = useLive(({ live }) => live.passing[conversationId]);
  const keepsNothing = useLive(({ live }) => live.keepsNothing);
  const waiting = useLive(({ outbox }) => outbox.some((item) => item.conversationId === conversationId));
  const refused = useLive(({ live }) =>
    conversation === undefined ? null : refusal(live, messageFeature(conversation)),
  );

  useEffect(() => {
    if (!ready || !connected || conversation === undefined || thread !== undefined) return;
    if (at === undefined) void client.load(conversationId);
    else void client.loadAround(conversationId, at);
  }, [client, conversationId, at, ready, connected, conversation, thread]);

  const [editing, setEditing] = useState<Message | null>(null);
  const [viewed, setViewed] = useState<{
    readonly images: readonly MessageImage[];
    readonly index: number;
  } | null>(null);
  const field = useRef<FieldHandle>(null);
  const actions = useMemo<ConversationActions>(
    () => ({
      reply(message) {
        setEditing(null);
        const draft = client.store.getState().drafts[conversationId] ?? EMPTY_DRAFT;
        client.setDraft(conversationId, { ...draft, replyTo: message.seq });
        // When the menu that was clicked has given the focus back.
        setTimeout(() => field.current?.focus());
      },
      edit: setEditing,
      goTo: (seq) => void jumpTo(client, navigate, { conversationId, seq }),
      showImage: (images, index) => setViewed({ images, index }),
    }),
    [client, navigate, conversationId],
  );

  function editLast(): void {
    const { live } = client.store.getState();
    const last = thread?.messages.findLast((message) => mayEdit(live, message, Date.now()));
    if (last !== undefined) setEditing(last);
  }
  const banner = useLive(({ live }) => live.policy?.banner ?? '');
  const callId = useShownSideId();
  const softphone = usePhone();
  const [rosterShown, showRoster] = useState(false);
  useReceipts(conversationId, others);

  const [sought, setSought] = useState(false);
  useEffect(() => {
    if (!ready || !connected || conversation !== undefined) return;
    void client.reopen(conversationId).finally(() => setSought(true));
  }, [client, conversationId, ready, connected, conversation]);

  if (ready && !connected && conversation === undefined && !sought) return <NotHere />;
  if (!ready || (conversation === undefined && !sought)) return <TimelineSkeleton />;
  if (conversation === undefined) {
    return (
      <EmptyState picture={<ChatIcon size={28} />} title={t('chats.goneTitle')} text={t('chats.goneText')}>
        <Link to="/">{t('chats.toList')}</Link>
      </EmptyState>
    );
  }
  // What was written is there to be seen although the history may not be loaded, as without a connection.
  const shown = thread ?? (waiting || passing !== undefined ? NOTHING_LOADED : undefined);
  const isEmpty =
    conversation.lastSeq === 0 && !waiting && passing === undefined && (thread?.messages.length ?? 0) === 0;
  return (
    <section className={styles.pane} aria-label={t('chats.with', { name })}>
      <ConversationHeader
        conversation={conversation}
        others={others}
        name={name}
        rosterShown={rosterShown}
        showRoster={showRoster}
      />
      {callId !== undefined && softphone !== null && (
        <Suspense>
          <CallPanel key={callId} sideId={callId} />
        </Suspense>
      )}
      {banner !== '' && <p className={styles.banner}>{banner}</p>}
      {keepsNothing && <p className={styles.notKept}>{t('chats.notKept')}</p>}
      <div className={styles.body}>
        <div className={styles.talk}>
          {isEmpty ? (
            <FirstWords name={name} />
          ) : shown === undefined ? (
            connected ? (
              <TimelineSkeleton />
            ) : (
              <NotHere />
            )
          ) : (
            <ConversationActionsProvider value={actions}>
              <Timeline
                conversationId={conversationId}
                thread={shown}
                name={name}
                named={others.length > 1}
                mayWrite={refused === null && conversation.isPast !== true}
                at={at}
              />
            </ConversationActionsProvider>
          )}
          <TypingLine conversationId={conversationId} />
          <ScheduledList conversationId={conversationId} />
          {conversation.isPast === true ? (
            <p className={styles.past}>{t('groups.pastText')}</p>
          ) : refused !== null ? (
            <NoComposer right={refused} />
          ) : editing !== null ? (
            <EditComposer key={editing.messageId} message={editing} close={() => setEditing(null)} />
          ) : (
            <Composer conversationId={conversationId} name={name} field={field} editLast={editLast} />
          )}
        </div>
        {rosterShown && <Roster conversation={conversation} close={() => showRoster(false)} />}
      </div>
      {viewed !== null && (
        <Suspense>
          <ImageViewer
            conversationId={conversationId}
            images={viewed.images}
            first={viewed.index}
            close={() => setViewed(null)}
          />
        </Suspense>
      )}
      <Announcer conversationId={conversationId} />
    </section>
  );
}

/** Without a connection, where this device has kept nothing of it. */
function NotHere() {
  const { t } = useTranslation();
  return (
    <EmptyState
      picture={<ChatIcon size={28} />}
      title={t('chats.notHereTitle')}
      text={t('chats.notHereText')}
    />
  );
}

/** Before anything was said. */
function FirstWords({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.first}>
      <EmptyState
        picture={<ChatIcon size={28} />}
        title={t('chats.firstTitle', { name })}
        text={t('chats.firstText')}
      />
    </div>
  );
}

const SHAPES = ['a', 'b', 'own c', 'own a', 'b', 'own b', 'c'] as const;

function TimelineSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles.skeleton} role="status" aria-label={t('chats.loading')}>
      {SHAPES.map((shape, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
        <span key={index} className={styles.shape} data-shape={shape} />
      ))}
    </div>
  );
}
