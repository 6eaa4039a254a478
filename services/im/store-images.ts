// Rows of the images in messages: who put which where, and the pieces of each different one once.
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Message, MessageImage } from './contract.ts';
import type { ImTables } from './store.ts';

type Own = ServiceStore<ImTables>;

export interface NewImage {
  readonly imageId: string;
  readonly conversationId: string;
  readonly uploaderId: string;
  readonly hash: string;
  readonly bytes: number;
  readonly pieces: number;
  readonly name: string;
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
  readonly now: number;
}

/**
 * Notes an image that somebody wants to put here. Repeated, it is the same one.
 * @returns how many of its pieces are here, or undefined where another image has this id.
 */
export async function noteImage(own: Own, image: NewImage): Promise<number | undefined> {
  return own.transaction(async ({ db }) => {
    await sql`insert into image_data (hash, bytes, pieces) values (${image.hash}, ${image.bytes}, ${image.pieces})
      on conflict (hash) do nothing`.execute(db);
    const { rows } = await sql<{ held: number }>`
      insert into images as i (image_id, conversation_id, uploader_id, hash, name, media_type, width, height, put_at)
      values (${image.imageId}, ${image.conversationId}, ${image.uploaderId}, ${image.hash}, ${image.name},
              ${image.mediaType}, ${image.width}, ${image.height}, ${image.now})
      on conflict (image_id) do update set name = excluded.name
        where i.uploader_id = excluded.uploader_id and i.conversation_id = excluded.conversation_id
          and i.hash = excluded.hash
      returning (select count(*) from image_pieces p where p.hash = ${image.hash})::integer as held`.execute(
      db,
    );
    return rows[0]?.held;
  });
}

/** How many images this person has put here that no message carries. */
export async function countWaiting(own: Own, uploaderId: string): Promise<number> {
  const [row] = await own.statement<{ count: number }>(
    'images-waiting',
    'select count(*)::integer as count from im.images where uploader_id = $1 and client_id is null',
    [uploaderId],
  );
  return row?.count ?? 0;
}

export interface ImageRow {
  readonly uploaderId: string;
  readonly hash: string;
  readonly bytes: number;
  readonly pieces: number;
  readonly name: string;
  readonly mediaType: string;
}

export async function imageIn(
  own: Own,
  conversationId: string,
  imageId: string,
): Promise<ImageRow | undefined> {
  const [row] = await own.statement<ImageRow>(
    'image-in',
    `select i.uploader_id as "uploaderId", i.hash, d.bytes, d.pieces, i.name, i.media_type as "mediaType"
     from im.images i join im.image_data d on d.hash = i.hash
     where i.image_id = $1 and i.conversation_id = $2`,
    [imageId, conversationId],
  );
  return row;
}

/** The same, if this person sees the message that carries it; until it is sent, only who put it here does. */
export async function imageSeenBy(
  own: Own,
  conversationId: string,
  imageId: string,
  userId: string,
): Promise<ImageRow | undefined> {
  const [row] = await own.statement<ImageRow>(
    'image-seen-by',
    `select i.uploader_id as "uploaderId", i.hash, d.bytes, d.pieces, i.name, i.media_type as "mediaType"
     from im.images i
     join im.image_data d on d.hash = i.hash
     join im.participants p on p.conversation_id = i.conversation_id and p.user_id = $3
     left join im.messages m on m.sender_id = i.uploader_id and m.client_id = i.client_id
       and m.conversation_id = i.conversation_id
     where i.image_id = $1 and i.conversation_id = $2
       and case when m.seq is null then i.uploader_id = $3 else p.spans is null or m.seq <@ p.spans end`,
    [imageId, conversationId, userId],
  );
  return row;
}

export async function putPiece(own: Own, hash: string, nth: number, data: Buffer): Promise<void> {
  await own.statement(
    'put-image-piece',
    'insert into im.image_pieces (hash, nth, data) values ($1, $2, $3) on conflict do nothing',
    [hash, nth, data],
  );
}

export async function pieceOf(own: Own, hash: string, nth: number): Promise<Buffer | undefined> {
  const [row] = await own.statement<{ data: Buffer }>(
    'image-piece',
    'select data from im.image_pieces where hash = $1 and nth = $2',
    [hash, nth],
  );
  return row?.data;
}

interface ClaimedRow extends Omit<MessageImage, 'alt'> {}

/**
 * Takes these images for one message of the person who put them here; again for the same message, it is the same answer.
 * @returns undefined where one is not here as a whole, belongs to another message, or to somebody else.
 */
export async function claimImages(
  own: Own,
  message: { readonly senderId: string; readonly conversationId: string; readonly clientId: string },
  wanted: readonly { readonly imageId: string; readonly alt: string }[],
): Promise<MessageImage[] | undefined> {
  const { senderId, conversationId, clientId } = message;
  const rows = await own.statement<ClaimedRow>(
    'claim-images',
    `update im.images i set client_id = $3
     from im.image_data d
     where i.image_id = any($4::text[]) and i.uploader_id = $1 and i.conversation_id = $2 and d.hash = i.hash
       and coalesce(i.client_id, $3) = $3
       and (select count(*) from im.image_pieces p where p.hash = i.hash) = d.pieces
     returning i.image_id as "imageId", i.name, i.width, i.height`,
    [senderId, conversationId, clientId, wanted.map(({ imageId }) => imageId)],
  );
  const byId = new Map(rows.map((row) => [row.imageId, row]));
  if (byId.size !== wanted.length) return undefined;
  return wanted.map(({ imageId, alt }) => {
    const { name, width, height } = byId.get(imageId)!;
    return { imageId, name, alt, width, height };
  });
}

/** From now on nobody sees the images of this message; `sweepImages` takes away what they were. */
export async function forgetImages(db: ServiceTransaction<ImTables>['db'], message: Message): Promise<void> {
  await sql`delete from images where uploader_id = ${message.senderId} and client_id = ${message.clientId}`.execute(
    db,
  );
}

/**
 * Takes away images that were put here before that time and that neither a message nor a scheduled one carries, and the
 * pieces of those that nobody has.
 */
export async function sweepImages(own: Own, before: number): Promise<void> {
  await own.statement(
    'keep-images',
    `update im.images i set is_kept = true
     where not i.is_kept and i.put_at < $1
       and exists (select from im.messages m where m.sender_id = i.uploader_id and m.client_id = i.client_id)`,
    [before],
  );
  await own.statement(
    'drop-images',
    `delete from im.images i
     where not i.is_kept and i.put_at < $1
       and not exists (select from im.messages m where m.sender_id = i.uploader_id and m.client_id = i.client_id)
       and not exists (select from im.scheduled s where s.sender_id = i.uploader_id and s.client_id = i.client_id)`,
    [before],
  );
  await own.statement(
    'drop-image-data',
    'delete from im.image_data d where not exists (select from im.images i where i.hash = d.hash)',
    [],
  );
}
