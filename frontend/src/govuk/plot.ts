// Where things stand in a chart: lengths on a screen, and nothing else.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Scale {
  at: (value: number) => number;
  from: (place: number) => number;
}

/** These values between two places on the screen, with some room around them, within what can be. */
export function scale(values: number[], [low, high]: [number, number], [least, most]: [number, number], room = 0.06): Scale {
  const [min, max] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const spread = max - min || Math.max(Math.abs(max) * 0.1, 1);
  const middle = (min + max) / 2;
  // One value alone stands in the middle.
  const [near, far] = max > min ? [min, max] : [middle - spread / 2, middle + spread / 2];
  const from = Math.max(least, near - spread * room);
  const to = Math.min(most, far + spread * room);
  const whole = to - from || 1;
  return {
    at: (value) => low + ((value - from) / whole) * (high - low),
    from: (place) => from + ((place - low) / (high - low)) * whole,
  };
}

/** About so many round numbers from one to another */
export function ticks(from: number, to: number, many: number): number[] {
  const rough = Math.abs(to - from) / Math.max(1, many);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 10 * power;
  const found: number[] = [];
  for (let n = Math.ceil(Math.min(from, to) / step); n * step <= Math.max(from, to); n += 1) {
    // 0.1 × 3 is not 0.3 here, and nobody should have to read that.
    found.push(Number((n * step).toPrecision(12)));
  }
  return found;
}

/** About how wide these words are */
export const widthOf = (words: string, letter: number) => Math.ceil(words.length * letter);

const meets = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Beside, over or under a circle: the first place that nothing has taken. */
export function free(around: Box, width: number, height: number, taken: Box[], frame: Box): Box | null {
  const [x, y] = [(around.left + around.right) / 2, (around.top + around.bottom) / 2];
  const at = (left: number, top: number): Box => ({ left, top, right: left + width, bottom: top + height });
  const places = [
    at(around.right + 4, y - height / 2),
    at(around.left - 4 - width, y - height / 2),
    at(x - width / 2, around.top - height),
    at(x - width / 2, around.bottom),
    at(around.right - 4, around.top - height + 6),
    at(around.right - 4, around.bottom - 6),
  ];
  const inside = (box: Box) => box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  return places.find((place) => inside(place) && !taken.some((other) => meets(place, other))) ?? null;
}

/** Which row each takes, so that none stands on another: the first where it has room. */
export function levels(things: { at: number; size: number }[]): number[] {
  const rows: { left: number; right: number }[][] = [];
  return things.map(({ at, size }) => {
    const [left, right] = [at - size / 2, at + size / 2];
    let level = rows.findIndex((row) => row.every((other) => right <= other.left || left >= other.right));
    if (level < 0) level = rows.push([]) - 1;
    rows[level]!.push({ left, right });
    return level;
  });
}
