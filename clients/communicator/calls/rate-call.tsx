// After a call that went badly, and now and then after others: how was it? It takes no focus and can be waved away.
import { Button, Rating, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { usePhone, usePhoneState } from './phone.ts';
import styles from './rate-call.module.css';

const LONGEST = 1_000;
const STARS = [1, 2, 3, 4, 5] as const;
type Stars = (typeof STARS)[number];

export default function RateCall() {
  const { t } = useTranslation();
  const softphone = usePhone();
  const notices = useNotices();
  const [stars, setStars] = useState<Stars | 0>(0);
  const [words, setWords] = useState('');
  const name = usePhoneState(
    ({ endings, asked }) => endings.find(({ sideId }) => sideId === asked?.sideId)?.other.name,
  );
  if (softphone === null) return null;
  const title = name === undefined ? t('calls.rate.titleAlone') : t('calls.rate.title', { name });

  async function send(): Promise<void> {
    if (stars === 0) return;
    const outcome = await softphone?.rate(stars, words);
    if (outcome?.ok) notices.done(t('calls.rate.thanks'));
  }

  return (
    <section className={styles.card} aria-label={title} data-rate-call>
      <header className={styles.head}>
        <p className={styles.title}>{title}</p>
        <Button
          appearance="subtle"
          size="small"
          icon={<CloseIcon size={16} />}
          aria-label={t('calls.rate.notNow')}
          onClick={() => softphone.dismissRating()}
        />
      </header>
      <div className={styles.stars}>
        <Rating
          value={stars}
          size="extra-large"
          color="brand"
          aria-label={t('calls.rate.stars')}
          itemLabel={(value) => t(`calls.rate.levels.${value as Stars}`)}
          onChange={(_, { value }) => setStars((value ?? 0) as Stars)}
        />
        <span className={styles.level} aria-hidden="true">
          {stars > 0 && t(`calls.rate.levels.${stars as Stars}`)}
        </span>
      </div>
      {stars > 0 && (
        <>
          <Textarea
            value={words}
            maxLength={LONGEST}
            aria-label={t('calls.rate.words')}
            placeholder={t('calls.rate.words')}
            onChange={(_, { value }) => setWords(value)}
          />
          <Button appearance="primary" className={styles.send} onClick={() => void send()}>
            {t('calls.rate.send')}
          </Button>
        </>
      )}
    </section>
  );
}
