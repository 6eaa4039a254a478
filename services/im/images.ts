// Images in messages: put here piece by piece for one conversation, given piece by piece to who is in it, taken away when
// no message carries them.
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome, type ReplyOf, type RequestOf } from '@parley/platform/contract';
import { startRounds } from '@parley/platform/host';
import type { Log } from '@parley/platform/observe';
import type { ServiceStore } from '@parley/platform/store';
import { oneLine } from './content.ts';
import {
  type getImagePiece,
  IMAGE_LIMIT_BYTES,
  IMAGE_PIECE_BYTES,
  imErrors,
  type offerImage,
  type putImagePiece,
} from './contract.ts';
import type { Conversations } from './conversations.ts';
import { imageFormat } from './image-format.ts';
import type { ImTables } from './store.ts';
import * as rows from './store-images.ts';

/** Decoded, an image takes four bytes of a browser's memory for each. */
const PIXELS = 50_000_000;
const WAITING_A_PERSON = 50;
const SWEEP_MS = 3_600_000;
/** For so long an image may wait for its message. */
const WAIT_MS = 24 * 3_600_000;
const SWEEP_SOON_MS = 1_000;

export interface Images extends AsyncDisposable {
  offer(asked: RequestOf<typeof offerImage>): Promise<Outcome<ReplyOf<typeof offerImage>>>;
  put(asked: RequestOf<typeof putImagePiece>): Promise<Outcome<Record<never, never>>>;
  piece(asked: RequestOf<typeof getImagePiece>): Promise<Outcome<ReplyOf<typeof getImagePiece>>>;
  /** A message that carried some was deleted. */
  sweepSoon(): void;
}

export function createImages(ports: {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly conversations: Conversations;
}): Images {
  const { own, clock, conversations } = ports;
  const { fault } = imErrors;
  const sweeps = startRounds(ports, { everyMs: SWEEP_MS, failure: 'images wait for the next sweep' }, () =>
    rows.sweepImages(own, clock.wallNow() - WAIT_MS),
  );

  async function isIn(conversationId: string, userId: string): Promise<boolean> {
    return (await conversations.of(userId, conversationId)) !== undefined;
  }

  return {
    async offer({ userId, conversationId, imageId, name, bytes, hash, head }) {
      if (!(await isIn(conversationId, userId))) return fault('IM_NO_SUCH_CONVERSATION');
      if (bytes > IMAGE_LIMIT_BYTES) return fault('IM_IMAGE_TOO_LARGE');
      const format = imageFormat(Buffer.from(head, 'base64'));
      if (format === undefined) return fault('IM_BAD_IMAGE');
      if (format.width * format.height > PIXELS) return fault('IM_IMAGE_TOO_LARGE');
      if ((await rows.countWaiting(own, userId)) >= WAITING_A_PERSON) return fault('IM_TOO_MANY_IMAGES');
      const pieces = Math.ceil(bytes / IMAGE_PIECE_BYTES);
      const image = { imageId, name: oneLine(name) || 'image', width: format.width, height: format.height };
      const held = await rows.noteImage(own, {
        ...image,
        conversationId,
        uploaderId: userId,
        hash,
        bytes,
        pieces,
        mediaType: format.mediaType,
        now: clock.wallNow(),
      });
      if (held === undefined) return fault('IM_NO_SUCH_IMAGE');
      return done({ image: { ...image, alt: '' }, wanted: held < pieces });
    },

    async put({ userId, conversationId, imageId, nth, data }) {
      const image = await rows.imageIn(own, conversationId, imageId);
      if (image?.uploaderId !== userId || nth >= image.pieces) return fault('IM_NO_SUCH_IMAGE');
      const bytes = Buffer.from(data, 'base64');
      const isLast = nth === image.pieces - 1;
      const expected = isLast ? image.bytes - nth * IMAGE_PIECE_BYTES : IMAGE_PIECE_BYTES;
      if (bytes.length !== expected) return fault('IM_BAD_IMAGE');
      await rows.putPiece(own, image.hash, nth, bytes);
      return done({});
    },

    async piece({ userId, conversationId, imageId, nth }) {
      const image = await rows.imageSeenBy(own, conversationId, imageId, userId);
      const data = image === undefined ? undefined : await rows.pieceOf(own, image.hash, nth);
      if (image === undefined || data === undefined) return fault('IM_NO_SUCH_IMAGE');
      const { mediaType, name, hash, bytes } = image;
      return done({ mediaType, name, hash, bytes, data: data.toString('base64') });
    },

    sweepSoon: () => sweeps.soon(SWEEP_SOON_MS),
    [Symbol.asyncDispose]: () => sweeps[Symbol.asyncDispose](),
  };
}
