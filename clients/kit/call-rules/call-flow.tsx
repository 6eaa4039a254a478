// The flow of a call, drawn from above to below: who rings when, and where the call goes on. For a screen reader it is an
// ordered list; the lines and bars are decoration.
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RingTarget, RuleTarget } from '../contracts.ts';
import {
  BlockIcon,
  ChevronEndIcon,
  ClockIcon,
  LockIcon,
  MailIcon,
  MobileIcon,
  PersonIcon,
  PhoneIcon,
} from '../widgets/icons.tsx';
import styles from './call-flow.module.css';
import type { FlowRow, Goes } from './flow.ts';
import { isolated } from './step-text.ts';

interface CallFlowProps {
  readonly label: string;
  readonly rows: readonly FlowRow[];
  /** Whose calls they are. */
  readonly ownerId: string;
  /** How a person is called. */
  readonly nameOf: (userId: string) => string;
}

export function CallFlow({ label, rows, ownerId, nameOf }: CallFlowProps) {
  const { t } = useTranslation();
  return (
    <ol className={styles.flow} aria-label={label}>
      <li className={styles.row} data-kind="start">
        <Node>
          <PhoneIcon size={16} />
        </Node>
        <span className={styles.words}>{t('callRules.flow.start')}</span>
      </li>
      {rows.map((row) => (
        <li
          key={row.kind === 'branch' ? row.when : row.kind}
          className={styles.row}
          data-kind={row.kind === 'blocked' ? 'branch' : row.kind}
        >
          <Row row={row} ownerId={ownerId} nameOf={nameOf} />
        </li>
      ))}
    </ol>
  );
}

interface RowProps extends Pick<CallFlowProps, 'ownerId' | 'nameOf'> {
  readonly row: FlowRow;
}

function Row({ row, ownerId, nameOf }: RowProps) {
  const { t } = useTranslation();
  switch (row.kind) {
    case 'blocked':
    case 'branch':
      return (
        <>
          <Node>{BRANCH_ICONS[row.kind === 'blocked' ? 'blocked' : row.when]}</Node>
          <Way
            when={
              row.kind === 'blocked'
                ? t('callRules.flow.blocked', { count: row.count })
                : t(`callRules.flow.${row.when}`)
            }
            goes={row.goes}
            nameOf={nameOf}
          />
        </>
      );
    case 'ring':
      return (
        <>
          <Node>
            <PhoneIcon size={16} />
          </Node>
          <div className={styles.ring}>
            <span className={styles.when}>{t('callRules.flow.rings')}</span>
            <ul className={styles.lanes}>
              {row.rings.map(({ target, delayS }) => (
                <li key={JSON.stringify(target)} className={styles.lane}>
                  <span className={styles.words}>
                    {t(delayS === 0 ? 'callRules.flow.ringAt' : 'callRules.flow.ringLater', {
                      name: isolated(ringName(target, ownerId, nameOf, t)),
                      seconds: delayS,
                    })}
                  </span>
                  <span className={styles.track} aria-hidden="true">
                    <span
                      className={styles.bar}
                      style={{ insetInlineStart: `${(delayS / row.forS) * 100}%` }}
                    />
                  </span>
                </li>
              ))}
            </ul>
          </div>
        </>
      );
    case 'end':
      return (
        <>
          <Node>{goesIcon(row.goes)}</Node>
          <Way
            when={
              row.afterS === null
                ? t('callRules.flow.always')
                : t('callRules.flow.unanswered', { seconds: row.afterS })
            }
            goes={row.goes}
            nameOf={nameOf}
          />
        </>
      );
  }
}

const BRANCH_ICONS = {
  blocked: <BlockIcon size={16} />,
  doNotDisturb: <LockIcon size={16} />,
  outsideHours: <ClockIcon size={16} />,
  busy: <PhoneIcon size={16} />,
} as const;

function Node({ children }: { readonly children: ReactNode }) {
  return (
    <span className={styles.node} aria-hidden="true">
      {children}
    </span>
  );
}

/** A condition, and where it leads. */
function Way({
  when,
  goes,
  nameOf,
}: {
  readonly when: string;
  readonly goes: Goes;
  readonly nameOf: CallFlowProps['nameOf'];
}) {
  const { t } = useTranslation();
  return (
    <div className={styles.way}>
      <span className={styles.when}>{when}</span>
      <ChevronEndIcon size={16} className={styles.arrow} />
      <span className="parley-hidden">
        {goes.kind === 'target' ? ` ${t('callRules.flow.goesTo')} ` : ': '}
      </span>
      <span className={styles.goes} data-told={goes.kind === 'told'}>
        {goesIcon(goes)}
        <bdi>{goesName(goes, nameOf, t)}</bdi>
      </span>
    </div>
  );
}

type Texts = TFunction;

function goesIcon(goes: Goes): ReactNode {
  if (goes.kind === 'rest') return <PhoneIcon size={16} />;
  if (goes.kind === 'told') return <BlockIcon size={16} />;
  return TARGET_ICONS[goes.target.kind];
}

const TARGET_ICONS = {
  user: <PersonIcon size={16} />,
  number: <MobileIcon size={16} />,
  voicemail: <MailIcon size={16} />,
} as const;

function goesName(goes: Goes, nameOf: CallFlowProps['nameOf'], t: Texts): string {
  if (goes.kind === 'rest') return t('callRules.flow.rest');
  if (goes.kind === 'told') return t(`callRules.flow.told.${goes.reason}`);
  return goes.target.kind === 'user'
    ? t('callRules.flow.theirRules', { name: nameOf(goes.target.userId) })
    : targetName(goes.target, nameOf, t);
}

export function targetName(target: RuleTarget, nameOf: (userId: string) => string, t: Texts): string {
  switch (target.kind) {
    case 'user':
      return nameOf(target.userId);
    case 'number':
      return target.number;
    case 'voicemail':
      return t('callRules.flow.voicemail');
  }
}

function ringName(target: RingTarget, ownerId: string, nameOf: (userId: string) => string, t: Texts): string {
  if (target.kind !== 'devices') return targetName(target, nameOf, t);
  return target.userId === ownerId
    ? t('callRules.me')
    : t('callRules.theirDevices', { name: nameOf(target.userId) });
}
