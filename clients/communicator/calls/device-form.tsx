// Microphone, loudspeaker, ringer and camera of this browser, tried out before somebody calls.
import { Button, Field, Select } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SpeakerIcon, VideoIcon } from '../../kit/calls/call-icons.tsx';
import {
  canChooseSpeaker,
  type DeviceEntry,
  type DeviceLists,
  listDevices,
  openCamera,
  openMicrophone,
} from '../../kit/calls/capture.ts';
import { chooseDevice, useDeviceChoice } from '../../kit/calls/device-choice.ts';
import { playTone } from '../../kit/calls/tones.ts';
import type { Fault, Outcome } from '../../kit/fault.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { loadCallTexts } from './call-texts.ts';
import { CallVideo } from './call-video.tsx';
import styles from './device-form.module.css';
import { LevelMeter } from './level-meter.tsx';

await loadCallTexts();

const NONE: DeviceLists = { microphones: [], speakers: [], cameras: [] };
const TEST_MS = 2_000;
/** One hears oneself after this, as the other one would. */
const ECHO_S = 1.5;

export default function DeviceForm() {
  const { t } = useTranslation();
  const choice = useDeviceChoice();
  const [devices, setDevices] = useState(NONE);
  const [shows, setShows] = useState(false);
  const [hears, setHears] = useState(false);
  const microphone = useTrack(openMicrophone, true, choice.microphone);
  const camera = useTrack(openCamera, shows, choice.camera);
  const stream = useStream(camera.track);
  useEcho(microphone.track, hears, choice.speaker);
  const asked = microphone.track !== null || microphone.fault !== null;

  // Names are told only after the user has allowed the microphone.
  useEffect(() => {
    const list = () => void listDevices().then(setDevices);
    if (asked) list();
    navigator.mediaDevices?.addEventListener('devicechange', list);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', list);
  }, [asked]);

  return (
    <>
      <section className={styles.part} aria-label={t('calls.devices.microphone')}>
        <DeviceField
          label={t('calls.devices.microphone')}
          entries={devices.microphones}
          value={choice.microphone}
          choose={(id) => chooseDevice({ microphone: id })}
        />
        {microphone.fault === null ? (
          <LevelMeter track={microphone.track} />
        ) : (
          <FaultNotice fault={microphone.fault} />
        )}
        <div className={styles.row}>
          <Button
            aria-pressed={hears}
            disabledFocusable={microphone.track === null}
            onClick={() => setHears(!hears)}
          >
            {t(hears ? 'calls.setup.stopHearing' : 'calls.setup.hearYourself')}
          </Button>
          <span className={styles.hint}>{t('calls.setup.hearHint')}</span>
        </div>
      </section>
      <section className={styles.part} aria-label={t('calls.setup.sound')}>
        {canChooseSpeaker() ? (
          <>
            <DeviceField
              label={t('calls.devices.speaker')}
              entries={devices.speakers}
              value={choice.speaker}
              choose={(id) => chooseDevice({ speaker: id })}
            />
            <DeviceField
              label={t('calls.devices.ringer')}
              entries={devices.speakers}
              value={choice.ringer}
              choose={(id) => chooseDevice({ ringer: id })}
            />
          </>
        ) : (
          <p className={styles.hint}>{t('calls.setup.noChoice')}</p>
        )}
        <div className={styles.row}>
          <Button icon={<SpeakerIcon />} onClick={() => playShortly('ringback', choice.speaker)}>
            {t('calls.setup.testSpeaker')}
          </Button>
          <Button icon={<SpeakerIcon />} onClick={() => playShortly('ring', choice.ringer)}>
            {t('calls.setup.testRinger')}
          </Button>
        </div>
      </section>
      <section className={styles.part} aria-label={t('calls.devices.camera')}>
        <DeviceField
          label={t('calls.devices.camera')}
          entries={devices.cameras}
          value={choice.camera}
          choose={(id) => chooseDevice({ camera: id })}
        />
        {stream !== null && (
          <CallVideo stream={stream} className={styles.preview} mirrored label={t('calls.setup.preview')} />
        )}
        {camera.fault !== null && <FaultNotice fault={camera.fault} />}
        <div className={styles.row}>
          <Button icon={<VideoIcon />} aria-pressed={shows} onClick={() => setShows(!shows)}>
            {t(shows ? 'calls.setup.hidePreview' : 'calls.setup.showPreview')}
          </Button>
        </div>
      </section>
    </>
  );
}

interface DeviceFieldProps {
  readonly label: string;
  readonly entries: readonly DeviceEntry[];
  readonly value: string;
  readonly choose: (id: string) => void;
}

function DeviceField({ label, entries, value, choose }: DeviceFieldProps) {
  const { t } = useTranslation();
  const isThere = entries.some(({ id }) => id === value);
  return (
    <Field label={label}>
      <Select value={isThere ? value : ''} onChange={(_, data) => choose(data.value)}>
        <option value="">{t('calls.devices.usual')}</option>
        {entries.map(({ id, name }) => (
          <option key={id} value={id} lang="und">
            {name || t('calls.devices.unnamed')}
          </option>
        ))}
      </Select>
    </Field>
  );
}

interface Opened {
  readonly track: MediaStreamTrack | null;
  readonly fault: Fault | null;
}
const CLOSED: Opened = { track: null, fault: null };

/** Open while it is wanted, and never longer. */
function useTrack(open: () => Promise<Outcome<MediaStreamTrack>>, wanted: boolean, deviceId: string): Opened {
  const [opened, setOpened] = useState(CLOSED);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another device is opened anew
  useEffect(() => {
    if (!wanted) return;
    let over = false;
    let track: MediaStreamTrack | null = null;
    void open().then((outcome) => {
      if (outcome.ok) track = outcome.value;
      if (over) track?.stop();
      else setOpened(outcome.ok ? { track, fault: null } : { track: null, fault: outcome.fault });
    });
    return () => {
      over = true;
      track?.stop();
      setOpened(CLOSED);
    };
  }, [open, wanted, deviceId]);
  return opened;
}

function useStream(track: MediaStreamTrack | null): MediaStream | null {
  const held = useRef<{ track: MediaStreamTrack; stream: MediaStream } | null>(null);
  if (track === null) return null;
  if (held.current?.track !== track) held.current = { track, stream: new MediaStream([track]) };
  return held.current.stream;
}

/** What the microphone hears comes back a while later from the loudspeaker. */
function useEcho(track: MediaStreamTrack | null, wanted: boolean, speaker: string): void {
  useEffect(() => {
    if (track === null || !wanted) return;
    const context = new AudioContext();
    if (speaker !== '' && 'setSinkId' in context)
      void (context.setSinkId as (id: string) => Promise<void>)(speaker).catch(() => {});
    const delay = context.createDelay(ECHO_S);
    delay.delayTime.value = ECHO_S;
    context
      .createMediaStreamSource(new MediaStream([track]))
      .connect(delay)
      .connect(context.destination);
    return () => void context.close().catch(() => {});
  }, [track, wanted, speaker]);
}

function playShortly(tone: 'ring' | 'ringback', deviceId: string): void {
  setTimeout(playTone(tone, deviceId), TEST_MS);
}
