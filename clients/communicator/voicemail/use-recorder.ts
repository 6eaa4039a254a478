// Records the microphone of this browser, for two minutes at most; it is open only while it records.
import { useEffect, useRef, useState } from 'react';
import { openMicrophone } from '../../kit/calls/capture.ts';
import type { Fault } from '../../kit/fault.ts';
import { GREETING_MOST_S } from './greeting-sound.ts';

export interface Recorder {
  /** Null while nothing is recorded. */
  readonly track: MediaStreamTrack | null;
  readonly fault: Fault | null;
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

/** @param done is given what was recorded. */
export function useRecorder(done: (recorded: Blob) => void): Recorder {
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const running = useRef<{ readonly recorder: MediaRecorder; readonly track: MediaStreamTrack } | null>(null);
  const isGone = useRef(false);
  const take = useRef(done);
  take.current = done;

  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      running.current?.track.stop();
    };
  }, []);

  async function start(): Promise<void> {
    if (running.current !== null) return;
    const opened = await openMicrophone();
    if (!opened.ok) return setFault(opened.fault);
    const microphone = opened.value;
    if (isGone.current) return microphone.stop();
    setFault(null);
    const recorder = new MediaRecorder(new MediaStream([microphone]));
    running.current = { recorder, track: microphone };
    const parts: Blob[] = [];
    const limit = setTimeout(() => recorder.stop(), GREETING_MOST_S * 1000);
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => {
      clearTimeout(limit);
      microphone.stop();
      running.current = null;
      if (isGone.current) return;
      setTrack(null);
      take.current(new Blob(parts, { type: recorder.mimeType }));
    };
    recorder.start();
    setTrack(microphone);
  }

  return {
    track,
    fault,
    start,
    stop: () => {
      if (running.current?.recorder.state === 'recording') running.current.recorder.stop();
    },
  };
}
