// One setting as a field: a choice, a switch, a number, a text, or lines.
import { Field, Input, Select, Switch, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingName, Settings } from './policy-api.ts';
import type { SettingRow } from './setting-rows.ts';

interface SettingFieldProps {
  readonly row: SettingRow;
  readonly value: Settings[SettingName];
  readonly change: (value: unknown) => void;
}

export function SettingField({ row, value, change }: SettingFieldProps) {
  const { t } = useTranslation();
  const label = t(`policy.settings.${row.name}`);
  const hint = t(`policy.hints.${row.name}`);
  if (row.kind === 'switch') {
    return (
      <Field hint={hint}>
        <Switch label={label} checked={value === true} onChange={(_, { checked }) => change(checked)} />
      </Field>
    );
  }
  if (row.kind === 'choice') {
    return (
      <Field label={label} hint={hint}>
        <Select value={String(value)} onChange={(_, { value: chosen }) => change(chosen)}>
          {row.choices.map((choice) => (
            <option key={choice} value={choice}>
              {t(`policy.choices.${choice as 'allow'}`)}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  return <Typed row={row} value={value} change={change} label={label} hint={hint} />;
}

interface TypedProps extends SettingFieldProps {
  readonly label: string;
  readonly hint: string;
}

/** Taken when the field is left, and with Enter where that means no new line. */
function Typed({ row, value, change, label, hint }: TypedProps) {
  const before = Array.isArray(value) ? value.join('\n') : String(value);
  const [typed, setTyped] = useState(before);

  function take(): void {
    if (typed === before) return;
    if (row.kind === 'number') {
      const number = Number(typed);
      if (Number.isInteger(number) && number >= row.least && number <= row.most) change(number);
      else setTyped(before);
    } else if (row.kind === 'lines') {
      const lines = typed.split('\n').map((line) => line.trim());
      change(lines.filter((line) => line !== ''));
    } else change(typed);
  }

  if (row.kind === 'number') {
    return (
      <Field label={label} hint={hint}>
        <Input
          type="number"
          min={row.least}
          max={row.most}
          value={typed}
          onChange={(_, { value: text }) => setTyped(text)}
          onBlur={take}
          onKeyDown={({ key }) => key === 'Enter' && take()}
        />
      </Field>
    );
  }
  return (
    <Field label={label} hint={hint}>
      <Textarea
        rows={row.kind === 'lines' ? Math.min(6, Math.max(2, typed.split('\n').length)) : 2}
        maxLength={row.kind === 'text' ? 500 : 20_000}
        resize="vertical"
        value={typed}
        onChange={(_, { value: text }) => setTyped(text)}
        onBlur={take}
      />
    </Field>
  );
}
