// Call, and call with picture: in the header of a conversation of two.
import { Button, Tooltip } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { CallIcon, VideoIcon } from '../../kit/calls/call-icons.tsx';
import { ongoingOf } from '../../kit/calls/sides.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { refusal } from '../../kit/live/selectors.ts';
import { usePhoneState } from './phone.ts';
import { useCall } from './use-call.ts';

interface CallButtonsProps {
  readonly userId: string;
  readonly name: string;
}

export function CallButtons({ userId, name }: CallButtonsProps) {
  const { t } = useTranslation();
  const call = useCall();
  const isSelf = useLive(({ live }) => live.me?.userId === userId);
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const refused = useLive(({ live }) => refusal(live, 'p2p-voice-video'));
  const talking = useLive(({ live }) => ongoingOf(live.calls).some(({ other }) => other.userId === userId));
  const placing = usePhoneState((state) => state.placing !== null);
  if (isSelf || talking) return null;
  const why = refused?.sentence;
  const disabled = !connected || placing || refused !== null;
  return (
    <>
      <Tooltip content={why ?? t('phone.call', { name })} relationship="label">
        <Button
          appearance="subtle"
          icon={<CallIcon />}
          disabledFocusable={disabled}
          onClick={() => void call({ to: { userId }, name })}
        />
      </Tooltip>
      <Tooltip content={why ?? t('phone.callVideo', { name })} relationship="label">
        <Button
          appearance="subtle"
          icon={<VideoIcon />}
          disabledFocusable={disabled}
          onClick={() => void call({ to: { userId }, name }, { video: true })}
        />
      </Tooltip>
    </>
  );
}
