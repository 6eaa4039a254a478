// A drawer at the end of the page with a title and a way out.
import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  OverlayDrawer,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CloseIcon } from '../kit/widgets/icons.tsx';
import styles from './side-drawer.module.css';

interface SideDrawerProps {
  readonly title: ReactNode;
  readonly close: () => void;
  readonly children: ReactNode;
}

export function SideDrawer({ title, close, children }: SideDrawerProps) {
  const { t } = useTranslation();
  return (
    <OverlayDrawer
      open
      position="end"
      className={styles.drawer}
      onOpenChange={(_, { open }) => {
        if (!open) close();
      }}
    >
      <DrawerHeader className={styles.header}>
        <DrawerHeaderTitle
          action={
            <Button
              appearance="subtle"
              aria-label={t('actions.close')}
              icon={<CloseIcon />}
              onClick={close}
            />
          }
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{children}</DrawerBody>
    </OverlayDrawer>
  );
}
