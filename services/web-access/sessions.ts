// The sessions of this node and the index that finds those whom a fact concerns: by person, and by who watches whom.
import type { BrowserSession } from './browser-session.ts';

/** Windows of one person that lost their connection and may come back. */
const DETACHED_A_USER = 20;

export class Sessions {
  readonly #byId = new Map<string, BrowserSession>();
  readonly #byUser = new Map<string, Set<BrowserSession>>();
  readonly #watchers = new Map<string, Set<BrowserSession>>();

  get size(): number {
    return this.#byId.size;
  }

  add(session: BrowserSession): void {
    this.#byId.set(session.sessionId, session);
    addTo(this.#byUser, session.userId, session);
    const detached = [...this.ofUser(session.userId)].filter((held) => !held.isConnected && held !== session);
    for (const oldest of detached.slice(0, Math.max(0, detached.length - DETACHED_A_USER)))
      this.remove(oldest);
  }

  find(sessionId: string): BrowserSession | undefined {
    return this.#byId.get(sessionId);
  }

  all(): BrowserSession[] {
    return [...this.#byId.values()];
  }

  ofUser(userId: string): BrowserSession[] {
    return [...(this.#byUser.get(userId) ?? [])];
  }

  ofSignIn(userId: string, signInId: string): BrowserSession[] {
    return this.ofUser(userId).filter((session) => session.signInId === signInId);
  }

  watching(userId: string): Iterable<BrowserSession> {
    return this.#watchers.get(userId) ?? [];
  }

  /** @returns those whom the session did not watch before. */
  watch(session: BrowserSession, userIds: Iterable<string>): string[] {
    const added: string[] = [];
    for (const userId of userIds) {
      if (session.watched.has(userId)) continue;
      session.watched.add(userId);
      addTo(this.#watchers, userId, session);
      added.push(userId);
    }
    return added;
  }

  /** Idempotent. Closes the session; nothing finds it any more. */
  remove(session: BrowserSession): void {
    if (!this.#byId.delete(session.sessionId)) return;
    removeFrom(this.#byUser, session.userId, session);
    for (const userId of session.watched) removeFrom(this.#watchers, userId, session);
    session.close();
  }
}

function addTo(index: Map<string, Set<BrowserSession>>, key: string, session: BrowserSession): void {
  const held = index.get(key);
  if (held === undefined) index.set(key, new Set([session]));
  else held.add(session);
}

function removeFrom(index: Map<string, Set<BrowserSession>>, key: string, session: BrowserSession): void {
  const held = index.get(key);
  held?.delete(session);
  if (held?.size === 0) index.delete(key);
}
