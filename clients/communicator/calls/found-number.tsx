// A number that was typed or pasted into the search box, offered to be called.
import { useTranslation } from 'react-i18next';
import { CallIcon } from '../../kit/calls/call-icons.tsx';
import type { Dialled } from '../../kit/calls/dialled.ts';
import avatar from './party-avatar.module.css';

export function FoundNumber({ dialled }: { readonly dialled: Dialled }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={avatar.number} style={{ inlineSize: 40, blockSize: 40 }}>
        <CallIcon />
      </span>
      <bdi>{t('phone.call', { name: `\u2066${dialled.shown}\u2069` })}</bdi>
    </>
  );
}
