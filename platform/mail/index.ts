// The mail port: one letter to one person, and what the mail server says of it.
export { openSmtp } from './smtp.ts';

export interface Letter {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets. Said again, a mailbox may know the letter by it. */
  readonly messageId: string;
  /** Unix milliseconds. */
  readonly writtenAt: number;
  /** Field name → value, one line each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachment?: { readonly name: string; readonly mediaType: string; readonly data: Buffer };
}

/**
 * `refused`: there is no such mailbox. `later`: not this letter now. `down`: the server, or the way to it, takes none at
 * all. `unknown`: all of it was handed over, and no answer came.
 */
export type MailAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' | 'later' | 'down' | 'unknown'; readonly reply: string };

export interface MailPort extends AsyncDisposable {
  send(letter: Letter): Promise<MailAnswer>;
  /** Connects, and signs in where there is an account. @returns what is wrong; undefined for nothing. */
  check(): Promise<string | undefined>;
}
