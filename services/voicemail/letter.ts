// The mail about a voice message: who called, when, how long it is, and where it is heard. What callers are called is text, never
// markup. Pure.
import type { Voicemail } from './contract.ts';

interface Words {
  readonly subject: (name: string) => string;
  readonly line: (name: string, when: string, length: string) => string;
  readonly sound: string;
  readonly hear: string;
  readonly why: string;
}

const en: Words = {
  subject: (name) => `Voice message from ${name}`,
  line: (name, when, length) => `${name} called and left you a message of ${length} (${when}).`,
  sound: 'The message is attached.',
  hear: 'Hear it in Parley',
  why: 'You get this mail because you asked for a copy of your voice messages: Settings, Voicemail.',
};

const de: Words = {
  subject: (name) => `Sprachnachricht von ${name}`,
  line: (name, when, length) =>
    `${name} hat angerufen und Ihnen eine Nachricht von ${length} hinterlassen (${when}).`,
  sound: 'Die Nachricht hängt an.',
  hear: 'In Parley anhören',
  why: 'Sie bekommen diese Mail, weil Sie Kopien Ihrer Sprachnachrichten wünschen: Einstellungen, Mailbox.',
};

const NAME_CHARS = 100;

export interface LetterContent {
  readonly voicemail: Pick<Voicemail, 'from' | 'at' | 'durationMs'>;
  readonly language: string;
  readonly timeZone: string;
  readonly hasSound: boolean;
  /** Of the page where it is heard. */
  readonly url: string;
}

export function writeLetter({ voicemail, language, timeZone, hasSound, url }: LetterContent) {
  const isGerman = language.toLowerCase().startsWith('de');
  const words = isGerman ? de : en;
  const { from, at, durationMs } = voicemail;
  const name = (from.name || from.address).replaceAll(/\s+/g, ' ').slice(0, NAME_CHARS);
  const seconds = Math.round(durationMs / 1_000);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const format = new Intl.DateTimeFormat(isGerman ? 'de' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  const lines = [words.line(name, format.format(at), length), ...(hasSound ? [words.sound] : [])];
  return {
    subject: words.subject(name),
    text: [...lines, `${words.hear}: ${url}`, '', words.why, ''].join('\n'),
    html: [
      `<!doctype html><html lang="${isGerman ? 'de' : 'en'}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(words.subject(name))}</title></head>`,
      '<body style="font-family: sans-serif">',
      ...lines.map((line) => `<p>${escaped(line)}</p>`),
      `<p><a href="${escaped(url)}">${words.hear}</a></p>`,
      `<p><small>${escaped(words.why)}</small></p>`,
      '</body></html>',
    ].join('\n'),
  };
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => names[character] ?? character);
}
