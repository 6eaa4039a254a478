// The mail digest as a letter: subject, plain text and HTML from what is unread. Nothing in it is fetched from anywhere,
// and what people wrote is text, never markup. Pure.
import type { Shows } from './contract.ts';
import { letterLanguage, letterTexts } from './letter-texts.ts';

export interface UnreadConversation {
  /** What it is called for its reader. */
  readonly name: string;
  readonly url: string;
  readonly unread: number;
  /** The latest of them, in order. */
  readonly messages: readonly {
    readonly sender: string;
    /** Unix milliseconds. */
    readonly sentAt: number;
    readonly text: string;
    readonly hasPicture: boolean;
  }[];
}

export interface LetterContent {
  readonly name: string;
  readonly language: string;
  readonly timeZone: string;
  readonly shows: Shows;
  readonly afterMinutes: number;
  readonly conversations: readonly UnreadConversation[];
  /** Conversations beyond those, and what is unread in them. */
  readonly others: { readonly count: number; readonly unread: number };
  readonly home: string;
  /** Where one click ends these mails. */
  readonly stop: string;
}

export interface WrittenLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const TEXT_CHARS = 300;
const NAME_CHARS = 100;

export function writeLetter(content: LetterContent): WrittenLetter {
  const { shows, conversations, others } = content;
  const total = others.unread + conversations.reduce((sum, { unread }) => sum + unread, 0);
  const said = { ...content, conversations: shows === 'nothing' ? [] : conversations, total };
  return { subject: subjectOf(said), text: plainOf(said), html: htmlOf(said) };
}

type Said = LetterContent & { readonly total: number };

function subjectOf({ language, conversations, others, total }: Said): string {
  const { subject } = letterTexts(language);
  const [first] = conversations;
  if (first === undefined) return subject.nameless(total);
  const rest = conversations.length - 1 + others.count;
  const name = oneLine(first.name);
  return rest === 0 ? subject.from(total, name) : subject.fromSeveral(total, name, rest);
}

function plainOf(said: Said): string {
  const texts = letterTexts(said.language);
  const time = timeFormat(said);
  const blocks = said.conversations.map((conversation) => {
    const { name, unread, url } = conversation;
    const lines = shownMessages(said, conversation).map(({ sender, sentAt, text }) => {
      const indented = text.replaceAll('\n', '\n    ');
      return `  ${sender}, ${time.format(sentAt)}:\n    ${indented}`;
    });
    const left = earlierIn(said, conversation);
    return [
      `${oneLine(name)} – ${texts.unreadIn(unread)}`,
      ...(left > 0 ? [`  ${texts.earlier(left)}`] : []),
      ...lines,
      `  ${url}`,
    ].join('\n');
  });
  return [
    texts.greeting(oneLine(said.name)),
    texts.unread(said.total),
    ...blocks,
    ...(said.others.count > 0 && said.conversations.length > 0
      ? [texts.otherConversations(said.others.count)]
      : []),
    ...(said.conversations.length > 0 ? [] : [said.home]),
    `-- \n${texts.why(texts.wait(said.afterMinutes))}\n${texts.settings}: ${said.home}\n${texts.stop}: ${said.stop}`,
  ].join('\n\n');
}

/** Tables and a few inline styles: what mail programs understand. Colours are left to them, so that dark stays dark. */
function htmlOf(said: Said): string {
  const texts = letterTexts(said.language);
  const time = timeFormat(said);
  const blocks = said.conversations.map((conversation) => {
    const { name, unread, url } = conversation;
    const left = earlierIn(said, conversation);
    const messages = shownMessages(said, conversation).map(
      ({ sender, sentAt, text }) =>
        `<p style="margin:0 0 10px"><b>${escapeHtml(sender)}</b> <small>${escapeHtml(time.format(sentAt))}</small><br>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`,
    );
    return [
      '<div style="border-inline-start:3px solid #8a8a8a;padding-inline-start:12px;margin:0 0 24px">',
      `<h2 style="font-size:16px;margin:0 0 8px">${escapeHtml(oneLine(name))} <small style="font-weight:normal">${escapeHtml(texts.unreadIn(unread))}</small></h2>`,
      ...(left > 0
        ? [`<p style="margin:0 0 10px"><small>${escapeHtml(texts.earlier(left))}</small></p>`]
        : []),
      ...messages,
      `<p style="margin:0"><a href="${escapeHtml(url)}">${escapeHtml(texts.open)}</a></p>`,
      '</div>',
    ].join('\n');
  });
  const others =
    said.others.count > 0 && said.conversations.length > 0
      ? [`<p>${escapeHtml(texts.otherConversations(said.others.count))}</p>`]
      : [];
  const bare =
    said.conversations.length > 0
      ? []
      : [`<p><a href="${escapeHtml(said.home)}">${escapeHtml(texts.openHome)}</a></p>`];
  return [
    `<!doctype html><html lang="${letterLanguage(said.language)}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subjectOf(said))}</title></head>`,
    '<body style="font-family:Segoe UI,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45;max-width:600px">',
    `<p>${escapeHtml(texts.greeting(oneLine(said.name)))}</p>`,
    `<p>${escapeHtml(texts.unread(said.total))}</p>`,
    ...blocks,
    ...others,
    ...bare,
    '<hr style="border:0;border-top:1px solid #8a8a8a">',
    `<p><small>${escapeHtml(texts.why(texts.wait(said.afterMinutes)))} <a href="${escapeHtml(said.home)}">${escapeHtml(texts.settings)}</a> · <a href="${escapeHtml(said.stop)}">${escapeHtml(texts.stop)}</a></small></p>`,
    '</body></html>',
  ].join('\n');
}

function shownMessages({ shows, language }: Said, { messages }: UnreadConversation) {
  if (shows !== 'text') return [];
  const texts = letterTexts(language);
  return messages.map(({ sender, sentAt, text, hasPicture }) => ({
    sender: sender === '' ? texts.someone : oneLine(sender),
    sentAt,
    text: cut(text.trim(), TEXT_CHARS) || (hasPicture ? texts.picture : ''),
  }));
}

/** What is not shown of a conversation that shows some. */
function earlierIn(said: Said, conversation: UnreadConversation): number {
  const shown = shownMessages(said, conversation).length;
  return shown === 0 ? 0 : Math.max(0, conversation.unread - shown);
}

function timeFormat({ language, timeZone }: Said): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(letterLanguage(language), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
}

/** What is forbidden in XML and HTML alike goes; so does what turns the direction of a line around. */
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;

function oneLine(name: string): string {
  return cut(name.replace(NOT_TEXT, '').replace(/\s+/g, ' ').trim(), NAME_CHARS);
}

/** By characters as people count them: half of a surrogate pair is none. */
function cut(text: string, chars: number): string {
  const plain = text.replace(NOT_TEXT, '').replace(/\r\n?/g, '\n');
  if (plain.length <= chars) return plain;
  const end = /[\uD800-\uDBFF]/.test(plain.charAt(chars - 1)) ? chars - 1 : chars;
  return `${plain.slice(0, end)}…`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
