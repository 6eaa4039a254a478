// The five levels as options of a select, from what shows most to what shows least.
import { LEVELS } from '@parley/services/presence/rules/levels';
import { useTranslation } from 'react-i18next';

export function LevelOptions() {
  const { t } = useTranslation();
  return LEVELS.toReversed().map((level) => (
    <option key={level} value={level}>
      {t(`levels.names.${level}`)}
    </option>
  ));
}
