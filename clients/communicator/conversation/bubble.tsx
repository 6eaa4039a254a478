// One message: whose, what, when, and what became of it.
import { Button } from '@fluentui/react-components';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFaultText } from '../../kit/i18n/fault-text.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { CheckIcon, ClockIcon, WarningIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import styles from './bubble.module.css';
import { linkify } from './linkify.ts';
import type { MessageRow } from './timeline-rows.ts';

interface BubbleProps {
  readonly row: MessageRow;
  /** In a conversation of more than two the sender's name stands above. */
  readonly named: boolean;
}

export const Bubble = memo(function Bubble({ row, named }: BubbleProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sender = useLive(({ live }) => live.users[row.senderId]);
  const name = row.own ? t('chats.youName') : (sender?.name ?? t('people.unknown'));
  return (
    <article className={styles.row} data-own={row.own} data-first={row.first} data-last={row.last}>
      {!row.own && (
        <span className={styles.face}>
          {row.last && <PersonAvatar user={sender ?? { userId: row.senderId, name, photo: '' }} size={32} />}
        </span>
      )}
      <div className={styles.stack}>
        <h3 className={row.first && !row.own && named ? styles.name : 'parley-hidden'}>
          <bdi>{name}</bdi>
        </h3>
        <div className={styles.bubble} data-delivery={row.delivery} title={formats.full(row.atMs)}>
          <p className={styles.text} dir="auto">
            {linkify(row.text).map(({ text, href }, index) =>
              href === undefined ? (
                text
              ) : (
                // Pieces of one unchanging text: the index is their identity.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <a key={index} href={href} target="_blank" rel="noreferrer noopener">
                  {text}
                </a>
              ),
            )}
          </p>
        </div>
        {row.delivery === 'failed' ? (
          <Failure row={row} />
        ) : (
          (row.last || row.delivery !== 'sent') && <Below row={row} />
        )}
      </div>
    </article>
  );
});

function Below({ row }: { readonly row: MessageRow }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <p className={styles.below}>
      <time dateTime={new Date(row.atMs).toISOString()}>{formats.time(row.atMs)}</time>
      {row.own && row.delivery === 'sent' && (
        <span role="img" aria-label={t('delivery.sent')} title={t('delivery.sent')}>
          <CheckIcon size={13} />
        </span>
      )}
      {(row.delivery === 'sending' || row.delivery === 'waiting') && (
        <>
          <ClockIcon size={12} />
          <span>{t(`delivery.${row.delivery}`)}</span>
        </>
      )}
    </p>
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
