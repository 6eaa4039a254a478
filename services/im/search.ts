// Searching all that a person may read, page by page: what was found, where, and what stands beside it. How long it takes
// depends on how much this person has, not on how much the server keeps.
import type { Clock } from '@parley/platform/clock';
import type { ReplyOf } from '@parley/platform/contract';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import type { Directory } from '../identity/view.ts';
import { imErrors, type Message, type searchMessages } from './contract.ts';
import type { Found } from './rules/found.ts';
import { asksNothing, type SearchQuery } from './rules/search-query.ts';
import { lineOf, needlesOf, snippetOf } from './rules/searchable.ts';
import { placesOf } from './search-places.ts';
import { walk } from './search-walk.ts';
import { findConversations, type ImTables, sightOf } from './store.ts';
import { type Position, readAround, type Scope } from './store-search.ts';

export interface Asked {
  readonly userId: string;
  readonly query: SearchQuery;
  readonly conversationId?: string;
  readonly next?: string;
  readonly limit: number;
}

export interface SearchPorts {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly directory: () => Directory;
}

const LATEST: Position = { sentAt: Number.MAX_SAFE_INTEGER, conversationId: '', seq: 0 };

export async function findMessages(
  ports: SearchPorts,
  asked: Asked,
): Promise<Outcome<ReplyOf<typeof searchMessages>>> {
  const { own } = ports;
  const { userId, query, limit } = asked;
  if (asksNothing(query)) return imErrors.fault('IM_SEARCH_EMPTY');
  const position = asked.next === undefined ? firstPosition(query) : positionOf(asked.next);
  if (position === undefined) return imErrors.fault('IM_SEARCH_OVER');
  if (
    asked.conversationId !== undefined &&
    (await sightOf(own.db, asked.conversationId, userId)) === undefined
  )
    return imErrors.fault('IM_NO_SUCH_CONVERSATION');
  const named = await placesOf(ports, asked);
  if (named.nobody.length > 0) return done({ found: [], conversations: [], nobody: named.nobody });
  const scope: Scope = { userId, ...named, after: query.after ?? 0, position };
  const needles = needlesOf(query);
  const { sure, next } = await walk(ports, { scope, needles, limit });
  const page = sure.slice(0, limit);
  const conversationIds = [...new Set(page.map(({ conversationId }) => conversationId))];
  const [around, conversations] = await Promise.all([
    readAround(own, userId, page),
    findConversations(own, userId, conversationIds),
  ]);
  return done({
    found: page.map((message) => shown(message, around, query)),
    conversations,
    nobody: [],
    ...(next === undefined ? {} : { next: nextOf(next) }),
  });
}

function firstPosition({ before }: SearchQuery): Position {
  return before === undefined ? LATEST : { ...LATEST, sentAt: before };
}

function shown(message: Message, around: readonly Message[], { terms }: SearchQuery): Found {
  const { conversationId, seq, messageId, senderId, sentAt, images = [] } = message;
  const beside = (by: -1 | 1) => {
    const found = around.find((one) => one.conversationId === conversationId && one.seq === seq + by);
    // A notice, or what was taken back, says nothing.
    if (found === undefined || lineOf(found) === '') return null;
    return { senderId: found.senderId, text: snippetOf(found, []).text };
  };
  return {
    ...{ conversationId, seq, messageId, senderId, sentAt, ...snippetOf(message, terms) },
    ...(images.length === 0 ? {} : { images: images.length }),
    ...{ before: beside(-1), after: beside(1) },
  };
}

function nextOf({ sentAt, seq, conversationId }: Position): string {
  return `${sentAt} ${seq} ${conversationId}`;
}

function positionOf(next: string): Position | undefined {
  const [, sentAt, seq, conversationId] = /^(\d{1,16}) (\d{1,9}) (\S{1,64})$/.exec(next) ?? [];
  if (sentAt === undefined || conversationId === undefined) return undefined;
  return { sentAt: Number(sentAt), seq: Number(seq), conversationId };
}
