// What is seen of a call: their screen, their face, and oneself in the corner; without pictures, who it is.
import type { CallSide } from '@parley/services/calls/contract';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../kit/calls/call-session.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import styles from './call-panel.module.css';
import { CallVideo } from './call-video.tsx';
import { PartyAvatar } from './party-avatar.tsx';

interface CallStageProps {
  readonly side: CallSide;
  readonly session: SessionView | undefined;
}

export function CallStage({ side, session }: CallStageProps) {
  const { t } = useTranslation();
  const { name } = side.other;
  const myName = useLive(({ live }) => live.me?.name ?? '');
  const { otherScreen = null, otherCamera = null, camera = null, screen = null } = session ?? {};
  const main = otherScreen ?? otherCamera;
  if (main === null && camera === null)
    return screen === null ? null : <p className={styles.sharing}>{t('calls.youShare', { name })}</p>;
  return (
    <div className={styles.stage} data-stage>
      {main === null ? (
        <div className={styles.nobody}>
          <PartyAvatar party={side.other} size={72} />
        </div>
      ) : (
        <CallVideo
          stream={main}
          className={styles.main}
          label={t(otherScreen === null ? 'calls.pictureOf' : 'calls.screenOf', { name })}
        />
      )}
      <div className={styles.small}>
        {otherScreen !== null && otherCamera !== null && (
          <CallVideo stream={otherCamera} className={styles.face} label={t('calls.pictureOf', { name })} />
        )}
        {camera !== null && (
          <CallVideo
            stream={camera}
            className={styles.face}
            mirrored
            label={t('calls.selfView', { name: myName })}
          />
        )}
      </div>
      {screen !== null && <p className={styles.sharing}>{t('calls.youShare', { name })}</p>}
    </div>
  );
}
