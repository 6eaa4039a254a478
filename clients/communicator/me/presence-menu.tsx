// One's own state: what it is and why, and the choice of another, for as long as one wants.
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuSplitGroup,
  MenuTrigger,
} from '@fluentui/react-components';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choice, ManualState, PresenceState } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { LASTINGS, type Lasting, secondsOf } from '../../kit/presence/lasting.ts';
import { explanation, stateWords } from '../../kit/presence/state-words.ts';
import { ChevronDownIcon, EditIcon, PlaceIcon, RetryIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PresenceBadge, type ShownState } from '../../kit/widgets/presence-badge.tsx';
import { useNow } from '../use-now.ts';
import styles from './me.module.css';

const OwnStateDialog = lazy(() => import('./own-state-dialog.tsx'));
const PlaceDialog = lazy(() => import('./place-dialog.tsx'));

/** These end by themselves, after a day if one says nothing else. */
const ENDING = ['busy', 'doNotDisturb'] as const satisfies readonly ManualState[];
const STATIC = ['beRightBack', 'away'] as const satisfies readonly ManualState[];

export function PresenceMenu({ state }: { readonly state: ShownState }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const client = useLiveClient();
  const notices = useNotices();
  const presence = useLive(({ live }) => live.presence[live.me?.userId ?? '']);
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [dialog, setDialog] = useState<'state' | 'place' | null>(null);
  const [asked, setAsked] = useState<ManualState>('available');
  const whyId = useId();
  const close = () => setDialog(null);

  async function choose(choice: Choice): Promise<void> {
    notices.outcome(await client.setState(choice));
  }
  function ask(wanted: ManualState): void {
    setAsked(wanted);
    setDialog('state');
  }

  const shown =
    presence === undefined || !connected ? t(`states.${state}`) : stateWords({ t, formats }, presence);
  return (
    <>
      <Menu positioning="below-start">
        <MenuTrigger disableButtonEnhancement>
          <button
            type="button"
            className={styles.state}
            disabled={!connected}
            aria-label={t('me.stateIs', { state: shown })}
            data-menu-button
          >
            <span>{connected ? shown : t('me.notConnected')}</span>
            <ChevronDownIcon size={14} />
          </button>
        </MenuTrigger>
        <MenuPopover className={styles.menu}>
          {presence !== undefined && <Why id={whyId} presence={presence} />}
          <MenuList aria-describedby={whyId}>
            <MenuItem
              icon={<PresenceBadge state="available" size={15} />}
              onClick={() => void choose({ state: 'available' })}
            >
              {t('choices.available')}
            </MenuItem>
            {ENDING.map((choice) => (
              <EndingChoice
                key={choice}
                choice={choice}
                choose={(forS) => void choose({ state: choice, ...(forS === undefined ? {} : { forS }) })}
                ask={() => ask(choice)}
              />
            ))}
            {STATIC.map((choice) => (
              <MenuItem
                key={choice}
                icon={<PresenceBadge state={choice} size={15} />}
                onClick={() => void choose({ state: choice })}
              >
                {t(`choices.${choice}`)}
              </MenuItem>
            ))}
            <MenuItem
              icon={<PresenceBadge state="away" size={15} />}
              onClick={() => void choose({ state: 'away', activity: 'offWork' })}
            >
              {t('choices.offWork')}
            </MenuItem>
            <MenuDivider />
            <MenuItem icon={<EditIcon size={18} />} onClick={() => ask('available')}>
              {t('me.own')}
            </MenuItem>
            <MenuItem icon={<PlaceIcon size={18} />} onClick={() => setDialog('place')}>
              {t('me.place')}
            </MenuItem>
            <MenuDivider />
            <MenuItem
              icon={<RetryIcon size={18} />}
              disabled={presence?.reason !== 'manual'}
              onClick={() => void choose({ state: null })}
            >
              {t('me.reset')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Suspense>
        {dialog === 'state' && <OwnStateDialog first={asked} choose={choose} close={close} />}
        {dialog === 'place' && <PlaceDialog close={close} />}
      </Suspense>
    </>
  );
}

/** Chosen with a click for a day, or for longer or shorter from the menu beside it. */
function EndingChoice({
  choice,
  choose,
  ask,
}: {
  readonly choice: (typeof ENDING)[number];
  readonly choose: (forS?: number) => void;
  readonly ask: () => void;
}) {
  const { t } = useTranslation();
  const name = t(`choices.${choice}`);
  const lasting = (each: Lasting) => choose(secondsOf(each, Date.now()));
  return (
    <Menu>
      <MenuSplitGroup>
        <MenuItem icon={<PresenceBadge state={choice} size={15} />} onClick={() => choose()}>
          {name}
        </MenuItem>
        <MenuTrigger disableButtonEnhancement>
          <MenuItem aria-label={t('me.howLong', { state: name })} />
        </MenuTrigger>
      </MenuSplitGroup>
      <MenuPopover>
        <MenuList>
          {LASTINGS.map((each) => (
            <MenuItem key={each} onClick={() => lasting(each)}>
              {t(`lasting.${each}`)}
            </MenuItem>
          ))}
          <MenuItem onClick={ask}>{t('lasting.custom')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** Every state explains itself. */
function Why({ id, presence }: { readonly id: string; readonly presence: PresenceState }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(30_000);
  const { meeting, location } = presence;
  return (
    <div id={id} className={styles.why}>
      <p>{explanation({ t, formats }, presence, nowMs)}</p>
      {meeting !== undefined && (
        <p>
          {meeting.place === ''
            ? t('explain.meeting', { subject: meeting.subject })
            : t('explain.meetingAt', { subject: meeting.subject, place: meeting.place })}
        </p>
      )}
      {location !== undefined && (
        <p className={styles.place}>
          <PlaceIcon size={14} />
          <bdi>{location}</bdi>
        </p>
      )}
    </div>
  );
}
