// The number of unread messages in the tab's title, on its icon, and on the installed app's icon.
import { useEffect } from 'react';
import { useLive } from '../../kit/live/live-context.tsx';
import { totalUnread } from '../../kit/live/selectors.ts';

const PLAIN = '/icons/parley.svg';
const SIZE = 64;

export function useUnreadBadge(): void {
  const unread = useLive(({ live }) => totalUnread(live));
  useEffect(() => {
    document.title = unread === 0 ? 'Parley' : `(${unread}) Parley`;
    void paintIcon(unread > 0);
    if ('setAppBadge' in navigator) {
      void (unread === 0 ? navigator.clearAppBadge() : navigator.setAppBadge(unread)).catch(() => {});
    }
    return () => {
      document.title = 'Parley';
    };
  }, [unread]);
}

let painted = false;

async function paintIcon(withDot: boolean): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link === null || painted === withDot) return;
  painted = withDot;
  if (!withDot) {
    link.href = PLAIN;
    return;
  }
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  const image = new Image(SIZE, SIZE);
  image.src = PLAIN;
  await image.decode().catch(() => {});
  pen.drawImage(image, 0, 0, SIZE, SIZE);
  pen.beginPath();
  pen.arc(SIZE - 17, 17, 16, 0, 2 * Math.PI);
  pen.fillStyle = '#e2571e';
  pen.fill();
  pen.lineWidth = 5;
  pen.strokeStyle = '#ffffff';
  pen.stroke();
  if (painted === withDot) link.href = canvas.toDataURL('image/png');
}
