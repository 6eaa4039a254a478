// Oneself at the top of the list: photo, name, state menu, note.
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { signOut } from '../../kit/http/session.ts';
import { forgetWritings } from '../../kit/live/drafts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { presenceOf, refusal } from '../../kit/live/selectors.ts';
import { KeyboardIcon, MoreIcon, SettingsIcon, ShieldIcon, SignOutIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { ariaKeys } from '../shortcuts.ts';
import type { Overlay } from '../use-overlay.ts';
import { LicenceLink } from './licence-link.tsx';
import styles from './me.module.css';
import { NoteEditor } from './note-editor.tsx';
import { PresenceMenu } from './presence-menu.tsx';

interface MeHeaderProps {
  readonly openOverlay: (overlay: Overlay) => void;
}

export function MeHeader({ openOverlay }: MeHeaderProps) {
  const { t } = useTranslation();
  const me = useLive(({ live }) => live.me);
  const state = useLive(({ live, connection }) =>
    connection.kind === 'connected' ? presenceOf(live, live.me?.userId ?? '') : 'unknown',
  );
  const refused = useLive(({ live }) => refusal(live, 'presence') !== null);

  if (me === null) return <header className={styles.header} aria-busy="true" />;
  return (
    <header className={styles.header}>
      <PersonAvatar user={me} state={state} size={48} />
      <div className={styles.who}>
        <div className={styles.name}>
          <bdi>{me.name}</bdi>
        </div>
        {refused ? (
          <p className={styles.refused}>{t('rights.noPresence')}</p>
        ) : (
          <PresenceMenu state={state} />
        )}
      </div>
      <Menu positioning="below-end">
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('me.more')} relationship="label">
            <Button appearance="subtle" icon={<MoreIcon />} data-menu-button />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem icon={<SettingsIcon />} onClick={() => openOverlay('settings')}>
              {t('settings.title')}
            </MenuItem>
            <MenuItem
              icon={<KeyboardIcon />}
              secondaryContent="?"
              aria-keyshortcuts={ariaKeys('help')}
              onClick={() => openOverlay('help')}
            >
              {t('help.title')}
            </MenuItem>
            {me.administrator ? (
              <MenuItem icon={<ShieldIcon />} onClick={() => location.assign('/console/')}>
                {t('me.console')}
              </MenuItem>
            ) : (
              <LicenceLink />
            )}
            <MenuItem icon={<SignOutIcon />} onClick={() => void leave(me.userId)}>
              {t('settings.signOut')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {!refused && <NoteEditor />}
    </header>
  );
}

async function leave(userId: string): Promise<void> {
  const fault = await signOut(false);
  if (fault === null) forgetWritings(localStorage, userId);
}
