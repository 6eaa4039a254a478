// The page behind the link at the end of a mail, before and after these mails are ended. Pure.
import { STOP_STYLE_PATH } from './contract.ts';
import { escapeHtml } from './letter.ts';
import { letterLanguage, letterTexts } from './letter-texts.ts';

export function stopPage(address: string, language: string, isStopped: boolean): string {
  const { page } = letterTexts(language);
  // The form goes where the page came from.
  const body = isStopped
    ? `<p role="status">${escapeHtml(page.done(address))}</p><p>${escapeHtml(page.later)}</p>`
    : `<p>${escapeHtml(page.ask(address))}</p><form method="post"><button>${escapeHtml(page.button)}</button></form>`;
  return [
    `<!doctype html><html lang="${letterLanguage(language)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">',
    `<title>${escapeHtml(page.title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${STOP_STYLE_PATH}"></head>`,
    `<body><main><h1>${escapeHtml(page.title)}</h1>${body}</main></body></html>`,
  ].join('');
}
