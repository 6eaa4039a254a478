// `:tada:` becomes 🎉 when it is typed to its end, and at the latest when the message is sent. The list of codes is loaded
// with the first letter that somebody writes.

type EmojiData = typeof import('./emoji-data.ts');

let loading: Promise<EmojiData> | undefined;
let loaded: EmojiData | undefined;

export function loadEmoji(): Promise<EmojiData> {
  loading ??= import('./emoji-data.ts').then(
    (data) => {
      loaded = data;
      return data;
    },
    (error: unknown) => {
      // Without a connection: with the next letter it is tried again.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** The text with every whole code as its emoji, as far as the codes are known by now. Code stays code. */
export function withEmoji(text: string): string {
  return loaded === undefined ? text : replaceCodes(text, loaded.emojiOf);
}

export function replaceCodes(text: string, emojiOf: (code: string) => string | undefined): string {
  if (!text.includes(':') || text.includes('`')) return text;
  return text.replace(/(?<=^|\s):([a-z_]{2,20}):(?=\s|$)/gi, (whole, code: string) => emojiOf(code) ?? whole);
}
