// People are dragged into a group, onto its heading or anybody in it; with Ctrl or Alt they stay where they were, too. The
// menu of a contact does the same for who drags nothing.
import { type DragEvent, useState } from 'react';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import type { Dragging } from './contact-row.tsx';
import type { ContactRow, Section } from './contact-rows.ts';

const TYPE = 'application/x-parley-contacts';

interface Held {
  readonly contactIds: readonly string[];
  readonly from: Section;
}

export function useDragging(picked: readonly string[]): {
  /** The section above which somebody is held, where they can be put. */
  readonly targetKey: string | null;
  readonly of: (row: ContactRow) => Dragging;
} {
  const client = useLiveClient();
  const notices = useNotices();
  const [held, setHeld] = useState<Held | null>(null);
  const [targetKey, setTargetKey] = useState<string | null>(null);

  function end(): void {
    setHeld(null);
    setTargetKey(null);
  }

  async function put({ contactIds, from }: Held, to: Section, stays: boolean): Promise<void> {
    const left = from.group === undefined || stays ? [] : [from.group.groupId];
    const change =
      to.kind === 'favourites'
        ? { favourite: true }
        : to.kind === 'others'
          ? { favourite: false, removeFrom: left }
          : {
              addTo: to.group === undefined ? [] : [to.group.groupId],
              removeFrom: left,
              ...(from.kind === 'favourites' && !stays ? { favourite: false } : {}),
            };
    notices.outcome(await client.contacts.put(contactIds, change));
  }

  return {
    targetKey,
    of: (row) => ({
      onDragStart(event) {
        if (row.kind !== 'contact') return;
        const contactIds = picked.includes(row.contactId) ? picked : [row.contactId];
        event.dataTransfer.setData(TYPE, contactIds.join(' '));
        event.dataTransfer.effectAllowed = 'copyMove';
        setHeld({ contactIds, from: row.section });
      },
      onDragOver(event) {
        const { section } = row;
        if (held === null || section.key === held.from.key || !takesPeople(section)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = keepsBoth(event) ? 'copy' : 'move';
        setTargetKey(section.key);
      },
      onDragLeave: () => setTargetKey(null),
      onDrop(event) {
        event.preventDefault();
        if (held !== null && takesPeople(row.section)) void put(held, row.section, keepsBoth(event));
        end();
      },
      onDragEnd: end,
    }),
  };
}

function takesPeople({ kind }: Section): boolean {
  return kind === 'group' || kind === 'favourites' || kind === 'others';
}

function keepsBoth(event: DragEvent): boolean {
  return event.ctrlKey || event.altKey;
}
