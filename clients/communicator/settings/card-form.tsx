// Settings: what stands on one's own contact card beside what the directory says, with who sees it.
import { Button, Field, Input, Textarea } from '@fluentui/react-components';
import { emptyCard } from '@parley/services/presence/rules/projection';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardFields } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';

const NUMBERS = ['mobile', 'home', 'other'] as const;

export function CardForm() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const held = useLive(({ live }) => live.cards[meId]);
  const [{ version, ...fields }, setCard] = useState(() => held ?? emptyCard(meId));
  const [isTouched, setTouched] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  // What another window stores shows here, unless something is being written.
  useEffect(() => {
    if (held !== undefined && !isTouched) setCard(held);
  }, [held, isTouched]);

  function write(change: Partial<CardFields>): void {
    setTouched(true);
    setCard((card) => ({ ...card, ...change }));
  }

  async function save(): Promise<void> {
    setBusy(true);
    const { userId: _, ...wanted } = fields;
    const outcome = await client.setCard(wanted, version);
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) {
      setTouched(false);
      setCard(outcome.value);
      notices.done(t('card.saved'));
    } else if (outcome.fault.code === 'PRESENCE_STALE') {
      // What is stored now is shown; what was written here can be written again on top of it.
      setTouched(false);
    }
  }

  return (
    <form
      className="parley-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p>{t('card.text')}</p>
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('person.company')} hint={t('card.seenBy.company')}>
        <Input
          value={fields.company}
          maxLength={200}
          onChange={(_, { value }) => write({ company: value })}
        />
      </Field>
      <Field label={t('person.workAddress')} hint={t('card.seenBy.workAddress')}>
        <Textarea
          value={fields.workAddress}
          maxLength={400}
          rows={3}
          onChange={(_, { value }) => write({ workAddress: value })}
        />
      </Field>
      <Field label={t('person.site')} hint={t('card.seenBy.site')}>
        <Input
          type="text"
          inputMode="url"
          dir="ltr"
          value={fields.site}
          maxLength={400}
          onChange={(_, { value }) => write({ site: value })}
        />
      </Field>
      {NUMBERS.map((name) => (
        <Field key={name} label={t(`person.${name}`)} hint={t(`card.seenBy.${name}`)}>
          <Input
            type="tel"
            dir="ltr"
            value={fields[name]}
            maxLength={40}
            onChange={(_, { value }) => write({ [name]: value })}
          />
        </Field>
      ))}
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={busy}>
          {t('actions.save')}
        </Button>
      </div>
    </form>
  );
}
