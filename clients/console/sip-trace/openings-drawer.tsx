// Who has opened the full text of messages.
import { Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { SideDrawer } from '../side-drawer.tsx';
import own from './calls-view.module.css';
import { openingsQuery } from './trace-api.ts';
import { useTimes } from './use-times.ts';

const PURPOSES: ReadonlySet<string> = new Set(['view', 'text', 'pcap']);

export function OpeningsDrawer({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const { data: openings, error, isPending } = useQuery(openingsQuery);
  return (
    <SideDrawer title={t('sipTrace.whoLooked')} close={close}>
      <p>{t('sipTrace.whoLookedText')}</p>
      {isPending && <Spinner aria-label={t('sipTrace.loading')} />}
      {error !== null && <FaultNotice fault={error.fault} />}
      {openings?.length === 0 && <p className={own.more}>{t('sipTrace.nobodyLooked')}</p>}
      <ul className={own.openings}>
        {openings?.map(({ at, actorName, purpose, callId }) => (
          <li key={`${at} ${actorName} ${callId}`} className={own.opening}>
            <span>
              <bdi className={own.who}>{actorName === 'cli' ? t('sipTrace.commandLine') : actorName}</bdi>
              <span>{PURPOSES.has(purpose) ? t(`sipTrace.purposes.${purpose as 'view'}`) : purpose}</span>
            </span>
            <code dir="ltr" className={own.callId}>
              {callId}
            </code>
            <time className={own.when} dateTime={new Date(at).toISOString()}>
              {times.full(at)}
            </time>
          </li>
        ))}
      </ul>
    </SideDrawer>
  );
}
