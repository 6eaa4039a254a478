// How far a message has got: read marks and phones as im knows them, and whoever has a window open here or elsewhere.
import { done, type Outcome } from '@parley/platform/contract';
import { listReceipts } from '../im/contract.ts';
import type { BrowserSession } from './browser-session.ts';
import type { CommandReply, CommandRequest } from './contract.ts';
import type { DispatchContext } from './dispatch.ts';
import { presenceShownTo } from './sight.ts';

export async function findReceipts(
  { bus, people, windows }: DispatchContext,
  session: BrowserSession,
  request: CommandRequest<'im.receipts'>,
): Promise<Outcome<CommandReply<'im.receipts'>>> {
  const found = await bus.call(listReceipts, { ...request, userId: session.userId });
  if (!found.ok) return found;
  const now = people();
  const { receipts, lastSeq } = found.value;

  /** Who appears offline to this person is not given away by what reached a window. */
  function hasWindow(userId: string): boolean {
    const [open] = windows.ofUser(userId);
    return open !== undefined && presenceShownTo(now, session, userId).state !== 'offline';
  }

  return done({
    receipts: receipts.map((mark) =>
      mark.seq < lastSeq && hasWindow(mark.userId) ? { ...mark, reached: lastSeq } : mark,
    ),
    lastSeq,
  });
}
