// What a message says: its text and what stands beside it, as it is stored. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import type { Static } from 'typebox';
import { type draftFields, imErrors } from './contract.ts';
import { messageText } from './conversation.ts';

type Field<Name extends keyof typeof draftFields> = Static<(typeof draftFields)[Name]>;

export interface Content {
  readonly text: string;
  readonly importance?: Field<'importance'>;
  readonly subject?: string;
  readonly replyTo?: number;
  readonly mentions?: string[];
  readonly images?: Field<'images'>;
}

/** Nothing beside the text, as in nearly all messages. */
function isPlain({ importance, subject, replyTo, mentions, images }: Content): boolean {
  return (importance ?? subject ?? replyTo ?? mentions ?? images) === undefined;
}

/** The content without what says nothing, and without the other fields of what was given. */
export function cleanContent(given: Content): Outcome<Content> {
  const { importance, replyTo } = given;
  const images = given.images?.length === 0 ? undefined : given.images;
  const text = messageText(given.text, images !== undefined);
  if (!text.ok) return text;
  if (isPlain(given)) return done({ text: text.value });
  const subject = given.subject === undefined ? '' : oneLine(given.subject);
  const mentions = [...new Set(given.mentions)];
  if (new Set(images?.map(({ imageId }) => imageId)).size !== (images?.length ?? 0))
    return imErrors.fault('IM_NO_SUCH_IMAGE');
  return done({
    text: text.value,
    ...(importance === undefined ? {} : { importance }),
    ...(subject === '' ? {} : { subject }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(images === undefined
      ? {}
      : { images: images.map(({ imageId, alt }) => ({ imageId, alt: oneLine(alt) })) }),
  });
}

/** Without line ends and other controls, which a header field or a list could not show. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}
