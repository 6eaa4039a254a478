// One Call-ID: who took part, the diagram, and the message that was chosen in it.
import { Button, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { BackIcon, DownloadIcon, LadderIcon } from '../../kit/widgets/icons.tsx';
import { Note } from '../note.tsx';
import page from '../page.module.css';
import { PageHeader } from '../page-header.tsx';
import { SideDrawer } from '../side-drawer.tsx';
import { useWidth } from '../use-width.ts';
import styles from './call-view.module.css';
import { MessageFacts, MessagePanel } from './message-panel.tsx';
import { SequenceDiagram } from './sequence-diagram.tsx';
import { kindOf } from './step-tone.ts';
import { exportAddress, type Ladder, ladderQuery } from './trace-api.ts';

interface CallViewProps {
  readonly callId: string;
  readonly close: () => void;
}

export function CallView({ callId, close }: CallViewProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | undefined>();
  const shown = useQuery(ladderQuery(callId, true));
  const ladder = shown.data?.ladder;
  const title = useTitle(ladder);
  const body = useRef<HTMLElement>(null);
  // The link that led here is gone.
  useEffect(() => body.current?.focus(), []);

  return (
    <>
      <PageHeader title={title}>
        <Button icon={<BackIcon />} onClick={close}>
          {t('sipTrace.back')}
        </Button>
        <Button as="a" icon={<DownloadIcon />} href={exportAddress(callId, 'text')} download>
          {t('sipTrace.exportText')}
        </Button>
        <Button as="a" icon={<DownloadIcon />} href={exportAddress(callId, 'pcap')} download>
          {t('sipTrace.exportPcap')}
        </Button>
      </PageHeader>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <section ref={body} className={page.body} tabIndex={0} aria-label={t('sipTrace.diagram')}>
        <p className={styles.callId}>
          <code>Call-ID</code> <code dir="ltr">{callId}</code>
        </p>
        {shown.isPending && <Spinner aria-label={t('sipTrace.loading')} />}
        {shown.error !== null &&
          ladder === undefined &&
          (shown.error.fault.code === 'MONITORING_NOT_HELD' ? (
            <EmptyState
              picture={<LadderIcon size={30} />}
              title={t('sipTrace.goneTitle')}
              text={t('sipTrace.goneText')}
            />
          ) : (
            <FaultNotice fault={shown.error.fault} />
          ))}
        {shown.data !== undefined && shown.data.silent > 0 && (
          <Note tone="warn">{t('sipTrace.silent', { count: shown.data.silent })}</Note>
        )}
        {ladder?.cut === true && <Note>{t('sipTrace.cut')}</Note>}
        {ladder !== undefined && (
          <Opened ladder={ladder} chosen={chosen} choose={setChosen} key={ladder.callId} />
        )}
      </section>
    </>
  );
}

interface OpenedProps {
  readonly ladder: Ladder;
  readonly chosen: string | undefined;
  readonly choose: (id: string | undefined) => void;
}

function Opened({ ladder, chosen, choose }: OpenedProps) {
  const [box, width] = useWidth();
  const diagram = useRef<HTMLDivElement>(null);
  const step = ladder.steps.find(({ id }) => id === chosen);
  const hasRoom = useHasRoom();

  function close(): void {
    choose(undefined);
    // Back to the arrow that opened it.
    diagram.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  return (
    <div className={styles.halves} data-open={hasRoom && step !== undefined}>
      <div ref={box} className={styles.drawing}>
        <SequenceDiagram ref={diagram} ladder={ladder} widthPx={width} chosen={chosen} choose={choose} />
      </div>
      {step !== undefined && hasRoom && <MessagePanel ladder={ladder} step={step} close={close} />}
      {step !== undefined && !hasRoom && (
        <SideDrawer
          title={
            <span dir="ltr" lang="en">
              {step.label}
            </span>
          }
          close={close}
        >
          <MessageFacts ladder={ladder} step={step} />
        </SideDrawer>
      )}
    </div>
  );
}

const ROOM = '(min-width: 1080px)';

/** Whether diagram and message stand side by side. */
function useHasRoom(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(ROOM);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(ROOM).matches,
  );
}

/** Addresses read from left to right, whatever stands around them. */
function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/** `Call: alice@example.com and bob@example.com`. */
function useTitle(ladder: Ladder | undefined): string {
  const { t } = useTranslation();
  const first = ladder?.steps[0];
  if (ladder === undefined || first === undefined) return t('console.sipMessages');
  const kind = t(`sipTrace.kinds.${kindOf(first)}`);
  const [one, other] = ladder.participants.filter((participant) => participant.kind === 'peer');
  if (one === undefined) return kind;
  if (other === undefined) return t('sipTrace.titleOne', { kind, name: isolated(one.name) });
  return t('sipTrace.titleTwo', { kind, from: isolated(one.name), to: isolated(other.name) });
}
