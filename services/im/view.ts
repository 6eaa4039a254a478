// Who hides how far they have read, as every process holds it: snapshot and `im.privacy.changed`, folded.
import { view } from '@parley/platform/contract';
import { type Privacy, privacyChanged, privacySnapshot } from './contract.ts';

export { whomToAlert } from './rules/alerting.ts';

export type PrivacyView = Map<string, Privacy>;

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldPrivacy(view: PrivacyView, privacy: Privacy): PrivacyView {
  const held = view.get(privacy.userId);
  if (held === undefined || held.version < privacy.version) view.set(privacy.userId, privacy);
  return view;
}

export function hidesReceipts(view: PrivacyView, userId: string): boolean {
  return view.get(userId)?.hidesReceipts === true;
}

export const privacyView = view({
  event: privacyChanged,
  snapshot: privacySnapshot,
  items: (page) => page.privacies,
  empty: (): PrivacyView => new Map(),
  fold: foldPrivacy,
});
