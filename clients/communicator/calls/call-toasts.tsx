// Calls that ring: who, and what one can do. They never take the focus; Alt+C brings it there, and they stay until it is over.
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components';
import type { CallSide } from '@parley/services/calls/contract';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  CallIcon,
  HangUpIcon,
  SpeakerIcon,
  SpeakerOffIcon,
  TransferIcon,
  VideoIcon,
} from '../../kit/calls/call-icons.tsx';
import { incomingOf } from '../../kit/calls/sides.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { MailIcon, MoreIcon } from '../../kit/widgets/icons.tsx';
import styles from './call-toasts.module.css';
import { PartyAvatar } from './party-avatar.tsx';
import { usePhone, usePhoneState } from './phone.ts';
import { useGoToCall } from './use-call.ts';

const RedirectDialog = lazy(() => import('./redirect-dialog.tsx'));

export default function CallToasts() {
  const { t } = useTranslation();
  const calls = useLive(({ live }) => live.calls);
  const ringing = useMemo(() => incomingOf(calls), [calls]);
  return (
    <section className={styles.stack} aria-label={t('calls.incomingCalls')}>
      {ringing.map((side) => (
        <CallToast key={side.sideId} side={side} />
      ))}
    </section>
  );
}

function CallToast({ side }: { readonly side: CallSide }) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const goToCall = useGoToCall();
  const silenced = usePhoneState((state) => state.silenced.includes(side.sideId));
  const talking = usePhoneState(({ sessions }) => Object.keys(sessions).length > 0);
  const hasVoicemail = useLive(({ live }) => live.voicemail !== null);
  const [answering, setAnswering] = useState(false);
  const [redirecting, setRedirecting] = useState(false);
  const { sideId, other, via } = side;

  async function answer(video: boolean): Promise<void> {
    if (softphone === null || answering) return;
    setAnswering(true);
    const outcome = await softphone.answer(sideId, video);
    setAnswering(false);
    if (outcome.ok) await goToCall(side);
  }

  return (
    <article className={styles.toast} aria-label={t('calls.callFrom', { name: other.name })} data-call-toast>
      <div className={styles.caller}>
        <span className={styles.pulse} data-silenced={silenced}>
          <PartyAvatar party={other} size={48} />
        </span>
        <div className={styles.words}>
          <p className={styles.name}>
            <bdi>{other.name}</bdi>
          </p>
          <p className={styles.about}>
            {other.address !== other.name && (
              <bdi className={styles.address} dir="ltr">
                {other.address}
              </bdi>
            )}
            <span>{t(side.video ? 'calls.callsWithPicture' : 'calls.callsYou')}</span>
          </p>
          {via !== undefined && (
            <p className={styles.about}>{t(`calls.via.${via.kind}`, { name: via.by.name })}</p>
          )}
          {talking && <p className={styles.about}>{t('calls.holdsTheOther')}</p>}
        </div>
      </div>
      <div className={styles.actions}>
        <Button
          className={styles.answer}
          icon={<CallIcon />}
          disabledFocusable={answering}
          onClick={() => void answer(false)}
        >
          {t('calls.answer')}
        </Button>
        <Tooltip content={t('calls.answerWithPicture')} relationship="label">
          <Button icon={<VideoIcon />} disabledFocusable={answering} onClick={() => void answer(true)} />
        </Tooltip>
        <Button
          className={styles.decline}
          icon={<HangUpIcon />}
          onClick={() => void softphone?.decline(sideId)}
        >
          {t('calls.decline')}
        </Button>
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Tooltip content={t('calls.more')} relationship="label">
              <Button appearance="subtle" icon={<MoreIcon />} />
            </Tooltip>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem icon={<TransferIcon />} onClick={() => setRedirecting(true)}>
                {t('calls.redirectEllipsis')}
              </MenuItem>
              {hasVoicemail && (
                <MenuItem icon={<MailIcon />} onClick={() => void softphone?.decline(sideId, 'voicemail')}>
                  {t('calls.toVoicemail')}
                </MenuItem>
              )}
              <MenuItem
                icon={silenced ? <SpeakerOffIcon /> : <SpeakerIcon />}
                disabled={silenced}
                onClick={() => softphone?.silence(sideId)}
              >
                {t('calls.silence')}
              </MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      </div>
      <Suspense>{redirecting && <RedirectDialog side={side} close={() => setRedirecting(false)} />}</Suspense>
    </article>
  );
}
