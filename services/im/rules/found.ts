// A message that a search found, with as much of it and of what stands around it as a list shows.
import { type Static, Type } from 'typebox';

const Beside = Type.Union([Type.Object({ senderId: Type.String(), text: Type.String() }), Type.Null()]);

export const Found = Type.Object({
  conversationId: Type.String(),
  seq: Type.Integer(),
  messageId: Type.String(),
  senderId: Type.String(),
  sentAt: Type.Integer(),
  /** In a line, without marks; a long one is cut around what was found. */
  text: Type.String(),
  /** Where in `text` it says what was asked for. */
  ranges: Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer() })),
  /** How many it carries. */
  images: Type.Optional(Type.Integer()),
  before: Beside,
  after: Beside,
});
export type Found = Static<typeof Found>;
