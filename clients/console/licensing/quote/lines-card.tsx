// What is sold: servers, and licences that the customer names.
import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import { windowsProduct } from '@parley/services/licensing/rules/windows-catalogue';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { PlusIcon } from '../../../kit/widgets/icons.tsx';
import { CountField } from '../count-field.tsx';
import { minorUnits } from '../licence-formats.ts';
import { Card } from '../page-body.tsx';
import { skuName } from '../sku-name.ts';
import { ProductSelect } from './product-select.tsx';
import styles from './quote.module.css';
import { type DraftLine, newLine } from './quote-draft.ts';
import type { DraftCardProps } from './quote-page.tsx';

const FIRST = 'parley-server';

export function LinesCard({ draft, change }: DraftCardProps) {
  const { t } = useTranslation();
  const { lines, currency } = draft;
  const set = (key: string, part: Partial<DraftLine>) =>
    change({ lines: lines.map((line) => (line.key === key ? { ...line, ...part } : line)) });
  return (
    <Card title={t('licenceTools.quote.lines')} hint={t('licenceTools.quote.linesHint')}>
      <ul>
        {lines.map((line) => (
          <Line
            key={line.key}
            line={line}
            currency={currency}
            set={(part) => set(line.key, part)}
            remove={() => change({ lines: lines.filter(({ key }) => key !== line.key) })}
          />
        ))}
      </ul>
      <div className={styles.add}>
        <Button
          icon={<PlusIcon />}
          onClick={() => change({ lines: [...lines, newLine(lines.at(-1)?.product ?? FIRST)] })}
        >
          {t('licenceTools.quote.addLine')}
        </Button>
      </div>
    </Card>
  );
}

interface LineProps {
  readonly line: DraftLine;
  readonly currency: string;
  readonly set: (part: Partial<DraftLine>) => void;
  readonly remove: () => void;
}

function Line({ line, currency, set, remove }: LineProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { product, quantity, price, preinstalled, variant } = line;
  const windows = windowsProduct(product);
  const model = skuOf(product)?.model;
  const isServer = model === 'server' || model === 'processor';
  const wrong = price.trim() !== '' && minorUnits(price, currency) === null;
  const variants = windows?.calsIncluded ?? [];
  return (
    <li className={styles.line}>
      <ProductSelect
        label={t('licenceTools.product')}
        value={product}
        change={(sku) => set({ product: sku, variant: '', preinstalled: false })}
      />
      <CountField
        label={t('licences.quantity')}
        value={quantity}
        change={(typed) => set({ quantity: typed })}
      />
      {isServer ? (
        <Field
          label={t('licenceTools.priceEach', { currency })}
          {...(wrong ? { validationMessage: t('licences.stock.badPrice') } : {})}
        >
          <Input
            inputMode="decimal"
            maxLength={20}
            value={price}
            onChange={(_, data) => set({ price: data.value })}
          />
        </Field>
      ) : (
        <span />
      )}
      <Button onClick={remove} aria-label={t('licences.removeNamed', { name: skuName(product) })}>
        {t('licences.remove')}
      </Button>
      {windows !== undefined && (
        <div className={styles.options}>
          <Checkbox
            label={t('licenceTools.quote.preinstalled')}
            checked={preinstalled}
            onChange={(_, { checked }) => set({ preinstalled: checked === true })}
          />
          {variants.length > 1 && (
            <Field label={t('licenceTools.quote.variant')}>
              <Select value={variant} onChange={(_, data) => set({ variant: data.value })}>
                <option value="">{t('licenceTools.quote.unknownVariant')}</option>
                {variants.map((count) => (
                  <option key={count} value={count}>
                    {formats.number(count)}
                  </option>
                ))}
              </Select>
            </Field>
          )}
        </div>
      )}
    </li>
  );
}
