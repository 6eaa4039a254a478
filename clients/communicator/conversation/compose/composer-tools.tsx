// The row under the box: formats, emoji, images, and what a message may carry beside its text.
import {
  Button,
  Menu,
  MenuItemCheckbox,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  ToggleButton,
  Tooltip,
} from '@fluentui/react-components';
import { type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../../kit/live/live-context.tsx';
import type { Beside } from '../../../kit/live/outbox.ts';
import { MoreIcon } from '../../../kit/widgets/icons.tsx';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { IMAGE_TYPES } from '../images/upload.ts';
import type { PendingImages } from '../images/use-images.ts';
import { EmojiIcon, FormatIcon, HighIcon, ImageIcon, LowIcon } from '../rich-icons.tsx';
import styles from './composer.module.css';
import type { FieldHandle } from './message-field.tsx';

interface ComposerToolsProps {
  readonly field: RefObject<FieldHandle | null>;
  readonly images: PendingImages;
  readonly formatting: boolean;
  readonly setFormatting: (shown: boolean) => void;
  readonly importance: Beside['importance'];
  readonly setImportance: (importance: Beside['importance']) => void;
  readonly showsSubject: boolean;
  readonly setSubject: (shown: boolean) => void;
}

const IMPORTANCES = ['high', 'normal', 'low'] as const;

export function ComposerTools(props: ComposerToolsProps) {
  const { t } = useTranslation();
  const { field, images, formatting, setFormatting, importance = 'normal' } = props;
  const keepsNothing = useLive(({ live }) => live.keepsNothing);
  const chooser = useRef<HTMLInputElement>(null);
  const checked = { importance: [importance], subject: props.showsSubject ? ['subject'] : [] };
  return (
    <div className={styles.tools}>
      <Tooltip content={t('composer.formats')} relationship="label">
        <ToggleButton
          type="button"
          appearance="subtle"
          icon={<FormatIcon />}
          checked={formatting}
          onClick={() => setFormatting(!formatting)}
        />
      </Tooltip>
      <EmojiButton
        label={t('composer.emoji')}
        icon={<EmojiIcon />}
        choose={(emoji) => setTimeout(() => field.current?.insert(emoji))}
      />
      {!keepsNothing && (
        <>
          <Tooltip content={t('composer.image')} relationship="label">
            <Button
              type="button"
              appearance="subtle"
              icon={<ImageIcon />}
              onClick={() => chooser.current?.click()}
            />
          </Tooltip>
          <input
            ref={chooser}
            type="file"
            hidden
            multiple
            accept={IMAGE_TYPES.join(',')}
            onChange={(event) => {
              images.add([...(event.target.files ?? [])]);
              event.target.value = '';
              field.current?.focus();
            }}
          />
        </>
      )}
      <Menu
        checkedValues={checked}
        onCheckedValueChange={(_, { name, checkedItems }) => {
          const [chosen] = checkedItems;
          if (name === 'subject') props.setSubject(chosen !== undefined);
          else props.setImportance(chosen === 'high' || chosen === 'low' ? chosen : undefined);
        }}
      >
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('composer.more')} relationship="label">
            <Button type="button" appearance="subtle" icon={<MoreIcon />} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItemCheckbox name="subject" value="subject">
              {t('composer.subject')}
            </MenuItemCheckbox>
            {IMPORTANCES.map((one) => (
              <MenuItemRadio key={one} name="importance" value={one}>
                {t(`composer.importance.${one}`)}
              </MenuItemRadio>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      {importance !== 'normal' && (
        <span className={styles.important} data-importance={importance}>
          {importance === 'high' ? <HighIcon size={16} /> : <LowIcon size={16} />}
          {t(`composer.importance.${importance}`)}
        </span>
      )}
    </div>
  );
}
