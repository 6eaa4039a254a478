// Settings: who has which level of access, what everybody else has, what each level sees, and how others see oneself.
import { Button, Field, Input, Select, Switch } from '@fluentui/react-components';
import { USUAL } from '@parley/services/presence/rules/levels';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessMember, Level } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { BuildingIcon, CloseIcon, MailIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { LevelOptions } from '../levels/level-options.tsx';
import { LevelTable } from '../levels/level-table.tsx';
import styles from './levels-form.module.css';
import { SeenAs } from './seen-as.tsx';

const DEFAULTS = ['enterprise', 'federated', 'public'] as const;

export function LevelsForm() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const entries = useLive(({ live }) => live.access.entries);
  const [fault, setFault] = useState<Fault | null>(null);

  async function give(member: AccessMember, level: Level | null): Promise<boolean> {
    const outcome = await client.setAccess(member, level);
    setFault(outcome.ok ? null : outcome.fault);
    return outcome.ok;
  }

  const named = entries.filter(({ member }) => member.kind === 'user' || member.kind === 'domain');
  const levelOf = (kind: (typeof DEFAULTS)[number]) =>
    entries.find(({ member }) => member.kind === kind)?.level ?? USUAL[kind];
  return (
    <div className="parley-form">
      <p>{t('levels.text')}</p>
      {fault !== null && <FaultNotice fault={fault} />}
      <section className={styles.part} aria-label={t('levels.named')}>
        <h3 className={styles.heading}>{t('levels.named')}</h3>
        {named.length === 0 && <p className={styles.none}>{t('levels.nobody')}</p>}
        <ul className={styles.list}>
          {named.map(({ member, level }) => (
            <Row
              key={`${member.kind} ${member.value}`}
              member={member}
              level={level}
              give={(chosen) => void give(member, chosen)}
            />
          ))}
        </ul>
        <AddMember give={give} />
      </section>
      <section className={styles.part} aria-label={t('levels.others')}>
        <h3 className={styles.heading}>{t('levels.others')}</h3>
        {DEFAULTS.map((kind) => (
          <LevelSelect
            key={kind}
            label={t(`levels.origins.${kind}`)}
            level={levelOf(kind)}
            choose={(level) => void give({ kind }, level === USUAL[kind] ? null : level)}
          />
        ))}
      </section>
      <AskWhenAdded setFault={setFault} />
      <section className={styles.part} aria-label={t('levels.seenAs')}>
        <h3 className={styles.heading}>{t('levels.seenAs')}</h3>
        <SeenAs />
      </section>
      <section className={styles.part} aria-label={t('levels.table.label')}>
        <h3 className={styles.heading}>{t('levels.table.label')}</h3>
        <LevelTable />
      </section>
    </div>
  );
}

function AskWhenAdded({ setFault }: { readonly setFault: (fault: Fault | null) => void }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const asks = useLive(({ live }) => live.book.asksWhenAdded);
  const isOffered = useLive(({ live }) => live.policy?.addedQuestions !== false);
  return (
    <Field hint={t(isOffered ? 'contacts.added.askHint' : 'contacts.added.neverAsked')}>
      <Switch
        checked={asks && isOffered}
        disabled={!isOffered}
        label={t('contacts.added.ask')}
        onChange={async (_, { checked }) => {
          const outcome = await client.contacts.setAsking(checked);
          setFault(outcome.ok ? null : outcome.fault);
        }}
      />
    </Field>
  );
}

interface RowProps {
  readonly member: AccessMember;
  readonly level: Level;
  readonly give: (level: Level | null) => void;
}

function Row({ member, level, give }: RowProps) {
  const { t } = useTranslation();
  const { kind, value = '' } = member;
  const user = useLive(({ live }) => (kind === 'user' ? live.users[value] : undefined));
  const isOutside = value.includes('@');
  const name = user?.name ?? (kind === 'domain' || isOutside ? value : t('people.unknown'));
  return (
    <li className={styles.row} aria-label={name}>
      {kind === 'domain' || isOutside ? (
        <span className={styles.sign}>
          {kind === 'domain' ? <BuildingIcon size={18} /> : <MailIcon size={18} />}
        </span>
      ) : (
        <PersonAvatar user={user ?? { userId: value, name, photo: '' }} size={32} />
      )}
      <span className={styles.name}>
        <bdi>{name}</bdi>
        {kind === 'domain' && <span className={styles.about}>{t('levels.everybodyThere')}</span>}
      </span>
      <Select
        aria-label={t('levels.of', { name })}
        value={level}
        onChange={(_, { value: chosen }) => give(chosen as Level)}
      >
        <LevelOptions />
      </Select>
      <Button
        appearance="subtle"
        icon={<CloseIcon size={16} />}
        aria-label={t('levels.remove', { name })}
        onClick={() => give(null)}
      />
    </li>
  );
}

interface LevelSelectProps {
  readonly label: string;
  readonly level: Level;
  readonly choose: (level: Level) => void;
}

function LevelSelect({ label, level, choose }: LevelSelectProps) {
  return (
    <Field label={label} orientation="horizontal" className={styles.origin}>
      <Select value={level} onChange={(_, { value }) => choose(value as Level)}>
        <LevelOptions />
      </Select>
    </Field>
  );
}

/** Somebody by address, or everybody of a domain. */
function AddMember({ give }: { readonly give: (member: AccessMember, level: Level) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [level, setLevel] = useState<Level>('blocked');

  async function add(): Promise<void> {
    const value = text.trim();
    if (value === '') return;
    const kind = /.@/.test(value) ? 'user' : 'domain';
    if (await give({ kind, value }, level)) setText('');
  }

  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field className={styles.who} label={t('levels.addLabel')} hint={t('levels.addHint')}>
        <Input value={text} maxLength={254} dir="ltr" onChange={(_, { value }) => setText(value)} />
      </Field>
      <Select
        aria-label={t('levels.title')}
        value={level}
        onChange={(_, { value }) => setLevel(value as Level)}
      >
        <LevelOptions />
      </Select>
      <Button type="submit" disabledFocusable={text.trim() === ''}>
        {t('levels.add')}
      </Button>
    </form>
  );
}
