// Beside "Send": another time, one of the usual ones or any.
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { SendLaterIcon } from '../rich-icons.tsx';
import { presetTimes } from './schedule-times.ts';

const ScheduleDialog = lazy(() => import('./schedule-dialog.tsx'));

interface ScheduleButtonProps {
  readonly disabled: boolean;
  readonly choose: (atMs: number) => void;
}

export function ScheduleButton({ disabled, choose }: ScheduleButtonProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [choosing, setChoosing] = useState(false);
  const nowMs = Date.now();
  return (
    <>
      <Menu positioning="above-end">
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('later.sendLater')} relationship="label">
            <Button type="button" appearance="subtle" icon={<SendLaterIcon />} disabledFocusable={disabled} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {presetTimes(nowMs).map(({ preset, atMs }) => (
              <MenuItem key={preset} secondaryContent={formats.time(atMs)} onClick={() => choose(atMs)}>
                {t(`later.presets.${preset}`)}
              </MenuItem>
            ))}
            <MenuDivider />
            <MenuItem onClick={() => setChoosing(true)}>{t('later.choose')}</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {choosing && (
        <Suspense>
          <ScheduleDialog
            atMs={nowMs + 3_600_000}
            close={() => setChoosing(false)}
            save={(atMs) => {
              setChoosing(false);
              choose(atMs);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
