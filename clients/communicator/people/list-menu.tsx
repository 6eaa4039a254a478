// What concerns the contact list as a whole: its order, a new group, taking people in from a file and writing one.
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DownloadIcon, MoreIcon, PeopleIcon, UploadIcon } from '../../kit/widgets/icons.tsx';
import { sortBy, useListPreferences } from './list-preferences.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));
const ImportDialog = lazy(() => import('./exchange/import-dialog.tsx'));
const ExportDialog = lazy(() => import('./exchange/export-dialog.tsx'));

export function ListMenu() {
  const { t } = useTranslation();
  const { order } = useListPreferences();
  const [dialog, setDialog] = useState<'group' | 'import' | 'export' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Menu checkedValues={{ order: [order] }}>
        <MenuTrigger disableButtonEnhancement>
          <Button appearance="subtle" icon={<MoreIcon size={18} />} aria-label={t('contacts.options')} />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItemRadio name="order" value="name" onClick={() => sortBy('name')}>
              {t('contacts.byName')}
            </MenuItemRadio>
            <MenuItemRadio name="order" value="availability" onClick={() => sortBy('availability')}>
              {t('contacts.byAvailability')}
            </MenuItemRadio>
            <MenuDivider />
            <MenuItem icon={<PeopleIcon />} onClick={() => setDialog('group')}>
              {t('people.newGroup')}
            </MenuItem>
            <MenuDivider />
            <MenuItem icon={<UploadIcon />} onClick={() => setDialog('import')}>
              {t('contacts.import')}
            </MenuItem>
            <MenuItem icon={<DownloadIcon />} onClick={() => setDialog('export')}>
              {t('contacts.export')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Suspense>
        {dialog === 'group' && <GroupDialog close={close} />}
        {dialog === 'import' && <ImportDialog close={close} />}
        {dialog === 'export' && <ExportDialog close={close} />}
      </Suspense>
    </>
  );
}
