import { useId } from "react";
import { Measured } from "../../govuk/chart";
import { ticks } from "../../govuk/plot";

export interface Bar {
  key: string;
  label: string;
  /** A length, and how it is said */
  value: number;
  words: string;
  /** What it is held against */
  against?: { value: number; words: string };
}

const ROW = 46;
const THICK = 18;

/** One bar below the other, each under its own words, so that long words have room on a phone. The table says the same. */
export function Bars({ title, bars, against }: { title: string; bars: Bar[]; against?: string }) {
  const id = useId();
  return (
    <Measured className="fl-plot fl-bars">
      {(width) => {
        const most = Math.max(1e-9, ...bars.flatMap((bar) => [bar.value, bar.against?.value ?? 0]));
        const along = (value: number) => (Math.max(0, value) / most) * (width - 2);
        const grid = ticks(0, most, Math.max(2, Math.floor(width / 160))).filter((at) => at > 0);
        const height = bars.length * ROW + 4;
        return (
          <>
            <svg role="img" aria-labelledby={`${id}-title ${id}-words`} width={width} height={height}>
              <title id={`${id}-title`}>{title}</title>
              <desc id={`${id}-words`}>{bars.map((bar) => `${bar.label}: ${bar.words}${bar.against ? ` of ${bar.against.words}` : ""}`).join("; ")}</desc>
              <g className="fl-plot__grid">
                {grid.map((at) => (
                  <line key={at} x1={along(at)} x2={along(at)} y1={0} y2={height} />
                ))}
              </g>
              {bars.map((bar, n) => {
                const top = n * ROW + 22;
                return (
                  <g key={bar.key}>
                    <text x={0} y={top - 6}>
                      {bar.label} <tspan className="fl-bars__value">{bar.words}</tspan>
                    </text>
                    <rect className="fl-bars__bar" x={0} y={top} width={Math.max(bar.value > 0 ? 2 : 0, along(bar.value))} height={THICK} />
                    {bar.against ? (
                      <line className="fl-bars__against" x1={along(bar.against.value)} x2={along(bar.against.value)} y1={top - 3} y2={top + THICK + 3} />
                    ) : null}
                  </g>
                );
              })}
            </svg>
            {against && bars.some((bar) => bar.against) ? (
              <p className="govuk-hint govuk-!-margin-top-2" aria-hidden="true">
                The upright line is: {against.toLowerCase()}.
              </p>
            ) : null}
          </>
        );
      }}
    </Measured>
  );
}
