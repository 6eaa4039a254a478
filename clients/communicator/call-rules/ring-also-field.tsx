// Who rings with one's own devices, and when: people and numbers, five at most.
import { Button, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { targetName } from '../../kit/call-rules/call-flow.tsx';
import type { CallRules, RuleTarget } from '../../kit/contracts.ts';
import { CloseIcon, MobileIcon, PersonIcon } from '../../kit/widgets/icons.tsx';
import styles from './call-rules.module.css';
import { NumberBox } from './number-box.tsx';
import { PersonBox } from './person-box.tsx';
import type { Owner } from './target-field.tsx';

const MOST = 5;
const DELAYS_S = [0, 5, 10, 15, 20, 25, 30, 40, 50];

interface RingAlsoFieldProps {
  readonly rules: CallRules;
  readonly owner: Owner;
  readonly change: (ringAlso: CallRules['ringAlso']) => void;
  readonly asksNumber: boolean;
}

export function RingAlsoField({ rules, owner, change, asksNumber }: RingAlsoFieldProps) {
  const { t } = useTranslation();
  const { ringAlso, unanswered } = rules;
  const { allowances, nameOf, ownerId } = owner;
  const set = (at: number, delayS: number) =>
    change(ringAlso.map((also, index) => (index === at ? { ...also, delayS } : also)));

  function add(target: RuleTarget): void {
    if (target.kind === 'user' && target.userId === ownerId) return;
    const isThere = ringAlso.some((also) => JSON.stringify(also.target) === JSON.stringify(target));
    if (!isThere) change([...ringAlso, { target, delayS: 0 }]);
  }

  return (
    <div className={styles.part}>
      {ringAlso.length === 0 && <p className={styles.hint}>{t('callRules.ringAlso.none')}</p>}
      <ul className={styles.list}>
        {ringAlso.map(({ target, delayS }, at) => {
          const name = targetName(target, nameOf, t);
          return (
            <li key={JSON.stringify(target)} className={styles.entry}>
              {target.kind === 'user' ? <PersonIcon size={18} /> : <MobileIcon size={18} />}
              <span className={styles.name}>
                <bdi>{name}</bdi>
                {delayS >= unanswered.afterS && (
                  <span className={styles.about}>{t('callRules.ringAlso.tooLate')}</span>
                )}
              </span>
              <Select
                className={styles.delay}
                aria-label={t('callRules.ringAlso.delay', { name })}
                value={delayS}
                onChange={(_, { value }) => set(at, Number(value))}
              >
                {[...new Set([...DELAYS_S, delayS])]
                  .sort((one, other) => one - other)
                  .map((seconds) => (
                    <option key={seconds} value={seconds}>
                      {seconds === 0
                        ? t('callRules.ringAlso.atOnce')
                        : t('callRules.ringAlso.later', { count: seconds })}
                    </option>
                  ))}
              </Select>
              <Button
                appearance="subtle"
                icon={<CloseIcon size={16} />}
                aria-label={t('callRules.ringAlso.remove', { name })}
                onClick={() => change(ringAlso.filter((_, index) => index !== at))}
              />
            </li>
          );
        })}
      </ul>
      {!allowances.ringAlso.allowed && <p className={styles.hint}>{t('callRules.fields.forbidden')}</p>}
      {allowances.ringAlso.allowed && ringAlso.length >= MOST && (
        <p className={styles.hint}>{t('callRules.ringAlso.full')}</p>
      )}
      {allowances.ringAlso.allowed && ringAlso.length < MOST && (
        <AddTarget
          add={add}
          canNumber={allowances.outsideNumbers.allowed}
          asksNumber={asksNumber}
          key={String(asksNumber)}
        />
      )}
    </div>
  );
}

interface AddTargetProps {
  readonly add: (target: RuleTarget) => void;
  readonly canNumber: boolean;
  readonly asksNumber: boolean;
}

function AddTarget({ add, canNumber, asksNumber }: AddTargetProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<'user' | 'number' | null>(asksNumber ? 'number' : null);
  const [count, setCount] = useState(0);

  function take(target: RuleTarget): void {
    setKind(null);
    setCount(count + 1);
    add(target);
  }

  return (
    <div className={styles.adding}>
      <div className={styles.buttons}>
        <Button
          icon={<PersonIcon size={18} />}
          aria-expanded={kind === 'user'}
          onClick={() => setKind('user')}
        >
          {t('callRules.ringAlso.aPerson')}
        </Button>
        <Button
          icon={<MobileIcon size={18} />}
          aria-expanded={kind === 'number'}
          disabledFocusable={!canNumber}
          onClick={() => setKind('number')}
        >
          {t('callRules.ringAlso.aNumber')}
        </Button>
      </div>
      {kind === 'user' && (
        <PersonBox
          key={count}
          label={t('callRules.fields.person')}
          name=""
          choose={(userId) => take({ kind: 'user', userId })}
        />
      )}
      {kind === 'number' && (
        <NumberBox
          key={count}
          label={t('callRules.fields.number')}
          number=""
          autoFocus
          take={(number) => take({ kind: 'number', number })}
        />
      )}
    </div>
  );
}
