// Addresses that this server tells of what happens; each has a secret that is shown once.
import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { CopyField } from '../../../kit/widgets/copy-field.tsx';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { licensingQuery, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { ReasonButton } from '../reason-button.tsx';
import { useWord } from '../use-word.ts';
import styles from './settings.module.css';
import { WEBHOOK_EVENTS } from './webhook-events.ts';

export function WebhooksCard() {
  const { t } = useTranslation();
  const word = useWord();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const webhooks = useQuery(licensingQuery('webhook-list', {}));

  const eventName = (event: string) => word(`licences.events.${event}`, event);

  async function remove(webhookId: string, reason: string): Promise<void> {
    notices.outcome(await act('webhook-remove', { webhookId, reason }));
  }

  return (
    <Card title={t('licences.settings.webhooks')} hint={t('licences.settings.webhooksHint')}>
      <QueryState query={webhooks}>
        {({ webhooks: list }) => (
          <ul className={parts.list}>
            {list.map(({ webhookId, url, events }) => (
              <li key={webhookId} className={parts.item}>
                <span className={parts.itemText}>
                  <code dir="ltr">{url}</code>
                  <span className={parts.small}>{events.map(eventName).join(', ')}</span>
                </span>
                {manages && (
                  <ReasonButton
                    action={t('licences.remove')}
                    label={t('licences.removeNamed', { name: url })}
                    title={t('licences.removeTitle', { name: url })}
                    text={t('licences.settings.webhookRemoveText')}
                    confirm={(reason) => void remove(webhookId, reason)}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </QueryState>
      {manages && <AddWebhook eventName={eventName} />}
    </Card>
  );
}

function AddWebhook({ eventName }: { readonly eventName: (event: string) => string }) {
  const { t } = useTranslation();
  const act = useAct();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<ReadonlySet<string>>(new Set(WEBHOOK_EVENTS));
  const [secret, setSecret] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const good = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

  async function add(): Promise<void> {
    const outcome = await act('webhook-put', { url: url.trim(), events: [...events] });
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    setUrl('');
    setSecret(outcome.value.secret);
  }

  return (
    <form
      className="parley-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('licences.settings.webhookUrl')}>
        <Input
          type="url"
          maxLength={1000}
          input={{ dir: 'ltr' }}
          placeholder="https://"
          value={url}
          onChange={(_, { value }) => setUrl(value)}
        />
      </Field>
      <fieldset className={`${styles.checks} parley-fieldset`}>
        <legend>{t('licences.settings.webhookEvents')}</legend>
        {WEBHOOK_EVENTS.map((event) => (
          <Checkbox
            key={event}
            label={eventName(event)}
            checked={events.has(event)}
            onChange={(_, { checked }) => {
              const next = new Set(events);
              if (checked === true) next.add(event);
              else next.delete(event);
              setEvents(next);
            }}
          />
        ))}
      </fieldset>
      <div className={parts.buttons}>
        <Button type="submit" disabledFocusable={!good || events.size === 0}>
          {t('licences.settings.addWebhook')}
        </Button>
      </div>
      <div role="status">
        {secret !== null && (
          <>
            <CopyField label={t('licences.settings.secret')} value={secret} />
            <p className={parts.hint}>{t('licences.settings.secretOnce')}</p>
          </>
        )}
      </div>
    </form>
  );
}
