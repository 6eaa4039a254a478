// The box in which a message is written or edited: formatting keys, names behind `@`, emoji behind `:`.
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { pressed } from '../../../kit/keys/shortcuts.ts';
import type { Mentioned } from '../markdown/tree.ts';
import { type Format, format } from './format-text.ts';
import styles from './message-field.module.css';
import { Suggestions } from './suggestions.tsx';
import { type Suggestion, useSuggestions } from './use-suggestions.ts';

export interface FieldHandle {
  focus(): void;
  insert(text: string): void;
  format(how: Format): void;
}

interface MessageFieldProps {
  readonly field: RefObject<FieldHandle | null>;
  readonly text: string;
  readonly label: string;
  readonly people: readonly Mentioned[];
  readonly onChange: (text: string) => void;
  readonly onEnter: () => void;
  readonly onEscape?: (() => void) | undefined;
  /** The arrow up in an empty box. */
  readonly onUp?: (() => void) | undefined;
  readonly onFiles?: ((files: readonly File[]) => void) | undefined;
}

const KEYS: Readonly<Record<string, Format>> = {
  'Control+B': 'bold',
  'Control+I': 'italic',
  'Control+Shift+X': 'strike',
  'Control+E': 'code',
};

export function MessageField({ field, text, label, people, onChange, ...on }: MessageFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const suggestions = useSuggestions(text, caret, people);

  /** As if it had been typed, so that the browser's own undo knows it. */
  function replace(from: number, to: number, by: string, select: readonly [number, number]): void {
    const element = box.current;
    if (element === null) return;
    element.focus();
    element.setSelectionRange(from, to);
    const isDone =
      by === '' && from === to ? true : document.execCommand(by === '' ? 'delete' : 'insertText', false, by);
    if (!isDone) onChange(text.slice(0, from) + by + text.slice(to));
    // After React has written the new value.
    queueMicrotask(() => {
      element.setSelectionRange(select[0], select[1]);
      setCaret(select[1]);
    });
  }

  function apply(how: Format): void {
    const element = box.current;
    if (element === null) return;
    const after = format({ text, from: element.selectionStart, to: element.selectionEnd }, how);
    const { from, to, by } = difference(text, after.text);
    replace(from, to, by, [after.from, after.to]);
  }

  function accept({ from, to, text: by }: Suggestion): void {
    suggestions.close();
    replace(from, to, by, [from + by.length, from + by.length]);
  }

  useImperativeHandle(field, () => ({
    focus: () => box.current?.focus({ preventScroll: true }),
    insert(by) {
      const element = box.current;
      if (element === null) return;
      const at = element.selectionStart + by.length;
      replace(element.selectionStart, element.selectionEnd, by, [at, at]);
    },
    format: apply,
  }));

  const replaced = suggestions.finished;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each code that was typed to its end
  useEffect(() => {
    // Outside of React's own work, which would put the old text back.
    if (replaced !== null) queueMicrotask(() => accept(replaced));
  }, [replaced]);

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.nativeEvent.isComposing) return;
    if (suggestions.onKey(event.key, accept)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const how = Object.entries(KEYS).find(([keys]) => pressed(event, keys))?.[1];
    if (how !== undefined) {
      event.preventDefault();
      apply(how);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      on.onEnter();
    } else if (event.key === 'Escape' && on.onEscape !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      on.onEscape();
    } else if (pressed(event, 'ArrowUp') && text === '' && on.onUp !== undefined) {
      event.preventDefault();
      on.onUp();
    }
  }

  function onPaste(event: ClipboardEvent): void {
    const files = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'));
    if (files.length === 0 || on.onFiles === undefined) return;
    event.preventDefault();
    on.onFiles(files);
  }

  const { items, active } = suggestions;
  return (
    <div className={styles.field}>
      {items.length > 0 && (
        <Suggestions
          id={id}
          label={t('composer.suggestions')}
          items={items}
          active={active}
          accept={accept}
        />
      )}
      <textarea
        ref={box}
        className={styles.text}
        rows={1}
        {...(text === '' ? {} : { dir: 'auto' })}
        aria-label={label}
        placeholder={label}
        aria-autocomplete="list"
        aria-controls={items.length > 0 ? id : undefined}
        aria-activedescendant={items.length > 0 ? `${id}-${active}` : undefined}
        value={text}
        onChange={(event) => {
          onChange(event.target.value);
          setCaret(event.target.selectionEnd);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionEnd)}
        onBlur={() => suggestions.close()}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
    </div>
  );
}

/** The one stretch in which two texts differ. */
function difference(before: string, after: string): { from: number; to: number; by: string } {
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from += 1;
  let back = 0;
  const most = Math.min(before.length, after.length) - from;
  while (back < most && before[before.length - 1 - back] === after[after.length - 1 - back]) back += 1;
  return { from, to: before.length - back, by: after.slice(from, after.length - back) };
}
