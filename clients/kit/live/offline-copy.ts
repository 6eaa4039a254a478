// What this device keeps of its person's contacts and last conversations (IndexedDB), to be read when the server does not
// answer. It goes when somebody signs out here.
import type { StoreApi } from 'zustand/vanilla';
import type { Session, User } from '../contracts.ts';
import { currentSession } from '../http/session.ts';
import type { LiveClient, LiveClientState } from './live-client.ts';
import { emptyState, type LiveState, type Thread } from './live-state.ts';
import { recentConversations } from './selectors.ts';

const DATABASE = 'parley';
const STORE = 'copies';
/** A copy of another form is no copy. */
const FORM = 2;
const CONVERSATIONS = 50;
const THREADS = 20;
const MESSAGES = 50;
const PAUSE_MS = 2_000;
/** A server that answers sooner than this is waited for: nobody sees old things flash by. */
const PATIENCE_MS = 1_500;

interface Copy {
  readonly form: number;
  readonly userId: string;
  /** Unix milliseconds. */
  readonly madeAt: number;
  readonly me: User;
  readonly session: Session;
  readonly live: Pick<LiveState, 'users' | 'contacts' | 'book' | 'conversations' | 'threads' | 'features'>;
}

/** What is worth keeping: how people are is not, for it is wrong a minute later. */
export function copyOf(live: LiveState, me: User, session: Session, madeAt: number): Copy {
  const recent = recentConversations(live).slice(0, CONVERSATIONS);
  const threads = recent.flatMap(({ conversationId }): [string, Thread][] => {
    const thread = live.threads[conversationId];
    if (thread === undefined) return [];
    const messages = thread.messages.slice(-MESSAGES);
    return [
      [conversationId, { messages, hasOlder: thread.hasOlder || messages.length < thread.messages.length }],
    ];
  });
  const named = new Set([
    me.userId,
    ...Object.keys(live.contacts),
    ...recent.flatMap(({ participantIds }) => participantIds),
  ]);
  return {
    form: FORM,
    userId: me.userId,
    madeAt,
    me,
    session,
    live: {
      users: Object.fromEntries(Object.entries(live.users).filter(([userId]) => named.has(userId))),
      contacts: live.contacts,
      book: live.book,
      conversations: Object.fromEntries(recent.map((one) => [one.conversationId, one])),
      threads: Object.fromEntries(threads.slice(0, THREADS)),
      features: live.features,
    },
  };
}

export function stateOf({ me, live }: Copy): LiveState {
  return { ...emptyState, ...live, me };
}

/** Writes a copy a moment after each change, as long as what is shown comes from the server. @returns what ends it. */
export function keepCopies(store: StoreApi<LiveClientState>, userId: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function keep(): void {
    timer = undefined;
    const { live, asOf, ready } = store.getState();
    const { me } = live;
    // Where the server keeps nothing, neither does this device.
    if (!ready || asOf !== null || me?.userId !== userId || live.keepsNothing) return;
    const session = currentSession();
    if (session?.signedIn !== true) return;
    put(copyOf(live, me, session, Date.now())).catch(() => {});
  }
  const unsubscribe = store.subscribe((state, before) => {
    if (state.live !== before.live) timer ??= setTimeout(keep, PAUSE_MS);
  });
  const leaving = () => {
    if (document.visibilityState === 'hidden') keep();
  };
  document.addEventListener('visibilitychange', leaving);
  return () => {
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener('visibilitychange', leaving);
  };
}

/** Shows the copy where the server lets itself be waited for. @returns what ends it. */
export function showCopySoon(client: LiveClient, userId: string): () => void {
  let isOver = false;
  async function show(): Promise<void> {
    stop();
    const copy = await lastCopy();
    if (!isOver && copy?.userId === userId) client.showCopy(stateOf(copy), copy.madeAt);
  }
  const timer = setTimeout(show, PATIENCE_MS);
  const unsubscribe = client.store.subscribe(({ connection, ready }) => {
    if (ready) stop();
    else if (connection.kind === 'offline') void show();
  });
  function stop(): void {
    clearTimeout(timer);
    unsubscribe();
  }
  return () => {
    isOver = true;
    stop();
  };
}

/** Who was signed in here last, as the page knew them. */
export async function lastSession(): Promise<Session | null> {
  return (await lastCopy())?.session ?? null;
}

export async function forgetCopies(): Promise<void> {
  if ('caches' in globalThis) await caches.delete('parley-replies').catch(() => false);
  await transaction<undefined>('readwrite', (store) => store.clear()).catch(() => undefined);
}

async function lastCopy(): Promise<Copy | null> {
  const found = await transaction<Copy | undefined>('readonly', (store) => store.get('last')).catch(
    () => undefined,
  );
  return found?.form === FORM ? found : null;
}

async function put(copy: Copy): Promise<void> {
  await transaction('readwrite', (store) => store.put(copy, 'last'));
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function transaction<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      const running = database.transaction(STORE, mode);
      const asked = work(running.objectStore(STORE));
      running.oncomplete = () => resolve(asked.result);
      running.onerror = () => reject(running.error);
      running.onabort = () => reject(running.error);
    });
  } finally {
    database.close();
  }
}
