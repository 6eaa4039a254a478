// What is special about an account, in words.
import { Badge } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { BlockIcon, ShieldIcon } from '../../kit/widgets/icons.tsx';
import type { User } from '../admin-api.ts';

export function UserBadges({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  return (
    <>
      {user.administrator && (
        <Badge appearance="tint" color="brand" icon={<ShieldIcon size={14} />}>
          {t('users.administrator')}
        </Badge>
      )}
      {user.disabled && (
        <Badge appearance="tint" color="danger" icon={<BlockIcon size={14} />}>
          {t('users.disabled')}
        </Badge>
      )}
    </>
  );
}
