// Who may be here: administrators, and who has a role in licensing. Everybody else is told where to go.
import { Spinner } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../kit/contracts.ts';
import { App } from './app.tsx';
import { licensing } from './licensing/licensing-api.ts';
import type { MyRoles } from './licensing/my-roles.ts';
import { NotAdministrator } from './not-administrator.tsx';

const ALL: MyRoles = { administrator: true, roles: [] };
const NONE: MyRoles = { administrator: false, roles: [] };

export function RolesGate({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const [roles, setRoles] = useState<MyRoles | null>(null);

  useEffect(() => {
    if (user.administrator) return;
    let here = true;
    void licensing('my-roles', {}).then((outcome) => {
      if (here) setRoles(outcome.ok ? outcome.value : NONE);
    });
    return () => {
      here = false;
    };
  }, [user.administrator]);

  const known = user.administrator ? ALL : roles;
  if (known === null) return <Spinner className="parley-boot" aria-label={t('entry.loading')} />;
  if (known.administrator || known.roles.length > 0) {
    return <App key={String(known.administrator)} user={user} roles={known} />;
  }
  return <NotAdministrator address={user.address} />;
}
