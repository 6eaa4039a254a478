// Name, state in plain words, clock, and what is wrong with the line and what helps.
import type { CallSide } from '@parley/services/calls/contract';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../kit/calls/call-session.ts';
import { WarningIcon } from '../../kit/widgets/icons.tsx';
import { useNow } from '../use-now.ts';
import styles from './call-panel.module.css';
import { callWords } from './call-words.ts';
import { duration } from './duration.ts';
import { PartyAvatar } from './party-avatar.tsx';

interface CallStatusProps {
  readonly side: CallSide;
  readonly session: SessionView | undefined;
}

export function CallStatus({ side, session }: CallStatusProps) {
  const { t } = useTranslation();
  const words = callWords(t, side, session);
  const { name, address } = side.other;
  const advice = session?.phase === 'connected' ? session.quality.advice : 'good';
  const showsAddress = side.other.userId === undefined && address !== name;
  return (
    <div className={styles.status}>
      <PartyAvatar party={side.other} size={48} />
      <div className={styles.who}>
        <p className={styles.name}>
          <bdi>{name}</bdi>
          {showsAddress && (
            <bdi className={styles.address} dir="ltr">
              {address}
            </bdi>
          )}
        </p>
        <p className={styles.state}>
          {words !== null && <span>{words}</span>}
          <CallClock side={side} />
          {session?.muted === true && <span className={styles.muted}>{t('calls.youAreMuted')}</span>}
        </p>
        {side.via !== undefined && (
          <p className={styles.via}>{t(`calls.via.${side.via.kind}`, { name: side.via.by.name })}</p>
        )}
        {advice !== 'good' && (
          <p className={styles.advice}>
            <WarningIcon size={16} />
            <span>{t(`calls.advice.${advice}`, { name })}</span>
          </p>
        )}
      </div>
    </div>
  );
}

export function CallClock({ side }: { readonly side: CallSide }) {
  const { t } = useTranslation();
  const nowMs = useNow(1000, side.answeredAt !== undefined);
  if (side.answeredAt === undefined) return null;
  return (
    <time className={styles.clock} aria-label={t('calls.lasts')} role="timer">
      {duration(nowMs - side.answeredAt)}
    </time>
  );
}
