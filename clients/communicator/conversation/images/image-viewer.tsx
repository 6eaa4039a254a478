// One image of a message over the whole window: arrows for the next one, plus and minus for the size, Escape closes.
import { Button, Dialog, DialogSurface } from '@fluentui/react-components';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageImage } from '../../../kit/contracts.ts';
import { BackIcon, ChevronEndIcon, CloseIcon, DownloadIcon } from '../../../kit/widgets/icons.tsx';
import { useReturnFocus } from '../../../kit/widgets/return-focus.ts';
import styles from './images.module.css';
import { imageAddress } from './upload.ts';

interface ImageViewerProps {
  readonly conversationId: string;
  readonly images: readonly MessageImage[];
  readonly first: number;
  readonly close: () => void;
}

const ZOOMS = [1, 1.5, 2, 3, 4] as const;

export default function ImageViewer({ conversationId, images, first, close }: ImageViewerProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [at, setAt] = useState(first);
  const [zoom, setZoom] = useState(0);
  const image = images[at];
  if (image === undefined) return null;
  const address = imageAddress(conversationId, image.imageId);
  const title = image.alt === '' ? image.name : image.alt;

  function step(by: number): void {
    setZoom(0);
    setAt((at + by + images.length) % images.length);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // From right to left, the next one is on the left.
    const ahead = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') step(event.key === ahead ? 1 : -1);
    else if (event.key === '+' || event.key === '=') setZoom(Math.min(zoom + 1, ZOOMS.length - 1));
    else if (event.key === '-') setZoom(Math.max(zoom - 1, 0));
    else if (event.key === '0') setZoom(0);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className={styles.viewer} aria-label={title} onKeyDown={onKeyDown}>
        <div className={styles.viewerBar}>
          <span className={styles.viewerName}>
            <bdi>{title}</bdi>
          </span>
          {images.length > 1 && (
            <>
              <Button
                appearance="subtle"
                icon={<BackIcon />}
                aria-label={t('images.previous')}
                onClick={() => step(-1)}
              />
              <span>{t('images.position', { at: at + 1, of: images.length })}</span>
              <Button
                appearance="subtle"
                icon={<ChevronEndIcon />}
                aria-label={t('images.next')}
                onClick={() => step(1)}
              />
            </>
          )}
          <a
            className={styles.save}
            href={address}
            download={image.name}
            aria-label={t('images.save', { name: image.name })}
          >
            <DownloadIcon />
          </a>
          <Button appearance="subtle" icon={<CloseIcon />} aria-label={t('actions.close')} onClick={close} />
        </div>
        {/* A scrolling region has to be reachable by keyboard. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
        <div className={styles.stage} tabIndex={0} data-zoomed={zoom > 0}>
          <img
            src={address}
            alt={title}
            style={zoom === 0 ? {} : { inlineSize: `${(ZOOMS[zoom] ?? 1) * 100}%` }}
          />
        </div>
      </DialogSurface>
    </Dialog>
  );
}
