// The box above a list in which one types what to look for. Used by every page with a list.
import { Field, Input } from '@fluentui/react-components';
import { SearchIcon } from '../kit/widgets/icons.tsx';
import parts from './parts.module.css';

const MOST_CHARS = 200;

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <Field label={label} className={parts.search}>
      <Input
        type="search"
        contentBefore={<SearchIcon size={18} />}
        maxLength={MOST_CHARS}
        value={value}
        onChange={(_, { value: typed }) => onChange(typed)}
      />
    </Field>
  );
}
