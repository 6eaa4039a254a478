// One's own state: chosen here, or left to the devices.
import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { StateName } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { ChevronDownIcon, RetryIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PresenceBadge, type ShownState } from '../../kit/widgets/presence-badge.tsx';
import styles from './me.module.css';

const CHOICES: readonly StateName[] = ['available', 'busy', 'doNotDisturb', 'beRightBack', 'away', 'offline'];

export function PresenceMenu({ state }: { readonly state: ShownState }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const manual = useLive(({ live }) => live.presence[live.me?.userId ?? '']?.reason === 'manual');
  const connected = useLive(({ connection }) => connection.kind === 'connected');

  async function choose(wanted: StateName | null): Promise<void> {
    notices.outcome(await client.setState(wanted));
  }

  return (
    <Menu positioning="below-start">
      <MenuTrigger disableButtonEnhancement>
        <button
          type="button"
          className={styles.state}
          disabled={!connected}
          aria-label={t('me.stateIs', { state: t(`states.${state}`) })}
        >
          <span>{connected ? t(`states.${state}`) : t('me.notConnected')}</span>
          <ChevronDownIcon size={14} />
        </button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {CHOICES.map((choice) => (
            <MenuItem
              key={choice}
              icon={<PresenceBadge state={choice} size={15} />}
              onClick={() => void choose(choice)}
            >
              {t(`choices.${choice as 'away'}`)}
            </MenuItem>
          ))}
          <MenuDivider />
          <MenuItem icon={<RetryIcon size={18} />} disabled={!manual} onClick={() => void choose(null)}>
            {t('me.reset')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
