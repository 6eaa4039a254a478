// The sign-in of this browser, shared by all screens: asked once at start, changed by signing in and out.
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Session } from '../contracts.ts';
import type { Fault, Outcome } from '../fault.ts';
import { fetchSession, request } from './request.ts';

export interface SessionState {
  /** Null until the server has answered. */
  readonly session: Session | null;
  /** Why the server could not be asked, or why the sign-in ended. */
  readonly fault: Fault | null;
}

const sessions = createStore<SessionState>(() => ({ session: null, fault: null }));

export function useSession(): SessionState {
  return useStore(sessions);
}

export function currentSession(): Session | null {
  return sessions.getState().session;
}

export async function refreshSession(): Promise<Outcome<Session>> {
  const outcome = await fetchSession();
  if (outcome.ok) sessions.setState({ session: outcome.value, fault: null });
  else sessions.setState({ fault: outcome.fault });
  return outcome;
}

/** False only when the server says so; a server that cannot be reached does not sign anybody out. */
export async function isSignedIn(): Promise<boolean> {
  const outcome = await fetchSession();
  return !outcome.ok || outcome.value.signedIn;
}

let leaving = false;

/** Shows the sign-in page with the reason; somebody who signs out here needs none. */
export async function sessionEnded(fault: Fault): Promise<void> {
  if (leaving) return;
  const outcome = await fetchSession();
  sessions.setState(outcome.ok ? { session: outcome.value, fault } : { fault });
}

export async function signIn(address: string, password: string): Promise<Fault | null> {
  return entering(await request('POST', '/sign-in', { address, password }));
}

export interface FirstAdministrator {
  readonly address: string;
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

export async function createFirstAdministrator(form: FirstAdministrator): Promise<Fault | null> {
  return entering(await request('POST', '/first-run', form));
}

export async function signOut(everywhere: boolean): Promise<Fault | null> {
  leaving = true;
  const outcome = await request('POST', everywhere ? '/sign-out-everywhere' : '/sign-out');
  await refreshSession();
  leaving = false;
  return outcome.ok ? null : outcome.fault;
}

async function entering(outcome: Outcome<unknown>): Promise<Fault | null> {
  if (!outcome.ok) return outcome.fault;
  const refreshed = await refreshSession();
  return refreshed.ok ? null : refreshed.fault;
}
