// One message: whose, what, when, and what became of it.
import { Button } from '@fluentui/react-components';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFaultText } from '../../kit/i18n/fault-text.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { CheckIcon, ChecksIcon, ClockIcon, WarningIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { MessageBar } from './actions/message-bar.tsx';
import { Quoted } from './actions/quoted.tsx';
import { Reactions } from './actions/reactions.tsx';
import styles from './bubble.module.css';
import { MessageImages } from './images/message-images.tsx';
import { MarkdownView } from './markdown/markdown-view.tsx';
import { HighIcon, LowIcon } from './rich-icons.tsx';
import type { Delivery, MessageRow } from './timeline-rows.ts';

interface BubbleProps {
  readonly conversationId: string;
  readonly row: MessageRow;
  /** In a conversation of more than two the sender's name stands above. */
  readonly named: boolean;
  readonly mayWrite: boolean;
}

export const Bubble = memo(function Bubble({ conversationId, row, named, mayWrite }: BubbleProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sender = useLive(({ live }) => live.users[row.senderId]);
  const name = row.own ? t('chats.youName') : (sender?.name ?? t('people.unknown'));
  const { message } = row;
  return (
    <article
      className={styles.row}
      data-own={row.own}
      data-first={row.first}
      data-last={row.last}
      {...(message === null || message.seq === 0 ? {} : { 'data-seq': message.seq })}
      tabIndex={-1}
    >
      {!row.own && (
        <span className={styles.face}>
          {row.last && <PersonAvatar user={sender ?? { userId: row.senderId, name, photo: '' }} size={32} />}
        </span>
      )}
      <div className={styles.stack}>
        <h3 className={row.first && !row.own && named ? styles.name : 'parley-hidden'}>
          <bdi>{name}</bdi>
        </h3>
        <div
          className={styles.bubble}
          data-delivery={row.delivery}
          data-deleted={row.beside.deletedAt !== undefined}
          title={formats.full(row.atMs)}
        >
          {row.beside.deletedAt === undefined ? (
            <Content conversationId={conversationId} row={row} />
          ) : (
            <p className={styles.deleted}>{t('message.deleted')}</p>
          )}
        </div>
        {message !== null && <Reactions message={message} mayWrite={mayWrite} />}
        {row.delivery === 'failed' ? (
          <Failure row={row} />
        ) : (
          (row.last || row.message === null || row.beside.editedAt !== undefined) && <Below row={row} />
        )}
        {message !== null && <MessageBar message={message} mayWrite={mayWrite} />}
      </div>
    </article>
  );
});

function Content({ conversationId, row }: { readonly conversationId: string; readonly row: MessageRow }) {
  const { t } = useTranslation();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const users = useLive(({ live }) => (row.beside.mentions === undefined ? null : live.users));
  const { importance, subject, replyTo, mentions, images } = row.beside;
  const mentioned = useMemo(
    () => mentions?.map((userId) => ({ userId, name: users?.[userId]?.name ?? '' })),
    [mentions, users],
  );
  return (
    <>
      {importance !== undefined && (
        <p className={styles.importance} data-importance={importance}>
          {importance === 'high' ? <HighIcon size={14} /> : <LowIcon size={14} />}
          {t(`message.${importance}`)}
        </p>
      )}
      {replyTo !== undefined && <Quoted conversationId={conversationId} seq={replyTo} />}
      {subject !== undefined && (
        <h4 className={styles.subject} dir="auto">
          {subject}
        </h4>
      )}
      {images !== undefined && <MessageImages conversationId={conversationId} images={images} />}
      {row.text !== '' && (
        <div className={styles.text}>
          <MarkdownView text={row.text} meId={meId} {...(mentioned === undefined ? {} : { mentioned })} />
        </div>
      )}
    </>
  );
}

function Below({ row }: { readonly row: MessageRow }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { editedAt } = row.beside;
  return (
    <p className={styles.below}>
      <time dateTime={new Date(row.atMs).toISOString()}>{formats.time(row.atMs)}</time>
      {editedAt !== undefined && <span title={formats.full(editedAt)}>{t('message.edited')}</span>}
      {row.delivery === 'sending' || row.delivery === 'waiting' ? (
        <>
          <ClockIcon size={12} />
          <span>{t(`delivery.${row.delivery}`)}</span>
        </>
      ) : (
        row.own && <Tick delivery={row.delivery} />
      )}
    </p>
  );
}

function Tick({ delivery }: { readonly delivery: Exclude<Delivery, 'sending' | 'waiting'> }) {
  const { t } = useTranslation();
  const label = t(`delivery.${delivery}`);
  return (
    <span role="img" aria-label={label} title={label} className={styles.tick} data-tick={delivery}>
      {delivery === 'sent' ? <CheckIcon size={13} /> : <ChecksIcon size={15} />}
    </span>
  );
}

function Failure({ row }: { readonly row: MessageRow }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const textOf = useFaultText();
  const text = row.fault === null ? null : textOf(row.fault);
  return (
    <div className={styles.failure} role="alert">
      <WarningIcon size={15} />
      <span>
        {t('delivery.failed')} {text?.sentence} {text?.remedy}
      </span>
      <Button size="small" appearance="transparent" onClick={() => client.retry(row.clientId)}>
        {t('actions.retry')}
      </Button>
      <Button size="small" appearance="transparent" onClick={() => client.discard(row.clientId)}>
        {t('actions.delete')}
      </Button>
    </div>
  );
}
