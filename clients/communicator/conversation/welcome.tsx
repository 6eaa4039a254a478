// What the conversation side shows before one is chosen.
import { Button } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { SearchIcon } from '../../kit/widgets/icons.tsx';
import { Mark } from '../../kit/widgets/mark.tsx';
import { focusRequests } from '../shortcuts.ts';

export function Welcome() {
  const { t } = useTranslation();
  return (
    <EmptyState picture={<Mark size={64} />} title={t('welcome.title')} text={t('welcome.text')}>
      <Button icon={<SearchIcon />} onClick={() => focusRequests.dispatchEvent(new Event('search'))}>
        {t('welcome.find')}
      </Button>
    </EmptyState>
  );
}
