// Chooses a licence of the catalogue.
import { Field, Select } from '@fluentui/react-components';
import type { Sku } from '@parley/services/licensing/rules/catalogue';

interface SkuSelectProps {
  readonly label: string;
  readonly skus: readonly Sku[];
  readonly value: string;
  readonly change: (sku: string) => void;
  readonly className?: string;
}

export function SkuSelect({ label, skus, value, change, className }: SkuSelectProps) {
  return (
    <Field label={label} {...(className === undefined ? {} : { className })}>
      <Select value={value} onChange={(_, data) => change(data.value)}>
        {skus.map(({ id, name }) => (
          <option key={id} value={id} lang="en">
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
