// Chooses a product of the catalogue, servers apart from licences.
import { Field, Select } from '@fluentui/react-components';
import type { Sku } from '@parley/services/licensing/rules/catalogue';
import { useTranslation } from 'react-i18next';
import { purchasable } from '../sku-name.ts';

const GROUPS = ['servers', 'cals', 'others'] as const;
type Group = (typeof GROUPS)[number];

interface ProductSelectProps {
  readonly label: string;
  readonly value: string;
  readonly change: (sku: string) => void;
  readonly only?: Group;
  readonly className?: string | undefined;
}

export function ProductSelect({ label, value, change, only, className }: ProductSelectProps) {
  const { t } = useTranslation();
  return (
    <Field label={label} className={className}>
      <Select value={value} onChange={(_, data) => change(data.value)}>
        {GROUPS.filter((group) => only === undefined || group === only).map((group) => (
          <optgroup key={group} label={t(`licenceTools.groups.${group}`)}>
            {purchasable
              .filter((sku) => groupOf(sku) === group)
              .map(({ id, name }) => (
                <option key={id} value={id} lang="en">
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </Select>
    </Field>
  );
}

function groupOf({ model }: Sku): Group {
  if (model === 'server' || model === 'processor') return 'servers';
  return model === 'cal' || model === 'suite' ? 'cals' : 'others';
}
