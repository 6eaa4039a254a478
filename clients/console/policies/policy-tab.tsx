// What holds for one person, and why; set here, it holds for this person alone.
import { Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import parts from '../parts.module.css';
import { effectiveQuery } from './policy-api.ts';
import { PolicyEditor } from './policy-editor.tsx';

export default function PolicyTab({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(effectiveQuery(userId));
  return (
    <>
      {isPending && <Spinner aria-label={t('policy.loading')} />}
      {error !== null && <FaultNotice fault={error.fault} />}
      <p className={parts.hint}>{t('policy.personText')}</p>
      {data !== undefined && <PolicyEditor scope={{ kind: 'user', value: userId }} {...data} />}
    </>
  );
}
