// Telephones of one person: each has a password of its own that can be taken away.
import { Button, Field, Input, Skeleton, SkeletonItem } from '@fluentui/react-components';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../fault.ts';
import { useFormats } from '../i18n/use-formats.ts';
import { ConfirmButton } from '../widgets/confirm-button.tsx';
import { FaultNotice } from '../widgets/fault-notice.tsx';
import { DeskPhoneIcon, PlusIcon } from '../widgets/icons.tsx';
import { useNotices } from '../widgets/notices.tsx';
import styles from './device-list.module.css';
import type { Device, DeviceSource } from './device-source.ts';
import { SipSettings } from './sip-settings.tsx';

export function DeviceList({ source }: { readonly source: DeviceSource }) {
  const { t } = useTranslation();
  const page = useRef<HTMLDivElement>(null);
  const [devices, setDevices] = useState<readonly Device[] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [added, setAdded] = useState<{ name: string; password: string } | null>(null);

  const refresh = useCallback(async () => {
    const outcome = await source.list();
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) setDevices(outcome.value.devices);
  }, [source]);

  useEffect(() => {
    void refresh();
  }, [refresh]);

  async function removed(): Promise<void> {
    await refresh();
    // The row that had the focus is gone.
    page.current?.focus();
  }

  return (
    <div className={styles.page} ref={page} tabIndex={-1}>
      <p className={styles.text}>{t('devices.text')}</p>
      {added === null ? (
        <AddDevice
          source={source}
          added={(name, password) => {
            setAdded({ name, password });
            void refresh();
          }}
        />
      ) : (
        <SipSettings
          address={source.address}
          name={added.name}
          password={added.password}
          close={() => setAdded(null)}
        />
      )}
      {fault !== null && <FaultNotice fault={fault} />}
      {devices === null && fault === null && (
        <Skeleton aria-label={t('devices.loading')}>
          <SkeletonItem size={40} />
        </Skeleton>
      )}
      {devices?.length === 0 && <p className={styles.text}>{t('devices.none')}</p>}
      <ul className={styles.list}>
        {devices?.map((device) => (
          <DeviceRow key={device.deviceId} device={device} source={source} removed={removed} />
        ))}
      </ul>
    </div>
  );
}

interface DeviceRowProps {
  readonly device: Device;
  readonly source: DeviceSource;
  readonly removed: () => Promise<void>;
}

function DeviceRow({ device, source, removed }: DeviceRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const notices = useNotices();
  const now = Date.now();
  const expired = device.expiresAt !== null && device.expiresAt < now;

  async function revoke(): Promise<void> {
    if (notices.outcome(await source.revoke(device.deviceId))) await removed();
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
      <ConfirmButton
        size="small"
        action={t('devices.remove')}
        label={t('devices.removeNamed', { name: device.name })}
        title={t('devices.removeTitle', { name: device.name })}
        text={t('devices.removeText')}
        confirm={() => void revoke()}
      />
    </li>
  );
}

interface AddDeviceProps {
  readonly source: DeviceSource;
  readonly added: (name: string, password: string) => void;
}

function AddDevice({ source, added }: AddDeviceProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  async function add(): Promise<void> {
    if (name.trim() === '') return;
    setBusy(true);
    const outcome = await source.add(name.trim());
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
        {(field) => (
          <div className={styles.add}>
            <Input
              {...field}
              className={styles.input}
              value={name}
              maxLength={100}
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
        )}
      </Field>
    </form>
  );
}
