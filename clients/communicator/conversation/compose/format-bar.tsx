// The formatting buttons above the box; each says its key.
import { Button, Tooltip } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { keyCaps } from '../../../kit/keys/shortcuts.ts';
import { BoldIcon, CodeIcon, ItalicIcon, LinkIcon, ListIcon, QuoteIcon, StrikeIcon } from '../rich-icons.tsx';
import styles from './composer.module.css';
import { FORMATS, type Format } from './format-text.ts';

const ICONS = {
  bold: BoldIcon,
  italic: ItalicIcon,
  strike: StrikeIcon,
  code: CodeIcon,
  link: LinkIcon,
  quote: QuoteIcon,
  list: ListIcon,
} as const;

export const FORMAT_KEYS: Readonly<Partial<Record<Format, string>>> = {
  bold: 'Control+B',
  italic: 'Control+I',
  strike: 'Control+Shift+X',
  code: 'Control+E',
};

export function FormatBar({ apply }: { readonly apply: (how: Format) => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.formats} role="toolbar" aria-label={t('composer.formats')}>
      {FORMATS.map((how) => {
        const Icon = ICONS[how];
        const keys = FORMAT_KEYS[how];
        const name = t(`composer.format.${how}`);
        return (
          <Tooltip
            key={how}
            relationship="description"
            content={keys === undefined ? name : `${name} (${keyCaps(keys).join(' + ')})`}
          >
            <Button
              type="button"
              size="small"
              appearance="subtle"
              icon={<Icon size={18} />}
              aria-label={name}
              // The selection in the box must stay.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => apply(how)}
            />
          </Tooltip>
        );
      })}
    </div>
  );
}
