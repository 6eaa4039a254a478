// How a call went: a word and what says so, never a colour alone.
import { useTranslation } from 'react-i18next';
import { TONES, wordOf } from '../../kit/calls/quality-word.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import parts from '../parts.module.css';

interface QualityBadgeProps {
  readonly measured: {
    readonly worstMos: number | null;
    readonly mostLost: number | null;
    readonly stars: number | null;
  };
}

export function QualityBadge({ measured }: QualityBadgeProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const word = wordOf(measured);
  const { worstMos, mostLost, stars } = measured;
  const name = t(`callRecords.words.${word}`);
  const mos = worstMos === null ? undefined : formats.number(Math.round(worstMos * 10) / 10);
  const percent = mostLost === null ? 0 : Math.round(mostLost * 1000) / 10;
  return (
    <span className={parts.badges}>
      <span className={parts.badge} data-tone={TONES[word]}>
        {mos === undefined ? name : t('callRecords.score', { word: name, mos })}
      </span>
      {percent >= 1 && (
        <span className={parts.badge}>{t('callRecords.loss', { percent: formats.number(percent) })}</span>
      )}
      {stars !== null && <span className={parts.badge}>{t('callRecords.stars', { count: stars })}</span>}
    </span>
  );
}
