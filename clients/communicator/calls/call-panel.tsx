// A call in full: who, how it stands, their picture, and everything that can be done with it. In a conversation it stands
// above the messages; the chat goes on below.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTextField } from '../../kit/keys/shortcuts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { preferences } from '../../kit/theme/preferences.ts';
import { CallControls } from './call-controls.tsx';
import styles from './call-panel.module.css';
import { CallStage } from './call-stage.tsx';
import { CallStatus } from './call-status.tsx';
import { isDialKey, Keypad } from './keypad.tsx';
import { usePhone, usePhoneState } from './phone.ts';

export default function CallPanel({ sideId }: { readonly sideId: string }) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const side = useLive(({ live }) => live.calls[sideId]);
  const session = usePhoneState(({ sessions }) => sessions[sideId]);
  const panel = useRef<HTMLElement>(null);
  const [keypad, showKeypad] = useState(false);
  const [pressed, setPressed] = useState('');
  const muted = session?.muted === true;
  const hasSession = session !== undefined;

  // M mutes wherever one is on the page, but for where one writes.
  useEffect(() => {
    if (!hasSession) return;
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
        return;
      const inPanel = event.target === panel.current;
      const isMute = event.key.toLowerCase() === 'm' || (event.key === ' ' && inPanel);
      if (!isMute || isTextField(event.target) || !preferences.getState().singleKeys) return;
      event.preventDefault();
      softphone?.mute(sideId, !muted);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [softphone, sideId, muted, hasSession]);

  if (side === undefined) return null;

  function press(key: string): void {
    if (softphone?.press(sideId, key) === true) setPressed((keys) => (keys + key).slice(-24));
  }

  const hasPicture = [session?.otherCamera, session?.otherScreen].some(
    (one) => one !== null && one !== undefined,
  );
  return (
    <section
      ref={panel}
      className={styles.panel}
      aria-label={t('calls.with', { name: side.other.name })}
      data-call-panel
      data-picture={hasPicture}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (!keypad || event.ctrlKey || event.altKey || event.metaKey || !isDialKey(event.key)) return;
        event.preventDefault();
        press(event.key);
      }}
    >
      <CallStage side={side} session={session} />
      <CallStatus side={side} session={session} />
      {keypad && (
        <div className={styles.keypad}>
          <output className={styles.pressed} aria-label={t('calls.pressed')} dir="ltr">
            {pressed || '\u00a0'}
          </output>
          <Keypad press={press} />
        </div>
      )}
      <CallControls side={side} session={session} keypad={keypad} showKeypad={showKeypad} panel={panel} />
    </section>
  );
}
