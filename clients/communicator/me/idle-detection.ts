// The browser's Idle Detection, where it has one and the person has allowed it: it knows of other programs and of the lock.

interface IdleDetector extends EventTarget {
  readonly userState: 'active' | 'idle' | null;
  readonly screenState: 'locked' | 'unlocked' | null;
  start(options: { threshold: number; signal: AbortSignal }): Promise<void>;
}

interface IdleDetection {
  new (): IdleDetector;
  requestPermission(): Promise<'granted' | 'denied'>;
}

/** The least that browsers take. */
const THRESHOLD_MS = 60_000;

function idleDetection(): IdleDetection | undefined {
  return (globalThis as { IdleDetector?: IdleDetection }).IdleDetector;
}

/** `none`: this browser has nothing of the kind, or the page came without https. */
export async function idlePermission(): Promise<'granted' | 'denied' | 'prompt' | 'none'> {
  if (idleDetection() === undefined) return 'none';
  try {
    const name = 'idle-detection' as PermissionName;
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return 'none';
  }
}

/** Only in answer to a click. */
export async function allowIdleDetection(): Promise<'granted' | 'denied'> {
  const answer = (await idleDetection()?.requestPermission()) ?? 'denied';
  if (answer === 'granted') dispatchEvent(new Event(ALLOWED));
  return answer;
}

/** Told on the window when the person has allowed it. */
export const ALLOWED = 'parley-idle-allowed';

export interface Seen {
  readonly isIdle: boolean;
  readonly isLocked: boolean;
}

/** Looks on until `signal` ends it. @returns false where the browser does not let us. */
export async function watchIdle(signal: AbortSignal, seen: (state: Seen) => void): Promise<boolean> {
  const Detector = idleDetection();
  if (Detector === undefined || (await idlePermission()) !== 'granted') return false;
  const detector = new Detector();
  const tell = () =>
    seen({ isIdle: detector.userState === 'idle', isLocked: detector.screenState === 'locked' });
  detector.addEventListener('change', tell, { signal });
  try {
    await detector.start({ threshold: THRESHOLD_MS, signal });
  } catch {
    return false;
  }
  tell();
  return true;
}
