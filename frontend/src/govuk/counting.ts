// How much of an answer may still be written.
/** Words as the server counts them */
export const wordsIn = (text: string): number => text.trim().split(/\s+/).filter(Boolean).length;

export function wordsLeft(text: string, most: number): string {
  const left = most - wordsIn(text);
  const words = (n: number) => `${n} ${n === 1 ? "word" : "words"}`;
  return left < 0 ? `${words(-left)} too many` : `${words(left)} left of ${most}`;
}
