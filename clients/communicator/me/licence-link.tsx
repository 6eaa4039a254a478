// The way to the licence pages, for who keeps the licences without being an administrator. Asked when the menu opens.
import { MenuItem } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../kit/http/request.ts';
import { LicenceIcon } from '../../kit/widgets/icons.tsx';

export function LicenceLink() {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);

  useEffect(() => {
    let here = true;
    void request<{ roles: readonly string[] }>('POST', '/licensing/my-roles', {}).then((outcome) => {
      if (here && outcome.ok) setShown(outcome.value.roles.length > 0);
    });
    return () => {
      here = false;
    };
  }, []);

  if (!shown) return null;
  return (
    <MenuItem icon={<LicenceIcon />} onClick={() => location.assign('/console/licensing')}>
      {t('licenceNav.title')}
    </MenuItem>
  );
}
