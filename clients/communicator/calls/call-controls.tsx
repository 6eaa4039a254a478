// The row of controls of a call. Each has a name that says what it does now.
import { Button, Tooltip } from '@fluentui/react-components';
import type { CallSide } from '@parley/services/calls/contract';
import { type ReactElement, type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  CallIcon,
  HangUpIcon,
  KeypadIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
  PauseIcon,
  ResumeIcon,
  ScreenIcon,
  TransferIcon,
  VideoIcon,
  VideoOffIcon,
} from '../../kit/calls/call-icons.tsx';
import type { SessionView } from '../../kit/calls/call-session.ts';
import { canShareScreen } from '../../kit/calls/capture.ts';
import { CallMenu } from './call-menu.tsx';
import styles from './call-panel.module.css';
import { usePhone, usePhoneState } from './phone.ts';
import { TransferDialog } from './transfer-dialog.tsx';

interface CallControlsProps {
  readonly side: CallSide;
  readonly session: SessionView | undefined;
  readonly keypad: boolean;
  readonly showKeypad: (shown: boolean) => void;
  readonly panel: RefObject<HTMLElement | null>;
}

export function CallControls({ side, session, keypad, showKeypad, panel }: CallControlsProps) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const { sideId, heldByMe } = side;
  const consultsFor = usePhoneState(({ consults }) => consults[sideId]);
  const [transferring, setTransferring] = useState(false);
  const talks = side.state === 'connected';
  if (softphone === null) return null;

  const hangUp = (
    <Button
      className={styles.hangUp}
      icon={<HangUpIcon />}
      aria-label={t(talks ? 'calls.hangUp' : 'calls.cancelCall')}
      onClick={() => void softphone.hangUp(sideId)}
    >
      <span className={styles.hangUpWord}>{t(talks ? 'calls.hangUp' : 'calls.cancelCall')}</span>
    </Button>
  );
  if (session === undefined)
    return (
      <div className={styles.controls} role="toolbar" aria-label={t('calls.controls')}>
        {talks && (
          <Button appearance="primary" icon={<CallIcon />} onClick={() => void softphone.takeOver(sideId)}>
            {t('calls.continueHere')}
          </Button>
        )}
        {hangUp}
      </div>
    );
  const { muted, camera, screen } = session;
  return (
    <div className={styles.controls} role="toolbar" aria-label={t('calls.controls')}>
      {consultsFor !== undefined && talks && (
        <Button
          appearance="primary"
          icon={<TransferIcon />}
          onClick={() => void softphone.transfer(consultsFor, { sideId })}
        >
          {t('calls.completeTransfer')}
        </Button>
      )}
      <Control
        label={t(muted ? 'calls.unmute' : 'calls.mute')}
        keys="M"
        on={muted}
        icon={muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
        onClick={() => softphone.mute(sideId, !muted)}
      />
      <Control
        label={t(camera === null ? 'calls.cameraOn' : 'calls.cameraOff')}
        on={camera !== null}
        disabled={!talks || heldByMe}
        icon={camera === null ? <VideoOffIcon /> : <VideoIcon />}
        onClick={() => void softphone.setCamera(sideId, camera === null)}
      />
      {canShareScreen() && (
        <Control
          label={t(screen === null ? 'calls.share' : 'calls.stopSharing')}
          on={screen !== null}
          disabled={!talks || heldByMe}
          icon={<ScreenIcon />}
          onClick={() => void softphone.setScreen(sideId, screen === null)}
        />
      )}
      <Control
        label={t(heldByMe ? 'calls.resume' : 'calls.hold')}
        on={heldByMe}
        disabled={!talks}
        icon={heldByMe ? <ResumeIcon /> : <PauseIcon />}
        onClick={() => void (heldByMe ? softphone.activate(sideId) : softphone.hold(sideId, true))}
      />
      <Control
        label={t(keypad ? 'calls.hideKeypad' : 'calls.showKeypad')}
        on={keypad}
        disabled={!talks}
        icon={<KeypadIcon />}
        onClick={() => {
          showKeypad(!keypad);
          if (!keypad) panel.current?.focus();
        }}
      />
      <Control
        label={t('calls.transfer')}
        disabled={!talks}
        icon={<TransferIcon />}
        onClick={() => setTransferring(true)}
      />
      <CallMenu panel={panel} toPhone={talks ? () => void softphone.toPhone(sideId) : undefined} />
      {hangUp}
      {transferring && <TransferDialog side={side} close={() => setTransferring(false)} />}
    </div>
  );
}

interface ControlProps {
  readonly label: string;
  readonly icon: ReactElement;
  readonly on?: boolean;
  readonly disabled?: boolean;
  readonly keys?: string;
  readonly onClick: () => void;
}

function Control({ label, icon, on = false, disabled = false, keys, onClick }: ControlProps) {
  return (
    <Tooltip content={label} relationship="label" positioning="below">
      <Button
        className={styles.control}
        data-on={on}
        shape="circular"
        appearance="subtle"
        icon={icon}
        disabledFocusable={disabled}
        {...(keys === undefined ? {} : { 'aria-keyshortcuts': keys })}
        onClick={onClick}
      />
    </Tooltip>
  );
}
