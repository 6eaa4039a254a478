// Where calls go in one case: nowhere special, to a person, to a number, to voicemail. Stored as soon as it is whole.
import { Field, Select } from '@fluentui/react-components';
import { problemOf } from '@parley/services/call-routing/rules/check';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Allowances, RuleTarget } from '../../kit/contracts.ts';
import styles from './call-rules.module.css';
import { NumberBox } from './number-box.tsx';
import { PersonBox } from './person-box.tsx';

type Kind = RuleTarget['kind'] | 'none';

export interface Owner {
  readonly ownerId: string;
  readonly allowances: Allowances;
  readonly nameOf: (userId: string) => string;
}

interface TargetFieldProps {
  readonly label: string;
  /** What happens without a target. */
  readonly none: string;
  readonly target: RuleTarget | null;
  readonly owner: Owner;
  readonly change: (target: RuleTarget | null) => void;
  /** Opens as if this had been chosen: a number is to be typed. */
  readonly asksNumber?: boolean;
}

export function TargetField({ label, none, target, owner, change, asksNumber = false }: TargetFieldProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Kind | null>(asksNumber ? 'number' : null);
  const held: Kind = target?.kind ?? 'none';
  const kind = chosen ?? held;
  const { allowances, nameOf } = owner;

  // What was stored here or elsewhere takes the place of what was being chosen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change that counts
  useEffect(() => setChosen(null), [JSON.stringify(target)]);
  useEffect(() => {
    if (asksNumber) setChosen('number');
  }, [asksNumber]);

  function choose(next: Kind): void {
    setChosen(next);
    if (next === 'none') change(null);
    else if (next === 'voicemail') change({ kind: 'voicemail' });
  }

  const problem = target === null ? undefined : problemText(target, owner);
  const isOff = {
    user: !allowances.forwarding.allowed,
    number: !allowances.forwarding.allowed || !allowances.outsideNumbers.allowed,
    voicemail: !allowances.voicemail.allowed,
  };
  return (
    <div className={styles.target}>
      <Field
        label={label}
        {...(kind === 'voicemail' && problem !== undefined ? { validationMessage: t(problem) } : {})}
      >
        <Select value={kind} onChange={(_, { value }) => choose(value as Kind)}>
          <option value="none">{none}</option>
          {(['user', 'number', 'voicemail'] as const).map((each) => (
            <option key={each} value={each} disabled={isOff[each] && held !== each}>
              {t(`callRules.to.${each}`)}
            </option>
          ))}
        </Select>
      </Field>
      {kind === 'user' && (
        <PersonBox
          label={t('callRules.fields.person')}
          name={target?.kind === 'user' ? nameOf(target.userId) : ''}
          choose={(userId) => change({ kind: 'user', userId })}
          problem={target?.kind === 'user' && problem !== undefined ? t(problem) : undefined}
        />
      )}
      {kind === 'number' && (
        <NumberBox
          key={target?.kind === 'number' ? target.number : ''}
          label={t('callRules.fields.number')}
          number={target?.kind === 'number' ? target.number : ''}
          take={(number) => change({ kind: 'number', number })}
          problem={target?.kind === 'number' && problem !== undefined ? t(problem) : undefined}
          autoFocus={asksNumber}
        />
      )}
    </div>
  );
}

/** What is wrong with a target that is kept: it may have been right when it was chosen. */
function problemText(target: RuleTarget, { ownerId, allowances }: Owner) {
  const problem = problemOf(target, 'forwarding', { ownerId, allowances, isPerson: () => true });
  if (problem === 'ROUTING_NOT_ALLOWED') return 'callRules.fields.forbidden' as const;
  return problem === 'ROUTING_CIRCLE' ? ('callRules.fields.circle' as const) : undefined;
}
