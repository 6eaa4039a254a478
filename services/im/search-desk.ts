// The command of searching messages and the index behind it, wired. Started by service.ts.
import type { HeldView } from '@parley/platform/bus';
import { type ServiceContext, startRounds } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { searchMessages } from './contract.ts';
import { findMessages } from './search.ts';
import { createSearchIndex } from './search-index.ts';
import type { ImTables } from './store.ts';

/** Messages and changes are found before they are in the index, so there is no hurry. */
const INDEX_MS = 120_000;
/** Between batches: whoever writes and reads messages comes first. */
const INDEX_ON_MS = 20;

export async function openSearchDesk(
  context: ServiceContext,
  own: ServiceStore<ImTables>,
  directory: HeldView<Directory, User>,
): Promise<AsyncDisposable> {
  const { bus, clock } = context;
  const index = createSearchIndex(own, clock);
  const rounds = startRounds(
    context,
    { everyMs: INDEX_MS, failure: 'messages are put into the search index later' },
    async () => {
      if (await index.some()) rounds.soon(INDEX_ON_MS);
    },
  );
  rounds.soon(INDEX_MS / 10);
  const serving = await bus.serve(searchMessages, (asked) =>
    findMessages({ own, clock, directory: () => directory.current }, asked),
  );
  return {
    async [Symbol.asyncDispose]() {
      await serving[Symbol.asyncDispose]();
      await rounds[Symbol.asyncDispose]();
    },
  };
}
