// One quiet voice for screen readers. What is said within the same moment is said together,
// and the same words are not said twice running: it tells, and does not shout.
import { useSyncExternalStore } from "react";

const PAUSE = 1_200;
const AT_ONCE_MAX = 3;

let said = "";
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function announce(words: string): void {
  if (waiting.includes(words)) return;
  waiting.push(words);
  timer ??= setTimeout(() => {
    timer = undefined;
    const now = waiting.length > AT_ONCE_MAX ? `${waiting.length} changes on this page.` : waiting.join(" ");
    waiting = [];
    // The same sentence again must differ a little to be read at all.
    said = now === said ? `${now}\u00a0` : now;
    listeners.forEach((listener) => listener());
  }, PAUSE);
}

export function useAnnounced(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
}
