// What callers hear first: the standard words, or a greeting that is recorded here or brought as a file, heard before it is kept.
import { Button } from '@fluentui/react-components';
import type { Mailbox } from '@parley/services/voicemail/contract';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MicrophoneIcon } from '../../kit/calls/call-icons.tsx';
import type { Fault, Outcome } from '../../kit/fault.ts';
import { clientFault } from '../../kit/fault.ts';
import { changeHeaders, faultOf } from '../../kit/http/request.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { UploadIcon } from '../../kit/widgets/icons.tsx';
import { duration } from '../calls/duration.ts';
import { LevelMeter } from '../calls/level-meter.tsx';
import { useNow } from '../use-now.ts';
import { type NoTake, type Take, takeOf } from './greeting-sound.ts';
import { SoundPlayer } from './sound-player.tsx';
import { useRecorder } from './use-recorder.ts';
import styles from './voicemail-form.module.css';

const PATH = '/api/v1/voicemail-greeting';

interface GreetingFieldProps {
  readonly mailbox: Mailbox;
  readonly changed: (mailbox: Mailbox) => void;
  readonly useStandard: () => void;
}

export function GreetingField({ mailbox, changed, useStandard }: GreetingFieldProps) {
  const { t } = useTranslation();
  const file = useRef<HTMLInputElement>(null);
  const [take, setTake] = useState<Take | null>(null);
  const [problem, setProblem] = useState<NoTake | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const recorder = useRecorder((recorded) => void bring(recorded));
  const { greeting } = mailbox;

  async function bring(sound: Blob): Promise<void> {
    setBusy(true);
    const made = await takeOf(sound);
    setBusy(false);
    setTake(typeof made === 'string' ? null : made);
    setProblem(typeof made === 'string' ? made : null);
  }

  async function keep(wav: Blob): Promise<void> {
    setBusy(true);
    const outcome = await putGreeting(wav);
    setBusy(false);
    if (!outcome.ok) return setFault(outcome.fault);
    setFault(null);
    setTake(null);
    changed(outcome.value);
  }

  function record(): void {
    setTake(null);
    setProblem(null);
    void recorder.start();
  }

  return (
    <>
      <p className={styles.hint}>{t(`voicemail.settings.${greeting === 'standard' ? 'standard' : 'own'}`)}</p>
      {greeting !== 'standard' && take === null && (
        <SoundPlayer key={greeting.at} src={`${PATH}?at=${greeting.at}`} durationMs={greeting.durationMs} />
      )}
      {recorder.fault !== null && <FaultNotice fault={recorder.fault} />}
      {fault !== null && <FaultNotice fault={fault} />}
      {problem !== null && <p role="alert">{t(`voicemail.settings.${problem}`)}</p>}
      {recorder.track !== null && (
        <div className={styles.recording}>
          <p role="status">{t('voicemail.settings.recording')}</p>
          <Clock />
          <LevelMeter track={recorder.track} />
        </div>
      )}
      <div className={styles.buttons}>
        {recorder.track !== null ? (
          <Button appearance="primary" onClick={recorder.stop}>
            {t('voicemail.settings.stop')}
          </Button>
        ) : take !== null ? (
          <>
            <Preview sound={take.sound} />
            <Button appearance="primary" disabledFocusable={busy} onClick={() => void keep(take.wav)}>
              {t('voicemail.settings.keep')}
            </Button>
            <Button disabledFocusable={busy} onClick={record}>
              {t('voicemail.settings.again')}
            </Button>
            <Button appearance="subtle" onClick={() => setTake(null)}>
              {t('voicemail.settings.discard')}
            </Button>
          </>
        ) : (
          <>
            <Button icon={<MicrophoneIcon size={18} />} disabledFocusable={busy} onClick={record}>
              {t('voicemail.settings.record')}
            </Button>
            <Button
              icon={<UploadIcon size={18} />}
              disabledFocusable={busy}
              onClick={() => file.current?.click()}
            >
              {t('voicemail.settings.upload')}
            </Button>
            {greeting !== 'standard' && (
              <Button appearance="subtle" onClick={useStandard}>
                {t('voicemail.settings.useStandard')}
              </Button>
            )}
          </>
        )}
      </div>
      <input
        ref={file}
        type="file"
        accept="audio/*"
        hidden
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen !== undefined) void bring(chosen);
          currentTarget.value = '';
        }}
      />
      {busy && (
        <p className={styles.hint} role="status">
          {t('voicemail.settings.reading')}
        </p>
      )}
    </>
  );
}

/** Since when it records. */
function Clock() {
  const { t } = useTranslation();
  const [sinceMs] = useState(() => Date.now());
  const nowMs = useNow(500);
  return (
    <time role="timer" aria-label={t('voicemail.settings.recorded')}>
      {duration(nowMs - sinceMs)}
    </time>
  );
}

/** What was recorded, before the server has it. */
function Preview({ sound }: { readonly sound: AudioBuffer }) {
  const { t } = useTranslation();
  const [plays, setPlays] = useState(false);
  useEffect(() => {
    if (!plays) return;
    const context = new AudioContext();
    const source = context.createBufferSource();
    source.buffer = sound;
    source.connect(context.destination);
    source.onended = () => setPlays(false);
    source.start();
    return () => {
      source.onended = null;
      void context.close().catch(() => {});
    };
  }, [plays, sound]);
  return (
    <Button aria-pressed={plays} onClick={() => setPlays(!plays)}>
      {t(plays ? 'voicemail.settings.listenStop' : 'voicemail.settings.listen')}
    </Button>
  );
}

async function putGreeting(wav: Blob): Promise<Outcome<Mailbox>> {
  try {
    const headers = { ...changeHeaders(), 'content-type': 'audio/wav' };
    const response = await fetch(PATH, { method: 'PUT', credentials: 'same-origin', headers, body: wav });
    const value: unknown = await response.json();
    return response.ok ? { ok: true, value: value as Mailbox } : { ok: false, fault: faultOf(value) };
  } catch (error) {
    const code = error instanceof SyntaxError ? 'CLIENT_BAD_ANSWER' : 'CLIENT_OFFLINE';
    return { ok: false, fault: clientFault(code) };
  }
}
