// The images that will go with the message that is being written: how far they are, and what they show.
import { Button, Input } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useFaultText } from '../../../kit/i18n/fault-text.ts';
import { CloseIcon, RetryIcon } from '../../../kit/widgets/icons.tsx';
import styles from './images.module.css';
import type { PendingImage, PendingImages } from './use-images.ts';

export function PendingStrip({ images }: { readonly images: PendingImages }) {
  const { t } = useTranslation();
  if (images.items.length === 0) return null;
  return (
    <ul className={styles.strip} aria-label={t('images.pending')}>
      {images.items.map((item) => (
        <Pending key={item.imageId} item={item} images={images} />
      ))}
    </ul>
  );
}

function Pending({ item, images }: { readonly item: PendingImage; readonly images: PendingImages }) {
  const { t } = useTranslation();
  const textOf = useFaultText();
  const { imageId, file, part, fault } = item;
  const { name } = file;
  return (
    <li className={styles.pending}>
      <div className={styles.thumb}>
        <img src={item.address} alt="" />
        <Button
          className={styles.remove}
          size="small"
          shape="circular"
          icon={<CloseIcon size={14} />}
          aria-label={t('images.remove', { name })}
          onClick={() => images.remove(imageId)}
        />
        {part < 1 && fault === null && (
          <progress
            className={styles.progress}
            max={1}
            value={part}
            aria-label={t('images.uploading', { name })}
          />
        )}
      </div>
      {fault === null ? (
        <Input
          size="small"
          className={styles.alt}
          maxLength={500}
          value={item.alt}
          placeholder={t('images.describe')}
          aria-label={t('images.describeNamed', { name })}
          onChange={(_, { value }) => images.describe(imageId, value)}
        />
      ) : (
        <p className={styles.failed} role="alert">
          {textOf(fault).sentence}
          <Button
            size="small"
            appearance="transparent"
            icon={<RetryIcon size={15} />}
            aria-label={t('images.retry', { name })}
            onClick={() => images.retry(imageId)}
          />
        </p>
      )}
    </li>
  );
}
