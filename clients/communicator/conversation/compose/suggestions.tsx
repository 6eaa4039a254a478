// The list above the box: who or what the word before the caret may become.
import styles from './message-field.module.css';
import type { Suggestion } from './use-suggestions.ts';

interface SuggestionsProps {
  readonly id: string;
  readonly label: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly accept: (item: Suggestion) => void;
}

export function Suggestions({ id, label, items, active, accept }: SuggestionsProps) {
  return (
    <div id={id} className={styles.suggestions} role="listbox" aria-label={label}>
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box keeps the focus and handles the keys
        <div
          key={item.key}
          id={`${id}-${index}`}
          className={styles.suggestion}
          role="option"
          aria-selected={index === active}
          tabIndex={-1}
          // The box must not lose the focus before the click arrives.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => accept(item)}
        >
          <span className={styles.sign}>{item.sign}</span>
          <bdi>{item.label}</bdi>
        </div>
      ))}
    </div>
  );
}
