// All about one person or device: its licences, why it may do what it may, and what it held before.
import { Spinner, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { SideDrawer } from '../../side-drawer.tsx';
import { licensingQuery, type Subject, type SubjectRow } from '../licensing-api.ts';
import styles from './assignments.module.css';
import { DeviceForm } from './device-form.tsx';
import { HeldTab } from './held-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { subjectKey } from './subject.ts';
import { SubjectDetail } from './subject-table.tsx';
import { WhyTab } from './why-tab.tsx';

type View = 'held' | 'why' | 'history';

interface SubjectDrawerProps {
  readonly subject: Subject;
  /** As the list has it, until it is asked for. */
  readonly row: SubjectRow | undefined;
  readonly close: () => void;
}

export default function SubjectDrawer({ subject, row, close }: SubjectDrawerProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<View>('held');
  // Asked for by itself: under a filter, somebody may leave the list by what is done here.
  const found = useQuery(licensingQuery('subjects', { kind: subject.kind, query: subject.id, limit: 10 }));
  const shown = found.data?.items.find((each) => subjectKey(each.subject) === subjectKey(subject)) ?? row;
  if (shown === undefined) {
    return (
      <SideDrawer title={t('licences.licence')} close={close}>
        {found.isPending && <Spinner aria-label={t('licences.loading')} />}
        {found.error !== null && <FaultNotice fault={found.error.fault} />}
      </SideDrawer>
    );
  }
  return (
    <SideDrawer
      close={close}
      title={
        <span className={styles.drawerTitle}>
          <bdi>{shown.name}</bdi>
          <SubjectDetail row={shown} />
        </span>
      }
    >
      <TabList
        className={styles.tabs}
        selectedValue={view}
        onTabSelect={(_, { value }) => setView(value as View)}
      >
        <Tab value="held">{t('licenceNav.title')}</Tab>
        <Tab value="why">{t('licences.assignments.why')}</Tab>
        <Tab value="history">{t('licences.assignments.history')}</Tab>
      </TabList>
      {view === 'held' && (
        <>
          <HeldTab row={shown} />
          {subject.kind === 'device' && <DeviceForm key={`${shown.name} ${shown.commonArea}`} row={shown} />}
        </>
      )}
      {view === 'why' && <WhyTab subject={subject} />}
      {view === 'history' && <HistoryTab subject={subject} />}
    </SideDrawer>
  );
}
