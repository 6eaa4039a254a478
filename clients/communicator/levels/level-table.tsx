// What each level of access sees, in plain words: drawn from the very table by which the server cuts.
import { LEVELS } from '@parley/services/presence/rules/levels';
import { CARD_SEEN, DIRECTORY_SEEN, PRESENCE_SEEN } from '@parley/services/presence/rules/projection';
import { reachOf } from '@parley/services/presence/rules/reach';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../kit/contracts.ts';
import { CheckIcon } from '../../kit/widgets/icons.tsx';
import styles from './level-table.module.css';

const everybody = (): boolean => true;
const by = (levels: readonly Level[]) => (level: Level) => levels.includes(level);

const ROWS = [
  ['name', everybody],
  ['state', by(PRESENCE_SEEN.state)],
  ['work', by(DIRECTORY_SEEN.title)],
  ['phone', by(DIRECTORY_SEEN.phone)],
  ['place', by(CARD_SEEN.workAddress)],
  ['note', by(PRESENCE_SEEN.note)],
  ['calendar', by(PRESENCE_SEEN.freeBusy)],
  ['devices', by(PRESENCE_SEEN.devices)],
  ['mobile', by(CARD_SEEN.mobile)],
  ['location', by(PRESENCE_SEEN.location)],
  ['meeting', by(PRESENCE_SEEN.meeting)],
  ['home', by(CARD_SEEN.home)],
  ['reach', (level: Level) => reachOf(level, 'available', 'message') === 'reachable'],
  ['interrupt', (level: Level) => reachOf(level, 'doNotDisturb', 'message') === 'reachable'],
] as const;

export function LevelTable() {
  const { t } = useTranslation();
  return (
    <table className={styles.table} aria-label={t('levels.table.label')}>
      <thead>
        <tr>
          <th scope="col">
            <span className="parley-hidden">{t('levels.table.what')}</span>
          </th>
          {LEVELS.map((level) => (
            <th key={level} scope="col">
              {t(`levels.names.${level}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ROWS.map(([row, isSeen]) => (
          <tr key={row}>
            <th scope="row">{t(`levels.table.rows.${row}`)}</th>
            {LEVELS.map((level) => (
              <td key={level} data-seen={isSeen(level)}>
                {isSeen(level) && <CheckIcon size={16} />}
                <span className="parley-hidden">
                  {isSeen(level) ? t('levels.table.yes') : t('levels.table.no')}
                </span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
