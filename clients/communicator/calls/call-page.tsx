// A call that belongs to no conversation, as with a number.
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { PhoneIcon } from '../../kit/widgets/icons.tsx';
import { usePhone } from './phone.ts';

const CallPanel = lazy(() => import('./call-panel.tsx'));

export function CallPage({ sideId }: { readonly sideId: string }) {
  const { t } = useTranslation();
  const isThere = useLive(({ live }) => live.calls[sideId] !== undefined);
  const softphone = usePhone();
  if (!isThere || softphone === null)
    return (
      <EmptyState picture={<PhoneIcon size={28} />} title={t('phone.overTitle')} text={t('phone.overText')}>
        <Link to="/">{t('chats.toList')}</Link>
      </EmptyState>
    );
  return (
    <Suspense>
      <CallPanel sideId={sideId} />
    </Suspense>
  );
}
