// The server's clock, as nearly as this page can know it. Deadlines are counted down by it,
// never by the clock of the computer in front of the person.
import { useEffect, useState, useSyncExternalStore } from "react";

const SAMPLES_MAX = 8;
let samples: number[] = [];
let offset = 0;

/**
 * A time the server stated reached us a little later than it was read, so every sample is a
 * little behind: the greatest of the last few is the nearest.
 */
export function heardServerTime(instant: string, heardAt: number = Date.now()): void {
  const stated = Date.parse(instant);
  if (Number.isNaN(stated)) return;
  samples = [...samples, stated - heardAt].slice(-SAMPLES_MAX);
  // A computer whose clock is changed, or that slept, starts afresh.
  const newest = samples[samples.length - 1]!;
  if (samples.some((sample) => Math.abs(sample - newest) > 5_000)) samples = [newest];
  offset = Math.max(...samples);
}

let atFault = false;
const watching = new Set<() => void>();

/** The server says whether its own clock can be believed. */
export function heardClockFault(now: boolean): void {
  if (now === atFault) return;
  atFault = now;
  watching.forEach((one) => one());
}

export function useClockFault(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watching.add(watcher);
      return () => watching.delete(watcher);
    },
    () => atFault,
  );
}

export function serverNow(): number {
  return Date.now() + offset;
}

/** Re-renders every `every` milliseconds with the server's time. */
export function useServerNow(every = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

const TICK = 1000;
const ticking = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for however many things move with the clock, so that they are rendered together. */
function onTick(listener: () => void): () => void {
  ticking.add(listener);
  timer ??= setInterval(() => ticking.forEach((one) => one()), TICK);
  return () => {
    ticking.delete(listener);
    if (ticking.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What `read` makes of the server's time, looked at each second. Renders again only when that is something else. */
export function useByClock<T extends string | number | boolean>(read: (now: number) => T): T {
  return useSyncExternalStore(onTick, () => read(serverNow()));
}
