// Which note one began to change: another window may have changed it meanwhile, and then this one is told.
import { useRef } from 'react';
import { useLiveClient } from '../../kit/live/live-context.tsx';

export interface NoteVersion {
  /** Called when the writing begins. */
  begin(): void;
  /** The version that was there then; undefined where the server could not be asked. */
  current(): Promise<number | undefined>;
}

export function useNoteVersion(): NoteVersion {
  const client = useLiveClient();
  const asked = useRef<Promise<number | undefined>>(undefined);
  return {
    begin() {
      asked.current = client
        .command('presence.readOwn', {})
        .then((outcome) => (outcome.ok ? outcome.value.noteVersion : undefined));
    },
    current: () => asked.current ?? Promise.resolve(undefined),
  };
}
