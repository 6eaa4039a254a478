// The calls that the page in front does not show: one on the way, those that wait, one on another device, and how the last
// one ended. Each with a way back to it.
import { Button, Tooltip } from '@fluentui/react-components';
import type { CallSide } from '@parley/services/calls/contract';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CallIcon, HangUpIcon, ResumeIcon } from '../../kit/calls/call-icons.tsx';
import { ongoingOf } from '../../kit/calls/sides.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import styles from './call-bar.module.css';
import { CallClock } from './call-status.tsx';
import { callWords, endWords } from './call-words.ts';
import { duration } from './duration.ts';
import { PartyAvatar } from './party-avatar.tsx';
import { usePhone, usePhoneState } from './phone.ts';
import { useCall, useGoToCall } from './use-call.ts';
import { useShownSideId } from './use-shown-side.ts';

/** A call that both ended as they wished needs no reading; one that failed does. */
const GOOD_END_MS = 5_000;
const BAD_END_MS = 20_000;

export function CallBar() {
  const { t } = useTranslation();
  const softphone = usePhone();
  const calls = useLive(({ live }) => live.calls);
  const shownId = useShownSideId();
  const others = useMemo(() => ongoingOf(calls).filter(({ sideId }) => sideId !== shownId), [calls, shownId]);
  const { placing, endings, fault } = usePhoneState((state) => state);
  return (
    <div className={styles.bar}>
      {fault !== null && (
        <div className={styles.fault}>
          <FaultNotice fault={fault} />
          <Button
            appearance="subtle"
            icon={<CloseIcon size={16} />}
            aria-label={t('actions.close')}
            onClick={() => softphone?.dismissFault()}
          />
        </div>
      )}
      {placing !== null && (
        <section className={styles.row} aria-label={t('calls.with', { name: placing.name })}>
          <span className={styles.who}>
            <bdi className={styles.name}>{placing.name}</bdi>
            <span className={styles.state}>{t('calls.state.placing')}</span>
          </span>
          <Button
            className={styles.hangUp}
            size="small"
            icon={<HangUpIcon size={18} />}
            onClick={() => softphone?.giveUp()}
          >
            {t('calls.cancelCall')}
          </Button>
        </section>
      )}
      {others.map((side) => (
        <OtherCall key={side.sideId} side={side} />
      ))}
      {endings.map((side) => (
        <Ending key={side.sideId} side={side} />
      ))}
    </div>
  );
}

function OtherCall({ side }: { readonly side: CallSide }) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const goToCall = useGoToCall();
  const session = usePhoneState(({ sessions }) => sessions[side.sideId]);
  const { sideId, other, heldByMe } = side;
  const words = callWords(t, side, session);
  return (
    <section className={styles.row} aria-label={t('calls.with', { name: other.name })}>
      <button type="button" className={styles.open} onClick={() => void goToCall(side)}>
        <PartyAvatar party={other} size={32} />
        <span className={styles.who}>
          <bdi className={styles.name}>{other.name}</bdi>
          <span className={styles.state}>
            {words} <CallClock side={side} />
          </span>
        </span>
      </button>
      {session === undefined && side.state === 'connected' && (
        <Button
          size="small"
          appearance="primary"
          icon={<CallIcon size={18} />}
          onClick={() => {
            void softphone?.takeOver(sideId);
            void goToCall(side);
          }}
        >
          {t('calls.continueHere')}
        </Button>
      )}
      {session !== undefined && heldByMe && (
        <Button
          size="small"
          icon={<ResumeIcon size={18} />}
          onClick={() => {
            void softphone?.activate(sideId);
            void goToCall(side);
          }}
        >
          {t('calls.swap')}
        </Button>
      )}
      <Tooltip content={t('calls.hangUpOn', { name: other.name })} relationship="label">
        <Button
          className={styles.hangUp}
          size="small"
          icon={<HangUpIcon size={18} />}
          onClick={() => void softphone?.hangUp(sideId)}
        />
      </Tooltip>
    </section>
  );
}

function Ending({ side }: { readonly side: CallSide }) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const call = useCall();
  const { sentence, remedy } = endWords(t, side);
  const { sideId, other, answeredAt, endedAt } = side;
  const isGood = remedy === '';

  useEffect(() => {
    const timer = setTimeout(() => softphone?.dismissEnding(sideId), isGood ? GOOD_END_MS : BAD_END_MS);
    return () => clearTimeout(timer);
  }, [softphone, sideId, isGood]);

  return (
    <section className={styles.row} aria-label={t('calls.with', { name: other.name })} data-ended>
      <span className={styles.who}>
        <span className={styles.name}>{sentence}</span>
        <span className={styles.state}>
          {remedy}
          {answeredAt !== undefined && endedAt !== undefined && (
            <span>
              <span className="parley-hidden">{t('calls.lasted')} </span>
              <time>{duration(endedAt - answeredAt)}</time>
            </span>
          )}
        </span>
      </span>
      {!isGood && (
        <Button
          size="small"
          icon={<CallIcon size={18} />}
          onClick={() => {
            softphone?.dismissEnding(sideId);
            const to = other.userId === undefined ? { dialled: other.address } : { userId: other.userId };
            void call({ to, name: other.name });
          }}
        >
          {t('calls.callAgain')}
        </Button>
      )}
      <Button
        size="small"
        appearance="subtle"
        icon={<CloseIcon size={16} />}
        aria-label={t('actions.close')}
        onClick={() => softphone?.dismissEnding(sideId)}
      />
    </section>
  );
}
