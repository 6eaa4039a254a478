// Chooses people, one by one or a whole department, for a new group or for one that is there.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { useReturnFocus } from '../../kit/widgets/return-focus.ts';
import { Chosen } from './chosen.tsx';
import { FoundList } from './found-list.tsx';
import styles from './pick-people-dialog.module.css';
import { usePicking } from './use-picking.ts';

interface PickPeopleDialogProps {
  /** Where people are added; without it a new group is made. */
  readonly conversation?: Conversation;
  /** Chosen already. */
  readonly initial?: readonly string[];
  readonly close: () => void;
}

export default function PickPeopleDialog({ conversation, initial = [], close }: PickPeopleDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const client = useLiveClient();
  const navigate = useNavigate();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const most = useLive(({ live }) => live.policy?.groupSize ?? 100);
  const here = conversation?.participantIds ?? [meId];
  const picking = usePicking({ initial, here, most });
  const [title, setTitle] = useState('');
  const [query, setQuery] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const grows = conversation !== undefined && conversation.participantIds.length < 3 && !conversation.isGroup;
  const { chosen, cut } = picking;

  async function make(): Promise<void> {
    if (chosen.length === 0 || busy) return;
    setBusy(true);
    const outcome =
      conversation === undefined
        ? await client.startGroup(chosen, title)
        : await client.changeGroup(conversation.conversationId, { kind: 'add', userIds: [...chosen] });
    setBusy(false);
    if (!outcome.ok) return setFault(outcome.fault);
    close();
    if (outcome.value !== conversation?.conversationId)
      await navigate({ to: '/c/$conversationId', params: { conversationId: outcome.value } });
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className={styles.surface}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <DialogBody>
            <DialogTitle>{t(conversation === undefined ? 'groups.new' : 'groups.addPeople')}</DialogTitle>
            <DialogContent className={styles.content}>
              {fault !== null && <FaultNotice fault={fault} />}
              {grows && <p className={styles.hint}>{t('groups.grows')}</p>}
              {conversation === undefined && (
                <Field label={t('groups.titleIfAny')}>
                  <Input value={title} maxLength={100} onChange={(_, { value }) => setTitle(value)} />
                </Field>
              )}
              <Chosen userIds={chosen} drop={picking.drop} />
              {cut !== null && (
                <p className={styles.cut} role="status">
                  {t('groups.cut', { taken: cut.taken, count: cut.total, name: cut.name, most })}
                </p>
              )}
              <Field label={t('groups.find')}>
                <Input
                  autoFocus
                  type="search"
                  value={query}
                  maxLength={200}
                  placeholder={t('groups.findHint')}
                  onChange={(_, { value }) => setQuery(value)}
                  onKeyDown={(event) => {
                    // The first one found; sending the form is for the button.
                    if (event.key !== 'Enter' || query.trim() === '') return;
                    event.preventDefault();
                    document.querySelector<HTMLElement>('[data-found] button')?.click();
                  }}
                />
              </Field>
              <FoundList query={query} here={here} picking={picking} picked={() => setQuery('')} />
            </DialogContent>
            <DialogActions>
              <Button onClick={close}>{t('actions.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={chosen.length === 0 || busy}>
                {conversation === undefined
                  ? t('groups.start')
                  : chosen.length === 0
                    ? t('groups.addPeople')
                    : t('groups.add', { count: chosen.length })}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
