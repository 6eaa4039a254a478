// How long a call lasts: "0:07", "12:30", "1:02:05"; the same in every language, and read as a time. Pure.

export function duration(forMs: number): string {
  const seconds = Math.max(0, Math.floor(forMs / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
