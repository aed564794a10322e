export interface Bar {
  key: string;
  label: string;
  /** A length, and how it is said */
  value: number;
  words: string;
  /** What it is held against */
  against?: { value: number; words: string };
}

const share = (value: number, most: number) => `${(Math.max(0, value) / most) * 100}%`;

/**
 * One bar below the other, each under its own words with its figure, so that long words have room on a phone and no
 * scale has to be read. The table says the same.
 */
export function Bars({ title, bars, against }: { title: string; bars: Bar[]; against?: string }) {
  const most = Math.max(1e-9, ...bars.flatMap((bar) => [bar.value, bar.against?.value ?? 0]));
  const said = bars.map((bar) => `${bar.label}: ${bar.words}${bar.against ? ` of ${bar.against.words}` : ""}`).join("; ");
  const held = against && bars.some((bar) => bar.against);
  return (
    <div className="fl-bars" role="img" aria-label={`${title}. ${said}`}>
      {bars.map((bar) => (
        <div key={bar.key} className="fl-bars__row">
          <p>
            {bar.label}: <strong>{bar.words}</strong>
          </p>
          <div className="fl-bars__track">
            <div className="fl-bars__bar" style={{ width: share(bar.value, most) }} />
            {bar.against ? <div className="fl-bars__against" style={{ left: share(bar.against.value, most) }} /> : null}
          </div>
        </div>
      ))}
      {held ? <p className="fl-quiet">The upright line is: {against.toLowerCase()}.</p> : null}
    </div>
  );
}
