// A message in one line: for the list, quotes and notices.
import { useTranslation } from 'react-i18next';
import type { Message } from '../../kit/contracts.ts';
import { useNoticeText } from '../groups/notice-text.ts';
import { plainText } from './markdown/plain-text.ts';

export function usePreview(): (message: Message) => string {
  const { t } = useTranslation();
  const noticeText = useNoticeText();
  return (message) => {
    if (message.notice !== undefined) return noticeText(message.notice);
    if (message.deletedAt !== undefined) return t('message.deleted');
    const { subject = '', images = [] } = message;
    const words = plainText(message.text);
    const shown = words === '' && images.length > 0 ? t('images.count', { count: images.length }) : words;
    return subject === '' ? shown : `${subject} · ${shown}`;
  };
}
