// “Level of access” in the menu of a contact: what this person may see of oneself, in a few words each.
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { LEVELS } from '@parley/services/presence/rules/levels';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { EyeIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import styles from './level-menu.module.css';
import { useLevelOf } from './use-level.ts';

interface LevelMenuProps {
  readonly userId: string;
  /** Shows what each level sees. */
  readonly explain: () => void;
}

export function LevelMenu({ userId, explain }: LevelMenuProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const { level, usual, isOwn } = useLevelOf(userId);
  const name = useLive(({ live }) => live.users[userId]?.name) ?? t('people.unknown');

  async function choose(chosen: Level | null): Promise<void> {
    const outcome = await client.setAccess({ kind: 'user', value: userId }, chosen);
    if (notices.outcome(outcome))
      notices.done(t('levels.given', { name, level: t(`levels.names.${chosen ?? usual}`) }));
  }

  return (
    <Menu checkedValues={{ level: [isOwn ? level : 'usual'] }}>
      <MenuTrigger disableButtonEnhancement>
        <MenuItem icon={<EyeIcon />} secondaryContent={t(`levels.names.${level}`)}>
          {t('levels.title')}
        </MenuItem>
      </MenuTrigger>
      <MenuPopover className={styles.menu}>
        <MenuList>
          {LEVELS.toReversed().map((one) => (
            <MenuItemRadio
              key={one}
              name="level"
              value={one}
              subText={{ children: t(`levels.short.${one}`), className: styles.short }}
              onClick={() => void choose(one)}
            >
              {t(`levels.names.${one}`)}
            </MenuItemRadio>
          ))}
          <MenuDivider />
          <MenuItemRadio name="level" value="usual" onClick={() => void choose(null)}>
            {t('levels.usual', { level: t(`levels.names.${usual}`) })}
          </MenuItemRadio>
          <MenuItem persistOnClick onClick={explain}>
            {t('levels.explain')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
