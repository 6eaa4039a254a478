// A state in one's own words, until a time of one's own.
import { Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choice, ManualState } from '../../kit/contracts.ts';
import { localInput } from '../../kit/i18n/local-input.ts';
import { LASTINGS, type Lasting, secondsOf, secondsUntil } from '../../kit/presence/lasting.ts';
import { FormDialog } from '../../kit/widgets/form-dialog.tsx';
import styles from './me.module.css';

const STATES = ['available', 'busy', 'doNotDisturb', 'away'] as const satisfies readonly ManualState[];
const LONGEST = 100;
const HOUR_MS = 3_600_000;

type Until = Lasting | 'always' | 'custom';

interface OwnStateDialogProps {
  readonly first: ManualState;
  readonly choose: (choice: Choice) => Promise<void>;
  readonly close: () => void;
}

export default function OwnStateDialog({ first, choose, close }: OwnStateDialogProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<ManualState>(first);
  const [text, setText] = useState('');
  const [until, setUntil] = useState<Until>(first === 'available' ? 'always' : 'custom');
  const [at, setAt] = useState(() => localInput(Date.now() + HOUR_MS));
  // Busy and Do not disturb always end.
  const choices: readonly Until[] =
    state === 'busy' || state === 'doNotDisturb'
      ? [...LASTINGS, 'custom']
      : ['always', ...LASTINGS, 'custom'];
  const chosen = choices.includes(until) ? until : 'day';

  function submit(): void {
    const words = text.trim();
    const now = Date.now();
    const forS =
      chosen === 'always'
        ? undefined
        : chosen === 'custom'
          ? secondsUntil(new Date(at).getTime(), now)
          : secondsOf(chosen, now);
    void choose({
      state,
      ...(words === '' ? {} : { activity: 'custom', activityText: words }),
      ...(forS === undefined ? {} : { forS }),
    });
    close();
  }

  return (
    <FormDialog
      title={t('ownState.title')}
      submitLabel={t('ownState.set')}
      submit={submit}
      close={close}
      className={styles.form}
    >
      <Field label={t('ownState.text')}>
        <Input
          value={text}
          maxLength={LONGEST}
          placeholder={t('ownState.example')}
          autoFocus
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
      <Field label={t('ownState.state')}>
        <RadioGroup
          className={styles.states}
          value={state}
          onChange={(_, { value }) => setState(value as ManualState)}
        >
          {STATES.map((each) => (
            <Radio key={each} value={each} label={t(`states.${each}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Field label={t('ownState.until')}>
        <Select value={chosen} onChange={(_, { value }) => setUntil(value as Until)}>
          {choices.map((each) => (
            <option key={each} value={each}>
              {t(`lasting.${each}`)}
            </option>
          ))}
        </Select>
      </Field>
      {chosen === 'custom' && (
        <Field label={t('lasting.at')}>
          <Input
            type="datetime-local"
            value={at}
            min={localInput(Date.now())}
            required
            onChange={(_, { value }) => setAt(value)}
          />
        </Field>
      )}
    </FormDialog>
  );
}
