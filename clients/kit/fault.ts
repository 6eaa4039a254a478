// What went wrong, as a value: the server's code and sentences, or one of the browser's own codes.

export interface Fault {
  readonly code: string;
  readonly sentence: string;
  readonly remedy?: string;
  /** Where what was to be changed is another by now: how it is stored. */
  readonly current?: unknown;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

/** Faults that the browser itself finds; their texts are in the language files under `faults`. */
export const CLIENT_FAULTS = {
  CLIENT_OFFLINE: {
    sentence: 'The server cannot be reached.',
    remedy: 'Check the network connection; Parley tries again by itself.',
  },
  CLIENT_CONNECTION_LOST: {
    sentence: 'The connection to the server was lost.',
    remedy: 'Wait a moment; Parley connects again by itself.',
  },
  CLIENT_NO_ANSWER: {
    sentence: 'The server did not answer in time.',
    remedy: 'Try again in a moment.',
  },
  CLIENT_BAD_ANSWER: {
    sentence: 'The server gave an answer that this page does not understand.',
    remedy: 'Reload the page. If that does not help, tell your administrator.',
  },
} as const satisfies Record<string, { sentence: string; remedy: string }>;
export type ClientFaultCode = keyof typeof CLIENT_FAULTS;

export function clientFault(code: ClientFaultCode): Fault {
  return { code, ...CLIENT_FAULTS[code] };
}

/** Faults that say nothing about the request itself: the same request may be sent again and succeed. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'CLIENT_OFFLINE',
  'CLIENT_CONNECTION_LOST',
  'CLIENT_NO_ANSWER',
  'BUS_NO_RESPONDER',
  'BUS_DEADLINE',
  'BUS_OVERLOADED',
  'BUS_CLOSED',
  'STORE_UNAVAILABLE',
  'WEB_TOO_FAST',
]);

export function isTransient(fault: Fault): boolean {
  return TRANSIENT.has(fault.code);
}
