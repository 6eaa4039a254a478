// JSON over HTTP to our own server. A refusal is a value: the problem document (RFC 9457 §3) becomes a fault.
import type { Session } from '../contracts.ts';
import { clientFault, type Fault, type Outcome } from '../fault.ts';

let csrf = '';

/** What every request that changes something carries. */
export function changeHeaders(): Readonly<Record<string, string>> {
  return { 'x-parley-csrf': csrf };
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export async function request<T>(method: Method, path: string, body?: unknown): Promise<Outcome<T>> {
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(method === 'GET' ? {} : changeHeaders()),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const value: unknown = text === '' ? {} : JSON.parse(text);
    return response.ok ? { ok: true, value: value as T } : { ok: false, fault: faultOf(value) };
  } catch (error) {
    return {
      ok: false,
      fault: clientFault(error instanceof SyntaxError ? 'CLIENT_BAD_ANSWER' : 'CLIENT_OFFLINE'),
    };
  }
}

/** Who is signed in here. It also brings the token that every changing request must carry. */
export async function fetchSession(): Promise<Outcome<Session>> {
  const outcome = await request<Session>('GET', '/session');
  if (outcome.ok) csrf = outcome.value.csrf;
  return outcome;
}

export function faultOf(problem: unknown): Fault {
  const { code, detail, title, remedy } = (problem ?? {}) as Record<string, unknown>;
  const sentence = typeof detail === 'string' ? detail : title;
  if (typeof code !== 'string' || typeof sentence !== 'string') return clientFault('CLIENT_BAD_ANSWER');
  return { code, sentence, ...(typeof remedy === 'string' ? { remedy } : {}) };
}
