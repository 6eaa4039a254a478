// What is said of a device: its name, and whether it stands where everybody may use it.
import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { type SubjectRow, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';

export function DeviceForm({ row }: { readonly row: SubjectRow }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const [name, setName] = useState(row.name);
  const [commonArea, setCommonArea] = useState(row.commonArea);
  const [fault, setFault] = useState<Fault | null>(null);
  const changed = name.trim() !== row.name || commonArea !== row.commonArea;
  if (!useMay('manager', 'help-desk')) return null;

  async function save(): Promise<void> {
    const device = { deviceId: row.subject.id, name: name.trim(), commonArea, licensable: true };
    const outcome = await act('device-put', device);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) notices.done(t('users.saved'));
  }

  return (
    <form
      className="parley-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('licences.assignments.deviceName')}>
        <Input maxLength={200} value={name} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field hint={t('licences.assignments.commonAreaHint')}>
        <Switch
          label={t('licences.assignments.commonAreaSwitch')}
          checked={commonArea}
          onChange={(_, { checked }) => setCommonArea(checked)}
        />
      </Field>
      <div className={parts.buttons}>
        <Button type="submit" disabledFocusable={!changed || name.trim() === ''}>
          {t('actions.save')}
        </Button>
      </div>
    </form>
  );
}
