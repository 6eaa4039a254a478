// Whether the person whom a request is for has blocked who sends it. It is answered as if nobody were there, and no device
// hears of it. Used by walk.ts.
import { followView } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import { directoryView } from '../identity/view.ts';
import { accessView, reachOf, sightOf } from '../presence/view.ts';

export interface Barred extends AsyncDisposable {
  /** @param senders proven addresses of the user who sends; none where a server does. */
  isBarred(
    senders: readonly string[],
    /** Whom it is for: the owner of the temporary GRUU that it names, or of the address. */
    called: { readonly address: string; readonly ownerId: string | undefined },
  ): boolean;
}

/** Presence starts after the proxy: until its view is here, which is before phones have registered again, nobody is barred. */
export function followBarred(context: ServiceContext): Barred {
  const { domain } = context.config;
  const directory = followView(context, directoryView);
  const access = followView(context, accessView);
  const userIdOf = (address: string) => directory.current.byAddress.get(address)?.userId;
  return {
    isBarred(senders, { address, ownerId }) {
      if (access.current.size === 0) return false;
      const calledId = ownerId ?? userIdOf(address);
      if (calledId === undefined || !access.current.has(calledId)) return false;
      return senders.some((sender) => {
        const userId = userIdOf(sender);
        if (userId === undefined) return false;
        const sight = sightOf(access.current, calledId, { userId, domain });
        return reachOf(sight, 'available', 'call') === 'unreachable';
      });
    },
    async [Symbol.asyncDispose]() {
      await directory[Symbol.asyncDispose]();
      await access[Symbol.asyncDispose]();
    },
  };
}
