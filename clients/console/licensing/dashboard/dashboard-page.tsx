// Where the organisation stands: owned, assigned and needed licences, how that went on, and what has to be done.
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { CheckIcon, DownloadIcon, WarningIcon } from '../../../kit/widgets/icons.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { exportAddress, licensingQuery, type Position } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card, PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './dashboard.module.css';
import { EndingSoon } from './ending-soon.tsx';
import { NextSteps } from './next-steps.tsx';
import { PositionTable } from './position-table.tsx';
import { Trend } from './trend.tsx';

export default function DashboardPage() {
  const { t } = useTranslation();
  const days = useLicenceFormats();
  const position = useQuery(licensingQuery('position', {}));
  return (
    <>
      <PageHeader
        title={t('licenceNav.dashboard')}
        about={
          position.data === undefined
            ? ''
            : t('licences.dashboard.about', { day: days.day(position.data.asOf) })
        }
      >
        <PrintMenu />
      </PageHeader>
      <PageBody label={t('licenceNav.dashboard')}>
        <QueryState query={position}>{(data) => <Report position={data} />}</QueryState>
      </PageBody>
    </>
  );
}

function Report({ position }: { readonly position: Position }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const reads = useMay('manager', 'auditor');
  const { users, devices } = position.unlicensed;
  const short = position.lines.filter(({ difference }) => difference < 0).length;
  return (
    <>
      <Verdict position={position} short={short} />
      <NextSteps position={position} />
      <dl className={parts.tiles}>
        <Tile name={t('licences.dashboard.people')} value={formats.number(position.people)} />
        <Tile name={t('licences.dashboard.devices')} value={formats.number(position.devices)} />
        <Tile name={t('licences.dashboard.unlicensedPeople')} value={formats.number(users)} bad={users > 0} />
        <Tile
          name={t('licences.dashboard.unlicensedDevices')}
          value={formats.number(devices)}
          bad={devices > 0}
        />
      </dl>
      <Card
        title={t('licences.dashboard.position')}
        hint={t('licences.dashboard.positionHint', { count: position.windowDays })}
      >
        <PositionTable position={position} />
      </Card>
      {reads && <Trend skus={[...new Set(position.lines.map(({ sku }) => sku))]} />}
      <EndingSoon ending={position.ending} />
      <p className={parts.hint}>
        {t('licences.dashboard.basis', {
          version: position.catalogueVersion,
          profile: t(`licences.profiles.${position.profile}`),
        })}{' '}
        <code dir="ltr">{position.catalogueHash.slice(0, 12)}</code>
      </p>
    </>
  );
}

function Verdict({ position, short }: { readonly position: Position; readonly short: number }) {
  const { t } = useTranslation();
  const days = useLicenceFormats();
  const { mode, overSince, graceDaysLeft } = position;
  return (
    <div className={styles.verdict} data-ok={short === 0}>
      {short === 0 ? <CheckIcon size={22} /> : <WarningIcon size={22} />}
      <div>
        <p className={styles.sentence}>
          {short === 0 ? t('licences.dashboard.enough') : t('licences.dashboard.short', { count: short })}
        </p>
        <p>{t(`licences.modes.${mode}.text`)}</p>
        {overSince !== null && (
          <p>
            {t('licences.dashboard.overSince', { day: days.day(overSince) })}{' '}
            {graceDaysLeft !== null && t('licences.dashboard.graceLeft', { count: graceDaysLeft })}
          </p>
        )}
      </div>
    </div>
  );
}

function Tile({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
  return (
    <div className={parts.tile} data-tone={bad ? 'bad' : 'plain'}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function PrintMenu() {
  const { t } = useTranslation();
  const open = (name: string) => window.open(exportAddress(name), '_blank', 'noopener');
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<DownloadIcon />}>{t('licences.dashboard.print')}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => open('position.html')}>{t('licences.dashboard.printHtml')}</MenuItem>
          <MenuItem onClick={() => open('position.pdf')}>{t('licences.dashboard.printPdf')}</MenuItem>
          <MenuItem onClick={() => open('position.json')}>{t('licences.dashboard.printJson')}</MenuItem>
          <MenuItem onClick={() => open('entitlements.xml')}>{t('licences.dashboard.entitlements')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
