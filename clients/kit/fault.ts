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
  CLIENT_MEDIA_INSECURE: {
    sentence: 'The browser gives microphone and camera only to pages with https.',
    remedy: 'Open Parley by its https address; your administrator knows it.',
  },
  CLIENT_MICROPHONE_DENIED: {
    sentence: 'The browser does not let Parley use the microphone.',
    remedy: 'Allow the microphone with the sign before the address of this page, then call again.',
  },
  CLIENT_MICROPHONE_MISSING: {
    sentence: 'No microphone is connected.',
    remedy: 'Connect one, then call again.',
  },
  CLIENT_MICROPHONE_BUSY: {
    sentence: 'The microphone does not start.',
    remedy: 'Close other programs that use it, or choose another one in the settings.',
  },
  CLIENT_CAMERA_DENIED: {
    sentence: 'The browser does not let Parley use the camera.',
    remedy: 'Allow the camera with the sign before the address of this page, then try again.',
  },
  CLIENT_CAMERA_MISSING: {
    sentence: 'No camera is connected.',
    remedy: 'Connect one, then try again.',
  },
  CLIENT_CAMERA_BUSY: {
    sentence: 'The camera does not start.',
    remedy: 'Close other programs that use it, or choose another one in the settings.',
  },
  CLIENT_SCREEN_DENIED: {
    sentence: 'The browser does not let Parley show the screen.',
    remedy: 'Share it again and choose a screen or a window.',
  },
  CLIENT_SCREEN_MISSING: {
    sentence: 'There is no screen that could be shown.',
    remedy: 'Try another browser.',
  },
  CLIENT_SCREEN_BUSY: {
    sentence: 'The screen cannot be shown now.',
    remedy: 'Try again, or choose one window.',
  },
  CLIENT_CALL_FAILED: {
    sentence: 'The browser cannot set this call up.',
    remedy: 'Load the page again, then call once more.',
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
