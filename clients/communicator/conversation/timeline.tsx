// The messages of a conversation: paged upwards, kept at the end while one is there, read when they are seen.
import { Button, Spinner } from '@fluentui/react-components';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { startOfDay } from '../../kit/i18n/format.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import type { Thread } from '../../kit/live/live-state.ts';
import { ArrowDownIcon } from '../../kit/widgets/icons.tsx';
import { NoticeLine, SeenLine } from '../groups/notice-line.tsx';
import { useNow } from '../use-now.ts';
import { Bubble } from './bubble.tsx';
import styles from './timeline.module.css';
import { type TimelineRow, timelineRows } from './timeline-rows.ts';
import { useEnd } from './use-end.ts';
import { useJump } from './use-jump.ts';
import { useMessageKeys } from './use-message-keys.ts';
import { useReading } from './use-reading.ts';

const NO_RECEIPTS = {};
/** Closer to the start than this loads what is older. */
const START_PX = 400;

interface TimelineProps {
  readonly conversationId: string;
  readonly thread: Thread;
  readonly name: string;
  readonly named: boolean;
  readonly mayWrite: boolean;
  /** Seq of the message to go to. */
  readonly at: number | undefined;
}

export function Timeline({ conversationId, thread, name, named, mayWrite, at }: TimelineProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const outgoing = useLiveShallow(({ outbox }) =>
    outbox.filter((item) => item.conversationId === conversationId),
  );
  const passing = useLive(({ live }) => live.passing[conversationId]);
  const messages = useMemo(
    () => (passing === undefined ? thread.messages : [...thread.messages, ...passing]),
    [thread.messages, passing],
  );
  const receipts = useLive(({ live }) => live.receipts[conversationId]) ?? NO_RECEIPTS;
  const reached = useLive(({ live }) => live.reached[conversationId]) ?? NO_RECEIPTS;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const end = useEnd(box);
  const atEnd = end.reached && thread.hasNewer !== true;
  const readSeq = useReading(conversationId, atEnd);
  const rows = useMemo(
    () => timelineRows({ messages, outgoing, meId, connected, readSeq, receipts, reached, startOfDay }),
    [messages, outgoing, meId, connected, readSeq, receipts, reached],
  );
  useMessageKeys(box);
  const firstSeq = thread.messages[0]?.seq;
  const before = useRef({ firstSeq, rows: 0, newest: '' });
  // Rows added above keep the scroll position measured from the end.
  const grewAbove = before.current.firstSeq !== firstSeq && before.current.rows > 0;
  const newest = outgoing.at(-1)?.clientId ?? '';

  useLayoutEffect(() => {
    const opened = before.current.rows === 0 && rows.length > 0;
    const wrote = newest !== '' && newest !== before.current.newest;
    before.current = { firstSeq, rows: rows.length, newest };
    if (opened || wrote) end.hold();
    if (!opened) return;
    const unreadAt = rows.findIndex(({ kind }) => kind === 'unread');
    if (unreadAt < 0) return;
    // Once the rows are measured: if what is new does not fit, begin where it begins.
    const frame = requestAnimationFrame(() => {
      if ((list.current?.getItemOffset(unreadAt) ?? 0) >= (box.current?.scrollTop ?? 0)) return;
      end.release();
      list.current?.scrollToIndex(unreadAt, { align: 'start' });
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, firstSeq, newest, end]);

  useJump({ at, rows, box, list, end });

  function onScroll(): void {
    end.scrolled();
    if (thread.hasNewer === true && isNearEnd(box.current)) {
      end.release();
      void client.loadNewer(conversationId);
    }
    if ((box.current?.scrollTop ?? 0) < START_PX && thread.hasOlder) void client.loadOlder(conversationId);
  }

  async function toEnd(): Promise<void> {
    if (thread.hasNewer === true) await client.loadNewest(conversationId);
    end.hold();
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
            <TimelineRowView
              key={row.key}
              conversationId={conversationId}
              row={row}
              named={named}
              mayWrite={mayWrite}
            />
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
          onClick={() => void toEnd()}
        />
      )}
    </div>
  );
}

function isNearEnd(box: HTMLElement | null): boolean {
  return box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < START_PX;
}

interface TimelineRowProps {
  readonly conversationId: string;
  readonly row: TimelineRow;
  readonly named: boolean;
  readonly mayWrite: boolean;
}

function TimelineRowView({ row, conversationId, ...rest }: TimelineRowProps) {
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
    case 'notice':
      return <NoticeLine notice={row.notice} atMs={row.atMs} />;
    case 'seen':
      return <SeenLine conversationId={conversationId} userIds={row.userIds} />;
    case 'message':
      return <Bubble row={row} conversationId={conversationId} {...rest} />;
  }
}
