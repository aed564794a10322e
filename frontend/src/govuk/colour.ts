// An authority chooses its colour; it is worn only if white words can be read on it.

export const FAIRLOT_COLOUR = "#0b4f4a";
const CONTRAST_MIN = 4.5;

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

export function contrastWithWhite(hex: string): number {
  return 1.05 / (luminance(hex) + 0.05);
}

/** The authority's colour, or Fairlot's own where it could not be read */
export function wearable(colour: string | null | undefined): string {
  if (!colour || !/^#[0-9a-f]{6}$/i.test(colour)) return FAIRLOT_COLOUR;
  return contrastWithWhite(colour) >= CONTRAST_MIN ? colour : FAIRLOT_COLOUR;
}
