// Charts of our own, in plain SVG, drawn as wide as there is room so that their words keep their size. Numbers here
// are lengths on a screen: figures are shown as the server sent them, and a table always says the same.
import { type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { type Box, free, levels, scale, ticks, widthOf } from "./plot";

/** How wide the page lets it be; nothing until that is known */
export function Measured({ className, children }: { className?: string; children: (width: number) => ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return (
    <div ref={box} className={className}>
      {width > 0 ? children(width) : null}
    </div>
  );
}

export interface Point {
  key: string;
  name: string;
  /** What stands in its circle: its rank */
  sign: string;
  x: string;
  y: string;
  first: boolean;
  /** Not ranked with the others */
  out: boolean;
  /** Said of it where a mouse rests */
  words: string;
}

interface Along {
  at: string;
  words: string;
}

const RADIUS = 14;
const FIRST_RADIUS = 18;

function Circle({ x, y, point }: { x: number; y: number; point: Pick<Point, "sign" | "first" | "out" | "words"> }) {
  const kind = point.out ? "out" : point.first ? "first" : "other";
  return (
    <g className={`fl-dot fl-dot--${kind}`}>
      <title>{point.words}</title>
      <circle cx={x} cy={y} r={point.first ? FIRST_RADIUS : RADIUS} />
      <text x={x} y={y + 5} textAnchor="middle">
        {point.sign}
      </text>
    </g>
  );
}

/** Quality against price: what is better stands higher, what is cheaper further left. */
export function Scatter({
  title,
  description,
  points,
  xLabel,
  yLabel,
  yMax,
  gate,
  band,
  limits = [],
  xWords,
}: {
  title: string;
  description: string;
  points: Point[];
  xLabel: string;
  yLabel: string;
  yMax: string;
  /** The least quality */
  gate?: Along;
  /** The reference rates */
  band?: { low: string; high: string; words: string };
  limits?: Along[];
  /** A price on the axis in words */
  xWords: (price: number) => string;
}) {
  const id = useId();
  return (
    <Measured className="fl-plot">
      {(width) => {
        const height = Math.round(Math.min(Math.max(width * 0.56, 270), 430));
        const frame = { left: 40, right: width - 12, top: 34, bottom: height - 52 };
        const xs = points.map((point) => Number(point.x));
        const ys = [...points.map((point) => Number(point.y)), ...(gate ? [Number(gate.at)] : [])];
        const x = scale(xs, [frame.left + FIRST_RADIUS + 8, frame.right - FIRST_RADIUS - 8], [0, Infinity]);
        const y = scale(ys, [frame.bottom - FIRST_RADIUS - 8, frame.top + FIRST_RADIUS + 8], [0, Number(yMax)]);
        const within = (price: number) => Math.min(Math.max(x.at(price), frame.left), frame.right);
        const bandFrom = band ? within(Number(band.low)) : 0;
        const bandTo = band ? within(Number(band.high)) : 0;
        // Room for figures of five digits.
        const xTicks = ticks(x.from(frame.left), x.from(frame.right), Math.max(3, Math.floor(width / 110))).filter(
          (at) => x.at(at) <= frame.right - 20,
        );
        const yTicks = ticks(y.from(frame.bottom), y.from(frame.top), 4).filter((at) => at >= 0 && at <= Number(yMax));
        // The first bids take the best places for their names.
        const circles: Box[] = points.map((point) => {
          const r = (point.first ? FIRST_RADIUS : RADIUS) + 2;
          return { left: x.at(Number(point.x)) - r, top: y.at(Number(point.y)) - r, right: x.at(Number(point.x)) + r, bottom: y.at(Number(point.y)) + r };
        });
        const taken: Box[] = [...circles];
        const names = points.map((point, n) => {
          const box = width < 560 && point.name.length > 8 ? null : free(circles[n]!, widthOf(point.name, point.first ? 8.6 : 7.8), 18, taken, frame);
          if (box) taken.push(box);
          return box;
        });
        const named = names.every((name) => name !== null);
        return (
          <>
            <svg role="img" aria-labelledby={`${id}-title ${id}-words`} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
              <title id={`${id}-title`}>{title}</title>
              <desc id={`${id}-words`}>{description}</desc>
              {band && bandTo > bandFrom ? (
                <g className="fl-plot__band">
                  <rect x={bandFrom} y={frame.top} width={bandTo - bandFrom} height={frame.bottom - frame.top} />
                </g>
              ) : null}
              {yTicks.map((at) => (
                <g key={at} className="fl-plot__grid">
                  <line x1={frame.left} x2={frame.right} y1={y.at(at)} y2={y.at(at)} />
                  <text x={frame.left - 8} y={y.at(at) + 5} textAnchor="end">
                    {at}
                  </text>
                </g>
              ))}
              {xTicks.map((at) => (
                <g key={at} className="fl-plot__grid">
                  <line x1={x.at(at)} x2={x.at(at)} y1={frame.bottom} y2={frame.bottom + 6} />
                  <text x={x.at(at)} y={frame.bottom + 22} textAnchor="middle">
                    {xWords(at)}
                  </text>
                </g>
              ))}
              <line className="fl-plot__axis" x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} />
              {gate ? (
                <g className="fl-plot__limit">
                  <line x1={frame.left} x2={frame.right} y1={y.at(Number(gate.at))} y2={y.at(Number(gate.at))} />
                  <text x={frame.right} y={y.at(Number(gate.at)) + 16} textAnchor="end">
                    {gate.words}
                  </text>
                </g>
              ) : null}
              {limits
                .filter(({ at }) => x.at(Number(at)) > frame.left && x.at(Number(at)) < frame.right)
                .map(({ at, words }) => (
                  <g key={words} className="fl-plot__limit">
                    <line x1={x.at(Number(at))} x2={x.at(Number(at))} y1={frame.top} y2={frame.bottom} />
                    <text x={x.at(Number(at)) + 5} y={frame.bottom - 8}>
                      {words}
                    </text>
                  </g>
                ))}
              <text className="fl-plot__label" x={0} y={18}>
                {yLabel}
              </text>
              <text className="fl-plot__label" x={frame.right} y={height - 6} textAnchor="end">
                {xLabel}
              </text>
              <text className="fl-plot__better" x={frame.right} y={18} textAnchor="end">
                {width < 480 ? "↖ better, cheaper" : "↖ better and cheaper"}
              </text>
              {[...points.keys()].reverse().map((n) => {
                const [point, name] = [points[n]!, names[n]];
                return (
                  <g key={point.key}>
                    <Circle x={x.at(Number(point.x))} y={y.at(Number(point.y))} point={point} />
                    {name ? (
                      <text className={`fl-plot__name${point.first ? " fl-plot__name--first" : ""}`} x={name.left} y={name.bottom - 4}>
                        {point.name}
                      </text>
                    ) : null}
                  </g>
                );
              })}
            </svg>
            {named ? null : (
              <ul className="fl-key" aria-hidden="true">
                {points.map((point) => (
                  <li key={point.key} className={`fl-key__${point.out ? "out" : point.first ? "first" : "other"}`}>
                    <span>{point.sign}</span> {point.name}
                  </li>
                ))}
              </ul>
            )}
            {band && bandTo > bandFrom ? (
              <p className="fl-plot__band-words" aria-hidden="true">
                {band.words}
              </p>
            ) : null}
          </>
        );
      }}
    </Measured>
  );
}

export interface StripMark extends Along {
  /** Its line is drawn through */
  firm: boolean;
}

/** One price on a line: the bids above it, what was published below. */
export function Strip({
  title,
  description,
  points,
  band,
  marks,
}: {
  title: string;
  description: string;
  points: Omit<Point, "y" | "name">[];
  band?: { low: string; high: string; words: string };
  marks: StripMark[];
}) {
  const id = useId();
  return (
    <Measured className="fl-plot">
      {(width) => {
        const frame = { left: FIRST_RADIUS + 2, right: width - FIRST_RADIUS - 2 };
        const prices = [...points.map(({ x }) => x), ...marks.map(({ at }) => at), ...(band ? [band.low, band.high] : [])].map(Number);
        const x = scale(prices, [frame.left, frame.right], [-Infinity, Infinity], 0.02);
        const places = levels(points.map((point) => ({ at: x.at(Number(point.x)), size: 2 * FIRST_RADIUS })));
        const above = Math.max(0, ...places) + 1;
        const axis = above * 2 * FIRST_RADIUS + 8;
        const under = [
          ...marks.map((mark) => ({ ...mark, middle: x.at(Number(mark.at)) })),
          ...(band
            ? [{ at: band.low, words: band.words, firm: true, middle: (x.at(Number(band.low)) + x.at(Number(band.high))) / 2 }]
            : []),
        ].map((mark) => {
          const size = widthOf(mark.words, 7.2) + 14;
          return { ...mark, size, middle: Math.min(Math.max(mark.middle, size / 2), width - size / 2) };
        });
        const rows = levels(under.map(({ middle, size }) => ({ at: middle, size })));
        const row = (n: number) => axis + 36 + rows[n]! * 20;
        const height = axis + 44 + Math.max(0, ...rows) * 20;
        return (
          <svg role="img" aria-labelledby={`${id}-title ${id}-words`} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
            <title id={`${id}-title`}>{title}</title>
            <desc id={`${id}-words`}>{description}</desc>
            <line className="fl-plot__axis" x1={0} x2={width} y1={axis + 7} y2={axis + 7} />
            {band ? (
              <rect
                className="fl-strip__band"
                x={x.at(Number(band.low))}
                y={axis}
                width={Math.max(3, x.at(Number(band.high)) - x.at(Number(band.low)))}
                height={14}
              />
            ) : null}
            {marks.map((mark) => (
              <line
                key={mark.words}
                className={`fl-strip__mark${mark.firm ? "" : " fl-strip__mark--dashed"}`}
                x1={x.at(Number(mark.at))}
                x2={x.at(Number(mark.at))}
                y1={axis - 8}
                y2={axis + 22}
              />
            ))}
            {under.map((mark, n) => (
              <text key={mark.words} className="fl-plot__label" x={mark.middle} y={row(n)} textAnchor="middle">
                {mark.words}
              </text>
            ))}
            {[...points.keys()].reverse().map((n) => {
              const point = points[n]!;
              const y = axis - FIRST_RADIUS - 2 - places[n]! * 2 * FIRST_RADIUS;
              return (
                <g key={point.key}>
                  <line className="fl-strip__stem" x1={x.at(Number(point.x))} x2={x.at(Number(point.x))} y1={y} y2={axis + 7} />
                  <Circle x={x.at(Number(point.x))} y={y} point={point} />
                </g>
              );
            })}
          </svg>
        );
      }}
    </Measured>
  );
}
