// What a search shows, as rows: people, group chats, then messages under the days on which they were said. Pure.
import type { Dialled } from '../../kit/calls/dialled.ts';
import type { Conversation, Found, User } from '../../kit/contracts.ts';

export type Choice =
  /** What was typed is a number: it can be called. */
  | { readonly kind: 'dial'; readonly key: string; readonly dialled: Dialled }
  | { readonly kind: 'person'; readonly key: string; readonly user: User }
  /** Shows the rest of the people. */
  | { readonly kind: 'people'; readonly key: string }
  | { readonly kind: 'group'; readonly key: string; readonly conversation: Conversation }
  | { readonly kind: 'message'; readonly key: string; readonly found: Found }
  | { readonly kind: 'more'; readonly key: string };
export type SearchRow = Choice | { readonly kind: 'heading'; readonly key: string; readonly text: string };

export interface SearchRowsInput {
  readonly dialled: Dialled | null;
  readonly users: readonly User[];
  /** Many people leave what else was found in view, until they are asked for. */
  readonly allPeople: boolean;
  readonly groups: readonly Conversation[];
  readonly found: readonly Found[];
  /** There is more history to look through. */
  readonly more: boolean;
  readonly headings: {
    readonly people: string;
    readonly groups: string;
    readonly messages: (sentAt: number) => string;
  };
}

const SOME_PEOPLE = 5;

export function searchRows(input: SearchRowsInput): SearchRow[] {
  const { dialled, users, allPeople, groups, found, more, headings } = input;
  const rows: SearchRow[] = dialled === null ? [] : [{ kind: 'dial', key: 'dial', dialled }];
  const isCut = !allPeople && users.length > SOME_PEOPLE + 1 && groups.length + found.length > 0;
  if (users.length > 0) rows.push({ kind: 'heading', key: 'people', text: headings.people });
  for (const user of isCut ? users.slice(0, SOME_PEOPLE) : users)
    rows.push({ kind: 'person', key: `person ${user.userId}`, user });
  if (isCut) rows.push({ kind: 'people', key: 'all people' });
  if (groups.length > 0) rows.push({ kind: 'heading', key: 'groups', text: headings.groups });
  for (const conversation of groups)
    rows.push({ kind: 'group', key: `group ${conversation.conversationId}`, conversation });
  let day = '';
  for (const one of found) {
    const text = headings.messages(one.sentAt);
    if (text !== day) rows.push({ kind: 'heading', key: `day ${text}`, text });
    day = text;
    rows.push({ kind: 'message', key: one.messageId, found: one });
  }
  if (more) rows.push({ kind: 'more', key: 'more' });
  return rows;
}

/** Where the rows stand that can be chosen. */
export function choicesOf(rows: readonly SearchRow[]): number[] {
  return rows.flatMap(({ kind }, index) => (kind === 'heading' ? [] : index));
}
