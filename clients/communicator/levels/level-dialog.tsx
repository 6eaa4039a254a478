// What each level of access sees, opened from the menu of a contact.
import { useTranslation } from 'react-i18next';
import { ReadingDialog } from '../../kit/widgets/reading-dialog.tsx';
import { LevelTable } from './level-table.tsx';

export default function LevelDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  return (
    <ReadingDialog title={t('levels.table.label')} close={close}>
      <LevelTable />
    </ReadingDialog>
  );
}
