// The images of a message. Their places are kept before they are loaded, so that nothing jumps.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageImage } from '../../../kit/contracts.ts';
import { useConversationActions } from '../conversation-actions.tsx';
import styles from './images.module.css';
import { imageAddress } from './upload.ts';

interface MessageImagesProps {
  readonly conversationId: string;
  readonly images: readonly MessageImage[];
}

export function MessageImages({ conversationId, images }: MessageImagesProps) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  return (
    <div className={styles.images} data-count={Math.min(images.length, 4)}>
      {images.map((image, index) => (
        <button
          key={image.imageId}
          type="button"
          className={styles.image}
          aria-label={t('images.show', { name: image.alt === '' ? image.name : image.alt })}
          onClick={() => actions.showImage(images, index)}
        >
          <Picture conversationId={conversationId} image={image} />
        </button>
      ))}
    </div>
  );
}

function Picture({
  conversationId,
  image,
}: {
  readonly conversationId: string;
  readonly image: MessageImage;
}) {
  const { t } = useTranslation();
  const [gone, setGone] = useState(false);
  const { width, height } = image;
  if (gone) return <span className={styles.gone}>{t('images.gone', { name: image.name })}</span>;
  return (
    <img
      src={imageAddress(conversationId, image.imageId)}
      alt=""
      loading="lazy"
      decoding="async"
      {...shownSize(width, height)}
      onError={() => setGone(true)}
    />
  );
}

const WIDEST_PX = 420;
const HIGHEST_PX = 320;

/** As large as it is, within bounds; nothing while its size is not known. */
function shownSize(width: number, height: number): { readonly width?: number; readonly height?: number } {
  if (width === 0 || height === 0) return {};
  const scale = Math.min(1, WIDEST_PX / width, HIGHEST_PX / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
