// How loud the microphone is, as a bar; a screen reader hears whether anything comes at all.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './device-form.module.css';

/** Decibels below the loudest: where a bar begins to show. */
const QUIET_DB = -60;
const HEARD_DB = -45;

export function LevelMeter({ track }: { readonly track: MediaStreamTrack | null }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLSpanElement>(null);
  const [heard, setHeard] = useState(false);

  useEffect(() => {
    if (track === null) return;
    const context = new AudioContext();
    void context.resume().catch(() => {});
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const draw = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const level = 10 * Math.log10(power + 1e-12);
      if (level > HEARD_DB) setHeard(true);
      const share = Math.min(1, Math.max(0, 1 - level / QUIET_DB));
      if (bar.current !== null) bar.current.style.inlineSize = `${Math.round(share * 100)}%`;
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      setHeard(false);
      void context.close().catch(() => {});
    };
  }, [track]);

  return (
    <>
      <div className={styles.meter} aria-hidden="true">
        <span ref={bar} className={styles.level} />
      </div>
      <p className={styles.heard} role="status">
        {t(heard ? 'calls.setup.heard' : 'calls.setup.saySomething')}
      </p>
    </>
  );
}
