// Further things in a call: other devices, full screen, picture in picture.
import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallIcon, FullScreenIcon, SmallWindowIcon } from '../../kit/calls/call-icons.tsx';
import {
  canChooseSpeaker,
  type DeviceEntry,
  type DeviceLists,
  listDevices,
} from '../../kit/calls/capture.ts';
import { chooseDevice, type DeviceChoice, useDeviceChoice } from '../../kit/calls/device-choice.ts';
import { MoreIcon } from '../../kit/widgets/icons.tsx';
import styles from './call-panel.module.css';

const NONE: DeviceLists = { microphones: [], speakers: [], cameras: [] };

interface CallMenuProps {
  readonly panel: RefObject<HTMLElement | null>;
  /** Rings my phones; left out while nobody has taken the call. */
  readonly toPhone?: (() => void) | undefined;
}

export function CallMenu({ panel, toPhone }: CallMenuProps) {
  const { t } = useTranslation();
  const choice = useDeviceChoice();
  const [devices, setDevices] = useState(NONE);
  const video = () => panel.current?.querySelector<HTMLVideoElement>('[data-stage] video') ?? null;
  const [hasVideo, setHasVideo] = useState(false);

  function opened(open: boolean): void {
    if (!open) return;
    setHasVideo(video() !== null);
    void listDevices().then(setDevices);
  }

  const { microphone, speaker, camera } = choice;
  return (
    <Menu
      checkedValues={{ microphone: [microphone], speaker: [speaker], camera: [camera] }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        const [id = ''] = checkedItems;
        chooseDevice({ [name as keyof DeviceChoice]: id });
      }}
      onOpenChange={(_, { open }) => opened(open)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t('calls.more')} relationship="label">
          <Button className={styles.control} shape="circular" appearance="subtle" icon={<MoreIcon />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <Devices name="microphone" title={t('calls.devices.microphone')} entries={devices.microphones} />
          {canChooseSpeaker() && (
            <Devices name="speaker" title={t('calls.devices.speaker')} entries={devices.speakers} />
          )}
          {devices.cameras.length > 0 && (
            <Devices name="camera" title={t('calls.devices.camera')} entries={devices.cameras} />
          )}
          {toPhone !== undefined && (
            <>
              <MenuDivider />
              <MenuItem icon={<CallIcon />} onClick={toPhone}>
                {t('calls.continueOnPhone')}
              </MenuItem>
            </>
          )}
          {hasVideo && (
            <>
              <MenuDivider />
              {document.fullscreenEnabled && (
                <MenuItem
                  icon={<FullScreenIcon />}
                  onClick={() => void panel.current?.requestFullscreen().catch(() => {})}
                >
                  {t('calls.fullScreen')}
                </MenuItem>
              )}
              {document.pictureInPictureEnabled && (
                <MenuItem
                  icon={<SmallWindowIcon />}
                  onClick={() =>
                    void video()
                      ?.requestPictureInPicture()
                      .catch(() => {})
                  }
                >
                  {t('calls.pictureInPicture')}
                </MenuItem>
              )}
            </>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

interface DevicesProps {
  readonly name: keyof DeviceChoice;
  readonly title: string;
  readonly entries: readonly DeviceEntry[];
}

function Devices({ name, title, entries }: DevicesProps) {
  const { t } = useTranslation();
  return (
    <MenuGroup>
      <MenuGroupHeader>{title}</MenuGroupHeader>
      <MenuItemRadio name={name} value="">
        {t('calls.devices.usual')}
      </MenuItemRadio>
      {entries.map(({ id, name: label }) => (
        <MenuItemRadio key={id} name={name} value={id}>
          <bdi lang="und">{label || t('calls.devices.unnamed')}</bdi>
        </MenuItemRadio>
      ))}
    </MenuGroup>
  );
}
