// Plays a sound of the server: seek by pointer and keys, faster, time left. It goes on where it was left, and one plays at a time.
import { Button, Select, Slider, Tooltip } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PauseIcon, ResumeIcon } from '../../kit/calls/call-icons.tsx';
import { duration } from '../calls/duration.ts';
import styles from './sound-player.module.css';

const SPEEDS = ['1', '1.5', '2'] as const;
/** Nearer to its end than that, a sound begins anew. */
const END_S = 0.3;
const REMEMBERED = 200;
/** An arrow key goes half a second. */
const STEPS_A_SECOND = 2;

/** Seconds, by address of the sound. */
const leftAt = new Map<string, number>();
let playing: HTMLAudioElement | null = null;

interface SoundPlayerProps {
  readonly src: string;
  readonly durationMs: number;
  readonly onPlay?: () => void;
}

export function SoundPlayer({ src, durationMs, onPlay }: SoundPlayerProps) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [atS, setAtS] = useState(() => leftAt.get(src) ?? 0);
  const [speed, setSpeed] = useState<string>('1');
  const [failed, setFailed] = useState(false);
  const lengthS = durationMs / 1000;

  useEffect(() => {
    const { current } = audio;
    return () => {
      current?.pause();
      if (playing === current) playing = null;
    };
  }, []);

  function stays(seconds: number): void {
    setAtS(seconds);
    leftAt.delete(src);
    leftAt.set(src, seconds);
    for (const oldest of leftAt.keys()) if (leftAt.size > REMEMBERED) leftAt.delete(oldest);
  }

  async function play(): Promise<void> {
    const { current } = audio;
    if (current === null) return;
    if (failed) current.load();
    setFailed(false);
    if (playing !== current) playing?.pause();
    playing = current;
    current.currentTime = atS > lengthS - END_S ? 0 : atS;
    current.playbackRate = Number(speed);
    try {
      await current.play();
      onPlay?.();
    } catch (problem) {
      // A pause that comes before the sound is no failure.
      if (!(problem instanceof DOMException && problem.name === 'AbortError')) setFailed(true);
    }
  }

  const at = duration(atS * 1000);
  return (
    <div className={styles.player} data-player>
      {/* biome-ignore lint/a11y/useMediaCaption: what a caller said has no captions */}
      <audio
        ref={audio}
        src={src}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={({ currentTarget }) => stays(currentTarget.currentTime)}
        onEnded={() => stays(0)}
        onError={() => setFailed(true)}
      />
      <Tooltip
        content={t(isPlaying ? 'voicemail.player.pause' : 'voicemail.player.play')}
        relationship="label"
      >
        <Button
          appearance="primary"
          shape="circular"
          icon={isPlaying ? <PauseIcon size={18} /> : <ResumeIcon size={18} />}
          onClick={() => (isPlaying ? audio.current?.pause() : void play())}
        />
      </Tooltip>
      <Slider
        className={styles.position}
        min={0}
        max={Math.max(1, Math.round(lengthS * STEPS_A_SECOND))}
        value={Math.round(atS * STEPS_A_SECOND)}
        aria-label={t('voicemail.player.position')}
        aria-valuetext={t('voicemail.player.at', { at, of: duration(durationMs) })}
        onChange={(_, { value }) => {
          const seconds = value / STEPS_A_SECOND;
          stays(seconds);
          if (audio.current !== null && audio.current.readyState > 0) audio.current.currentTime = seconds;
        }}
      />
      <span className={styles.left} role="timer" aria-label={t('voicemail.player.left')} dir="ltr">
        −{duration(Math.max(0, durationMs - atS * 1000))}
      </span>
      <Select
        size="small"
        className={styles.speed}
        aria-label={t('voicemail.player.speed')}
        value={speed}
        onChange={(_, { value }) => {
          setSpeed(value);
          if (audio.current !== null) audio.current.playbackRate = Number(value);
        }}
      >
        {SPEEDS.map((times) => (
          <option key={times} value={times}>
            {t('voicemail.player.times', { times })}
          </option>
        ))}
      </Select>
      {failed && (
        <p className={styles.failed} role="alert">
          {t('voicemail.player.failed')}{' '}
          <Button size="small" onClick={() => void play()}>
            {t('voicemail.player.again')}
          </Button>
        </p>
      )}
    </div>
  );
}
