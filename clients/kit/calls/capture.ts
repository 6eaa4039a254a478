// Microphone, camera and screen of this device, with faults in words; and which devices there are.
import { type ClientFaultCode, clientFault, type Outcome } from '../fault.ts';
import { deviceChoice } from './device-choice.ts';

export interface DeviceEntry {
  readonly id: string;
  /** '' until the user has allowed the use of it. */
  readonly name: string;
}
export interface DeviceLists {
  readonly microphones: readonly DeviceEntry[];
  readonly speakers: readonly DeviceEntry[];
  readonly cameras: readonly DeviceEntry[];
}

/** 720p between two; the browser sends less where the network carries less. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const SCREEN = { frameRate: { ideal: 15, max: 30 } };

export async function openMicrophone(): Promise<Outcome<MediaStreamTrack>> {
  const audio = {
    ...wanted(deviceChoice.getState().microphone),
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: { ideal: 1 },
  };
  return open('MICROPHONE', (devices) => devices.getUserMedia({ audio }));
}

export async function openCamera(): Promise<Outcome<MediaStreamTrack>> {
  const video = { ...wanted(deviceChoice.getState().camera), ...PICTURE };
  return open('CAMERA', (devices) => devices.getUserMedia({ video }));
}

/** Null where the user thought better of it. */
export async function openScreen(): Promise<Outcome<MediaStreamTrack | null>> {
  const opened = await open('SCREEN', (devices) => devices.getDisplayMedia({ video: SCREEN }));
  if (opened.ok) {
    // Text has to stay sharp; motion may lag.
    opened.value.contentHint = 'detail';
    return opened;
  }
  return opened.fault.code === 'CLIENT_SCREEN_DENIED' ? { ok: true, value: null } : opened;
}

export async function listDevices(): Promise<DeviceLists> {
  const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const of = (kind: MediaDeviceKind) =>
    devices
      .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default')
      .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  return { microphones: of('audioinput'), speakers: of('audiooutput'), cameras: of('videoinput') };
}

/** Not every browser lets a page choose where it sounds. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

export function canShareScreen(): boolean {
  return 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
}

/** A device that is gone must not keep somebody from speaking: another takes its place. */
function wanted(deviceId: string): MediaTrackConstraints {
  return deviceId === '' ? {} : { deviceId: { ideal: deviceId } };
}

type Source = 'MICROPHONE' | 'CAMERA' | 'SCREEN';

async function open(
  source: Source,
  ask: (devices: MediaDevices) => Promise<MediaStream>,
): Promise<Outcome<MediaStreamTrack>> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return { ok: false, fault: clientFault('CLIENT_MEDIA_INSECURE') };
  try {
    const [track] = (await ask(devices)).getTracks();
    if (track !== undefined) return { ok: true, value: track };
  } catch (problem) {
    return { ok: false, fault: clientFault(codeOf(source, problem)) };
  }
  return { ok: false, fault: clientFault(`CLIENT_${source}_MISSING`) };
}

function codeOf(source: Source, problem: unknown): ClientFaultCode {
  const name = problem instanceof DOMException ? problem.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return `CLIENT_${source}_DENIED`;
  return name === 'NotFoundError' || name === 'OverconstrainedError'
    ? `CLIENT_${source}_MISSING`
    : `CLIENT_${source}_BUSY`;
}
