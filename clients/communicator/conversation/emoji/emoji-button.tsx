// A button that opens the emoji picker; the picker and its list are loaded when it is opened.
import {
  Button,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Spinner,
  Tooltip,
} from '@fluentui/react-components';
import { lazy, type ReactElement, Suspense, useState } from 'react';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx'));

interface EmojiButtonProps {
  readonly label: string;
  readonly icon: ReactElement;
  readonly size?: 'small' | 'medium';
  readonly className?: string | undefined;
  readonly choose: (emoji: string) => void;
  readonly onOpenChange?: (open: boolean) => void;
}

export function EmojiButton({
  label,
  icon,
  size = 'medium',
  className,
  choose,
  onOpenChange,
}: EmojiButtonProps) {
  const [open, setOpen] = useState(false);
  function change(next: boolean): void {
    setOpen(next);
    onOpenChange?.(next);
  }
  return (
    <Popover open={open} onOpenChange={(_, data) => change(data.open)} positioning="above" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Tooltip content={label} relationship="label">
          <Button
            type="button"
            size={size}
            appearance="subtle"
            icon={icon}
            {...(className === undefined ? {} : { className })}
          />
        </Tooltip>
      </PopoverTrigger>
      <PopoverSurface aria-label={label}>
        <Suspense fallback={<Spinner size="tiny" />}>
          <EmojiPicker
            choose={(emoji) => {
              change(false);
              choose(emoji);
            }}
          />
        </Suspense>
      </PopoverSurface>
    </Popover>
  );
}
