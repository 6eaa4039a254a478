// Voice messages: who, when, how long; those not heard stand out. One opens and plays in its place; several go at once.
import { Button, Checkbox, Spinner, ToggleButton, Tooltip } from '@fluentui/react-components';
import type { Voicemail } from '@parley/services/voicemail/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallIcon } from '../../kit/calls/call-icons.tsx';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { ChatIcon, ChecksIcon, MailIcon, TrashIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { duration } from '../calls/duration.ts';
import { PartyAvatar } from '../calls/party-avatar.tsx';
import { useCall } from '../calls/use-call.ts';
import { useOpenChat } from '../people/use-open-chat.ts';
import { useNow } from '../use-now.ts';
import { SoundPlayer } from './sound-player.tsx';
import { useVoicemails, type Voicemails } from './use-voicemails.ts';
import styles from './voicemail-list.module.css';
import { loadVoicemailTexts } from './voicemail-texts.ts';

await loadVoicemailTexts();

export default function VoicemailList() {
  const { t } = useTranslation();
  const notices = useNotices();
  const held = useVoicemails();
  const { voicemails, more, fault, loadMore, retry, mark } = held;
  const [opened, setOpened] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const ids = (voicemails ?? []).flatMap(({ voicemailId }) =>
    chosen?.has(voicemailId) ? [voicemailId] : [],
  );

  function remove(gone: readonly string[]): void {
    held.remove(gone, true);
    notices.undoable(t('voicemail.removed', { count: gone.length }), () => held.remove(gone, false));
  }

  function choose(voicemailId: string, isChosen: boolean): void {
    const next = new Set(chosen);
    if (isChosen) next.add(voicemailId);
    else next.delete(voicemailId);
    setChosen(next);
  }

  return (
    <>
      {fault !== null && (
        <div className={styles.fault}>
          <FaultNotice fault={fault}>
            <Button size="small" onClick={retry}>
              {t('voicemail.retry')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {voicemails === null && fault === null && (
        <Spinner className={styles.busy} size="small" label={t('voicemail.loading')} />
      )}
      {voicemails?.length === 0 && (
        <EmptyState
          picture={<MailIcon size={28} />}
          title={t('voicemail.emptyTitle')}
          text={t('voicemail.emptyText')}
        />
      )}
      {voicemails !== null && voicemails.length > 0 && (
        <>
          <div className={styles.tools}>
            <ToggleButton
              size="small"
              appearance="subtle"
              icon={<ChecksIcon size={18} />}
              checked={chosen !== null}
              onClick={() => setChosen(chosen === null ? new Set() : null)}
            >
              {t(chosen === null ? 'voicemail.select' : 'voicemail.selectEnd')}
            </ToggleButton>
            {chosen !== null && (
              <div className={styles.several}>
                <span role="status">{t('voicemail.selected', { count: ids.length })}</span>
                <Button size="small" disabledFocusable={ids.length === 0} onClick={() => mark(ids, true)}>
                  {t('voicemail.markHeard')}
                </Button>
                <Button size="small" disabledFocusable={ids.length === 0} onClick={() => mark(ids, false)}>
                  {t('voicemail.markUnheard')}
                </Button>
                <Button size="small" disabledFocusable={ids.length === 0} onClick={() => remove(ids)}>
                  {t('voicemail.remove')}
                </Button>
              </div>
            )}
          </div>
          <ul className={styles.list} aria-label={t('voicemail.title')} tabIndex={-1} data-list>
            {voicemails.map((voicemail) => (
              <VoicemailRow
                key={voicemail.voicemailId}
                voicemail={voicemail}
                isOpen={opened === voicemail.voicemailId}
                toggle={() => setOpened(opened === voicemail.voicemailId ? '' : voicemail.voicemailId)}
                isChosen={chosen === null ? null : chosen.has(voicemail.voicemailId)}
                choose={(isChosen) => choose(voicemail.voicemailId, isChosen)}
                mark={mark}
                remove={() => remove([voicemail.voicemailId])}
              />
            ))}
            {more && (
              <li className={styles.more}>
                <Button size="small" onClick={loadMore}>
                  {t('voicemail.more')}
                </Button>
              </li>
            )}
          </ul>
        </>
      )}
    </>
  );
}

interface RowProps {
  readonly voicemail: Voicemail;
  readonly isOpen: boolean;
  readonly toggle: () => void;
  /** Null while nothing is selected. */
  readonly isChosen: boolean | null;
  readonly choose: (isChosen: boolean) => void;
  readonly mark: Voicemails['mark'];
  readonly remove: () => void;
}

function VoicemailRow({ voicemail, isOpen, toggle, isChosen, choose, mark, remove }: RowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(60_000);
  const { voicemailId, from, at, durationMs, heard } = voicemail;
  const when = formats.short(at, nowMs);
  return (
    <li className={styles.row} data-unheard={!heard} data-open={isOpen}>
      <div className={styles.head}>
        {isChosen !== null && (
          <Checkbox
            aria-label={t('voicemail.selectOne', { name: from.name, when })}
            checked={isChosen}
            onChange={(_, { checked }) => choose(checked === true)}
          />
        )}
        <button type="button" className={styles.open} aria-expanded={isOpen} onClick={toggle}>
          <PartyAvatar party={from} size={40} withState />
          <span className={styles.text}>
            <bdi className={styles.name}>{from.name}</bdi>
            <span className={styles.about}>
              {!heard && <span className={styles.unheard}>{t('voicemail.unheard')}</span>}
              <span>
                <span className="parley-hidden">{t('voicemail.lasts')} </span>
                <time>{duration(durationMs)}</time>
              </span>
            </span>
          </span>
          <time className={styles.when} title={formats.full(at)}>
            {when}
          </time>
        </button>
      </div>
      {isOpen && (
        <div className={styles.body}>
          <SoundPlayer
            src={`/api/v1/voicemail/${voicemailId}`}
            durationMs={durationMs}
            onPlay={() => {
              if (!heard) mark([voicemailId], true);
            }}
          />
          <RowActions voicemail={voicemail} mark={mark} remove={remove} />
        </div>
      )}
    </li>
  );
}

function RowActions({ voicemail, mark, remove }: Pick<RowProps, 'voicemail' | 'mark' | 'remove'>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const call = useCall();
  const openChat = useOpenChat();
  const { voicemailId, from, heard, expiresAt } = voicemail;
  const { userId } = from;
  const to = userId === undefined ? { dialled: from.address } : { userId };
  return (
    <>
      <div className={styles.actions}>
        <Button
          size="small"
          icon={<CallIcon size={16} />}
          onClick={() => void call({ to, name: from.name }, { video: false })}
        >
          {t('voicemail.callBack')}
        </Button>
        {userId !== undefined && (
          <Button size="small" icon={<ChatIcon size={16} />} onClick={() => void openChat(userId)}>
            {t('voicemail.write')}
          </Button>
        )}
        <Tooltip content={t('voicemail.remove')} relationship="label">
          <Button size="small" appearance="subtle" icon={<TrashIcon size={16} />} onClick={remove} />
        </Tooltip>
        <Button size="small" appearance="subtle" onClick={() => mark([voicemailId], !heard)}>
          {t(heard ? 'voicemail.markUnheard' : 'voicemail.markHeard')}
        </Button>
      </div>
      {expiresAt !== undefined && (
        <p className={styles.hint}>{t('voicemail.removes', { when: formats.full(expiresAt) })}</p>
      )}
    </>
  );
}
