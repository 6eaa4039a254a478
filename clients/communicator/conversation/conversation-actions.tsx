// What the parts of one open conversation ask of each other: answer, edit, go to a message, show an image.
import { createContext, useContext } from 'react';
import type { Message, MessageImage } from '../../kit/contracts.ts';

export interface ConversationActions {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  readonly goTo: (seq: number) => void;
  readonly showImage: (images: readonly MessageImage[], index: number) => void;
}

const Context = createContext<ConversationActions | null>(null);
export const ConversationActionsProvider = Context.Provider;

export function useConversationActions(): ConversationActions {
  const actions = useContext(Context);
  if (actions === null) throw new Error('There is no conversation here.');
  return actions;
}
