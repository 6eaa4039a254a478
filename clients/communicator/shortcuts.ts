// The communicator's keys (ecosystem's map): search, in the chat too, next and previous conversation, back, help.
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { type Combination, isTextField, mayFire, pressed } from '../kit/keys/shortcuts.ts';
import { useLiveClient } from '../kit/live/live-context.tsx';
import { recentConversations } from '../kit/live/selectors.ts';
import { preferences } from '../kit/theme/preferences.ts';

export const SHORTCUTS = {
  search: ['Control+K', '/'],
  find: ['Control+F'],
  contacts: ['Alt+1'],
  chats: ['Alt+2'],
  calls: ['Alt+3'],
  call: ['Alt+C'],
  previous: ['Alt+ArrowUp'],
  next: ['Alt+ArrowDown'],
  back: ['Escape'],
  help: ['?', 'Control+/'],
} as const satisfies Record<string, readonly Combination[]>;
export type ShortcutName = keyof typeof SHORTCUTS;

/** For `aria-keyshortcuts`. */
export function ariaKeys(name: ShortcutName): string {
  return SHORTCUTS[name].join(' ');
}

/** Asked of whoever shows the search box and the tabs. */
export const focusRequests = new EventTarget();

export function useShortcuts({ openHelp }: { readonly openHelp: () => void }): void {
  const navigate = useNavigate();
  const client = useLiveClient();
  const { conversationId } = useParams({ strict: false });

  useEffect(() => {
    function step(by: 1 | -1): void {
      const recent = recentConversations(client.store.getState().live);
      const at = recent.findIndex((conversation) => conversation.conversationId === conversationId);
      const target = recent[at < 0 ? 0 : (at + by + recent.length) % recent.length];
      if (target !== undefined) {
        void navigate({ to: '/c/$conversationId', params: { conversationId: target.conversationId } });
      }
    }
    const actions: Readonly<Record<ShortcutName, () => void>> = {
      search: () => focusRequests.dispatchEvent(new Event('search')),
      find: () => focusRequests.dispatchEvent(new Event('find')),
      contacts: () => focusRequests.dispatchEvent(new Event('contacts')),
      chats: () => focusRequests.dispatchEvent(new Event('chats')),
      calls: () => focusRequests.dispatchEvent(new Event('calls')),
      call: () => focusRequests.dispatchEvent(new Event('call')),
      previous: () => step(-1),
      next: () => step(1),
      back: () => {
        if (conversationId === undefined) return;
        void navigate({ to: '/' }).then(() => document.querySelector<HTMLElement>('[data-list]')?.focus());
      },
      help: openHelp,
    };
    function onKeyDown(event: KeyboardEvent): void {
      // A dialog, a menu or an input method has its own keys.
      if (event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null) return;
      const quiet = isTextField(event.target) || !preferences.getState().singleKeys;
      for (const [name, combinations] of Object.entries(SHORTCUTS) as [ShortcutName, readonly string[]][]) {
        if (!combinations.some((keys) => pressed(event, keys) && mayFire(keys, quiet))) continue;
        // Without a chat, the browser's own search is as good.
        if (name === 'find' && conversationId === undefined) return;
        event.preventDefault();
        actions[name]();
        return;
      }
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [client, conversationId, navigate, openHelp]);
}
