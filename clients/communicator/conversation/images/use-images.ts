// The images that are about to be sent: put on the server at once, described and taken away again before they are sent.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import type { Beside } from '../../../kit/live/outbox.ts';
import { randomId } from '../../../kit/live/random-id.ts';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { IMAGE_LIMIT_BYTES, IMAGE_TYPES, type Upload, uploadImage } from './upload.ts';

const MOST = 10;

export interface PendingImage {
  readonly imageId: string;
  readonly file: File;
  /** Of the picture in this browser's memory. */
  readonly address: string;
  readonly alt: string;
  /** From 0 to 1; 1 when the server has it. */
  readonly part: number;
  readonly fault: Fault | null;
}

export interface PendingImages {
  readonly items: readonly PendingImage[];
  readonly ready: boolean;
  readonly add: (files: readonly File[]) => void;
  readonly retry: (imageId: string) => void;
  readonly describe: (imageId: string, alt: string) => void;
  readonly remove: (imageId: string) => void;
  /** What a message says of them; they are gone from here. */
  readonly take: () => Beside['images'];
}

export function usePendingImages(conversationId: string): PendingImages {
  const { t } = useTranslation();
  const notices = useNotices();
  const [items, setItems] = useState<readonly PendingImage[]>([]);
  const uploads = useRef(new Map<string, Upload>());
  const held = useRef(items);
  held.current = items;

  useEffect(
    () => () => {
      for (const upload of uploads.current.values()) upload.cancel();
      for (const { address } of held.current) URL.revokeObjectURL(address);
    },
    [],
  );

  function change(imageId: string, to: Partial<PendingImage>): void {
    setItems((now) => now.map((item) => (item.imageId === imageId ? { ...item, ...to } : item)));
  }

  async function start({ imageId, file }: PendingImage): Promise<void> {
    // The last bit is the server's: it has the image when it says so.
    const upload = uploadImage(conversationId, imageId, file, (part) =>
      change(imageId, { part: part * 0.97 }),
    );
    uploads.current.set(imageId, upload);
    const outcome = await upload.done;
    uploads.current.delete(imageId);
    change(imageId, outcome.ok ? { part: 1 } : { part: 0, fault: outcome.fault });
  }

  function drop(gone: readonly PendingImage[]): void {
    for (const { imageId, address } of gone) {
      uploads.current.get(imageId)?.cancel();
      URL.revokeObjectURL(address);
    }
    setItems((now) => now.filter((item) => !gone.some(({ imageId }) => imageId === item.imageId)));
  }

  return {
    items,
    ready: items.every(({ part }) => part === 1),
    add(files) {
      const fitting = files.filter(
        ({ type, size }) => (IMAGE_TYPES as readonly string[]).includes(type) && size <= IMAGE_LIMIT_BYTES,
      );
      if (fitting.length < files.length)
        notices.fault({ code: '', sentence: t('images.unfit'), remedy: t('images.unfitRemedy') });
      const added = fitting.slice(0, MOST - held.current.length).map((file): PendingImage => {
        return {
          imageId: randomId(),
          file,
          address: URL.createObjectURL(file),
          alt: '',
          part: 0,
          fault: null,
        };
      });
      setItems((now) => [...now, ...added]);
      for (const item of added) void start(item);
    },
    retry(imageId) {
      const item = held.current.find((one) => one.imageId === imageId);
      if (item === undefined) return;
      change(imageId, { part: 0, fault: null });
      void start(item);
    },
    describe: (imageId, alt) => change(imageId, { alt }),
    remove: (imageId) => drop(held.current.filter((item) => item.imageId === imageId)),
    take() {
      const images = held.current.map(({ imageId, alt }) => ({ imageId, alt: alt.trim() }));
      drop(held.current);
      return images;
    },
  };
}
