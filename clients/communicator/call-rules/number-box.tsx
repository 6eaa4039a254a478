// A number or an address to call, taken when the box is left or with Enter; what cannot be called is said beside it.
import { Field, Input } from '@fluentui/react-components';
import { canonical } from '@parley/services/call-routing/rules/number';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './call-rules.module.css';

interface NumberBoxProps {
  readonly label: string;
  readonly number: string;
  readonly take: (number: string) => void;
  readonly problem?: string | undefined;
  readonly autoFocus?: boolean;
  readonly after?: ReactNode;
}

export function NumberBox({ label, number, take, problem, autoFocus = false, after }: NumberBoxProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(number);
  const [isLeft, setLeft] = useState(false);
  const spelled = canonical(typed);
  const isBad = isLeft && typed.trim() !== '' && spelled === undefined;
  const wrong = isBad ? t('callRules.fields.numberBad') : problem;

  function leave(): void {
    setLeft(true);
    if (spelled === undefined || spelled === number) return;
    setTyped(spelled);
    take(spelled);
  }

  return (
    <Field
      label={label}
      hint={t('callRules.fields.numberHint')}
      {...(wrong === undefined ? {} : { validationMessage: wrong })}
    >
      <Input
        className={styles.box}
        type="text"
        inputMode="tel"
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        maxLength={300}
        autoFocus={autoFocus}
        value={typed}
        onChange={(_, { value }) => {
          setTyped(value);
          setLeft(false);
        }}
        onBlur={leave}
        onKeyDown={({ key }) => key === 'Enter' && leave()}
        contentAfter={after === undefined ? null : { children: after }}
      />
    </Field>
  );
}
