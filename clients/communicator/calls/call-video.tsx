// One moving picture.
import { useEffect, useRef } from 'react';

interface CallVideoProps {
  readonly stream: MediaStream;
  readonly label: string;
  readonly className?: string | undefined;
  /** As in a mirror: oneself. */
  readonly mirrored?: boolean;
}

export function CallVideo({ stream, label, className, mirrored = false }: CallVideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const { current } = video;
    if (current === null) return;
    current.srcObject = stream;
    void current.play().catch(() => {});
    return () => {
      current.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={video}
      className={className}
      aria-label={label}
      data-mirrored={mirrored}
      muted
      autoPlay
      playsInline
    />
  );
}
