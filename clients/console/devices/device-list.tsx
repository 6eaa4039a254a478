// A person's telephones: each has a password of its own that can be taken away.
import { Button, Field, Input, Skeleton, SkeletonItem } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../kit/fault.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { ConfirmDialog } from '../../kit/widgets/confirm-dialog.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { DeskPhoneIcon, PlusIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { admin, type Device, devicesQuery, type User } from '../admin-api.ts';
import styles from './device-list.module.css';
import { SipSettings } from './sip-settings.tsx';

export function DeviceList({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: devices, error, isPending } = useQuery(devicesQuery(user.userId));
  const [added, setAdded] = useState<{ name: string; password: string } | null>(null);
  const refresh = () => void queries.invalidateQueries({ queryKey: devicesQuery(user.userId).queryKey });

  return (
    <>
      <p className={styles.text}>{t('devices.text')}</p>
      {added === null ? (
        <AddDevice
          user={user}
          added={(name, password) => {
            setAdded({ name, password });
            refresh();
          }}
        />
      ) : (
        <SipSettings user={user} name={added.name} password={added.password} close={() => setAdded(null)} />
      )}
      {isPending && (
        <Skeleton aria-label={t('devices.loading')}>
          <SkeletonItem size={40} />
        </Skeleton>
      )}
      {error !== null && <FaultNotice fault={error.fault} />}
      {devices?.length === 0 && <p className={styles.none}>{t('devices.none')}</p>}
      <ul className={styles.list}>
        {devices?.map((device) => (
          <DeviceRow key={device.deviceId} device={device} changed={refresh} />
        ))}
      </ul>
    </>
  );
}

function DeviceRow({ device, changed }: { readonly device: Device; readonly changed: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const notices = useNotices();
  const [asking, setAsking] = useState(false);
  const now = Date.now();
  const expired = device.expiresAt !== null && device.expiresAt < now;

  async function revoke(): Promise<void> {
    if (notices.outcome(await admin.revokeDevice(device.userId, device.deviceId))) changed();
  }

  return (
    <li className={styles.row}>
      <DeskPhoneIcon />
      <div className={styles.about}>
        <p className={styles.name}>
          <bdi>{device.name}</bdi>
        </p>
        <p className={styles.times}>
          {device.lastUsedAt === null
            ? t('devices.neverUsed')
            : t('devices.lastUsed', { ago: formats.ago(device.lastUsedAt, now) })}
          {device.expiresAt !== null &&
            ` · ${t(expired ? 'devices.expired' : 'devices.expires', { date: formats.day(device.expiresAt, now) })}`}
        </p>
      </div>
      <Button
        size="small"
        aria-label={t('devices.removeNamed', { name: device.name })}
        onClick={() => setAsking(true)}
      >
        {t('devices.remove')}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t('devices.removeTitle', { name: device.name })}
          text={t('devices.removeText')}
          action={t('devices.remove')}
          confirm={() => void revoke()}
          close={() => setAsking(false)}
        />
      )}
    </li>
  );
}

interface AddDeviceProps {
  readonly user: User;
  readonly added: (name: string, password: string) => void;
}

function AddDevice({ user, added }: AddDeviceProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  async function add(): Promise<void> {
    if (name.trim() === '') return;
    setBusy(true);
    const outcome = await admin.addDevice(user.userId, name.trim());
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) added(outcome.value.device.name, outcome.value.password);
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('devices.newName')}>
        <div className={styles.add}>
          <Input
            className={styles.input}
            value={name}
            maxLength={100}
            aria-label={t('devices.newName')}
            placeholder={t('devices.example')}
            onChange={(_, { value }) => setName(value)}
          />
          <Button
            type="submit"
            appearance="primary"
            icon={<PlusIcon />}
            disabledFocusable={busy || name.trim() === ''}
          >
            {t('devices.add')}
          </Button>
        </div>
      </Field>
    </form>
  );
}
