// What the policies and the own choices mean for a window, and telling it when that changes.
import type { Bus, HeldView, Subscription } from '@parley/platform/bus';
import { followView } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import type { Log } from '@parley/platform/observe';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { hidesReceipts, privacyView } from '../im/view.ts';
import { policyView, settingsFor } from '../policy/view.ts';
import { type BrowserSession, tell } from './browser-session.ts';
import type { OwnPolicy } from './contract.ts';
import type { Sessions } from './sessions.ts';

export interface OwnPolicies extends AsyncDisposable {
  readonly ready: Promise<unknown>;
  of(userId: string): OwnPolicy;
  /** From here on these windows are told of changes. */
  follow(sessions: Sessions): void;
}

export function openOwnPolicies(
  ports: { readonly bus: Bus; readonly log: Log; readonly clock: Clock },
  directory: HeldView<Directory, User>,
): OwnPolicies {
  const policies = followView(ports, policyView);
  const privacy = followView(ports, privacyView);
  const listening: (Disposable | Subscription)[] = [];

  function of(userId: string): OwnPolicy {
    const department = directory.current.users.get(userId)?.department ?? '';
    const settings = settingsFor(policies.current, { userId, department });
    const { banner, receipts, editing, startGroups, groupSize, groupExpansion, addedQuestions } = settings;
    const groups = { startGroups, groupSize, groupExpansion };
    const hides = hidesReceipts(privacy.current, userId);
    return { banner, receipts, editing, ...groups, addedQuestions, hidesReceipts: hides };
  }

  return {
    ready: Promise.all([policies.ready, privacy.ready]),
    of,
    follow(sessions) {
      const told = new WeakMap<BrowserSession, string>();
      function review(windows: Iterable<BrowserSession>): void {
        for (const session of windows) {
          const event = tell({ type: 'policy', policy: of(session.userId) });
          if (told.get(session) === event.json) continue;
          told.set(session, event.json);
          session.deliver(event);
        }
      }
      listening.push(
        policies.onChange((policy) =>
          review(policy?.scope.kind === 'user' ? sessions.ofUser(policy.scope.value) : sessions.all()),
        ),
        privacy.onChange((changed) =>
          review(changed === undefined ? sessions.all() : sessions.ofUser(changed.userId)),
        ),
      );
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listening) (listener as Disposable)[Symbol.dispose]();
      await policies[Symbol.asyncDispose]();
      await privacy[Symbol.asyncDispose]();
    },
  };
}
