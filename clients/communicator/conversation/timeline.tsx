// The messages of a conversation: paged upwards, kept at the end while one is there, read when they are seen.
import { Button, Spinner } from '@fluentui/react-components';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Thread } from '../../kit/live/live-state.ts';
import { startOfDay, useFormats } from '../../kit/i18n/format.ts';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import { ArrowDownIcon } from '../../kit/widgets/icons.tsx';
import { useNow } from '../use-now.ts';
import { Bubble } from './bubble.tsx';
import styles from './timeline.module.css';
import { type TimelineRow, timelineRows } from './timeline-rows.ts';
import { useReading } from './use-reading.ts';

/** Closer to the end than this counts as being there. */
const END_PX = 48;
/** Closer to the start than this loads what is older. */
const START_PX = 400;

interface TimelineProps {
  readonly conversationId: string;
  readonly thread: Thread;
  readonly name: string;
  readonly named: boolean;
}

export function Timeline({ conversationId, thread, name, named }: TimelineProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const outgoing = useLiveShallow(({ outbox }) => outbox.filter((item) => item.conversationId === conversationId));
  const [atEnd, setAtEnd] = useState(true);
  const readSeq = useReading(conversationId, atEnd);
  const rows = useMemo(
    () => timelineRows({ messages: thread.messages, outgoing, meId, connected, readSeq, startOfDay }),
    [thread.messages, outgoing, meId, connected, readSeq],
  );
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const firstSeq = thread.messages[0]?.seq;
  const before = useRef({ firstSeq, rows: 0, ownSent: 0 });
  // Rows added above keep the scroll position measured from the end.
  const grewAbove = before.current.firstSeq !== firstSeq && before.current.rows > 0;
  const ownSent = outgoing.length;

  useLayoutEffect(() => {
    const sentNow = ownSent > before.current.ownSent;
    const opened = before.current.rows === 0;
    before.current = { firstSeq, rows: rows.length, ownSent };
    if (rows.length === 0 || (!atEnd && !sentNow && !opened)) return;
    const unreadAt = opened ? rows.findIndex(({ kind }) => kind === 'unread') : -1;
    if (unreadAt > 0) list.current?.scrollToIndex(unreadAt, { align: 'center' });
    else list.current?.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [rows, atEnd, firstSeq, ownSent]);

  useEffect(() => {
    // The composer grows, the window shrinks, the keyboard of a telephone opens: the end stays in view.
    const element = box.current;
    if (element === null || !atEnd) return;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [atEnd]);

  function onScroll(): void {
    const element = box.current;
    if (element === null) return;
    setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < END_PX);
    if (element.scrollTop < START_PX && thread.hasOlder) void client.loadOlder(conversationId);
  }

  return (
    <div className={styles.frame}>
      {/* Live announcements come from announcer.tsx: rows that scroll into view must not be read out. */}
      <div
        ref={box}
        className={styles.box}
        role="log"
        aria-live="off"
        aria-label={t('chats.log', { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <div className={styles.filler} />
        {thread.hasOlder && <Spinner size="tiny" className={styles.older} label={t('chats.loadingOlder')} />}
        <Virtualizer ref={list} scrollRef={box} shift={grewAbove}>
          {rows.map((row) => (
            <TimelineRowView key={row.key} row={row} named={named} />
          ))}
        </Virtualizer>
        <div className={styles.foot} />
      </div>
      {!atEnd && (
        <Button
          className={styles.toEnd}
          shape="circular"
          icon={<ArrowDownIcon />}
          aria-label={t('chats.toEnd')}
          onClick={() => list.current?.scrollToIndex(rows.length - 1, { align: 'end' })}
        />
      )}
    </div>
  );
}

function TimelineRowView({ row, named }: { readonly row: TimelineRow; readonly named: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(60_000, row.kind === 'day');
  switch (row.kind) {
    case 'day':
      return (
        <div className={styles.day}>
          <span>{formats.day(row.atMs, nowMs)}</span>
        </div>
      );
    case 'unread':
      return (
        <div className={styles.unread}>
          <span>{t('chats.newMessages')}</span>
        </div>
      );
    case 'message':
      return <Bubble row={row} named={named} />;
  }
}
