import { Link } from "react-router";
import type { Replay, SimulatedBids, SimulatedChoice, SimulatedSummary } from "../../api/types";
import { Scatter } from "../../govuk/chart";
import { count, longDay, toLondon } from "../../govuk/london";
import { plain, pounds, rounded } from "../../govuk/money";
import { Details, Empty, Inset, Table, Tag, Warning } from "../../govuk/show";
import { admissibilityWords } from "../../govuk/ways";
import { Irrelevant, WhatIfShown } from "../../govuk/what-if";
import { difference } from "./weights";

const together = (names: string[]) => new Intl.ListFormat("en-GB").format(names);

/** "+£1,638.00", "−33.3 points", "the same" */
function signed(amount: string, show: (size: string) => string): string {
  if (amount === "") return "–";
  const less = amount.startsWith("-");
  const size = less ? amount.slice(1) : amount;
  return /^0*(\.0*)?$/.test(size) ? "the same" : `${less ? "−" : "+"}${show(size)}`;
}

const percentWords = (share: string | null) => (share === null ? "–" : `${rounded(share, 1)}%`);
const points = (size: string) => `${rounded(size, 1)} points`;

function Sums({ then, proposed }: { then: SimulatedSummary; proposed: SimulatedSummary }) {
  const of = (sum: SimulatedSummary) => (sum.won > 0 ? ` (${sum.lowest} of ${sum.won}${sum.alone > 0 ? `, ${sum.alone} with no other bid` : ""})` : "");
  return (
    <Table
      caption="What it comes to"
      columns={[{ label: "Figure" }, { label: "As published", numeric: true }, { label: "As proposed", numeric: true }, { label: "Difference", numeric: true }]}
      rows={[
        {
          key: "lowest",
          cells: [
            "Won by the lowest price",
            percentWords(then.lowest_share) + of(then),
            percentWords(proposed.lowest_share) + of(proposed),
            signed(difference(then.lowest_share, proposed.lowest_share), points),
          ],
        },
        {
          key: "quality",
          cells: [
            "Average quality of the winners",
            percentWords(then.quality),
            percentWords(proposed.quality),
            signed(difference(then.quality, proposed.quality), points),
          ],
        },
        {
          key: "spend",
          cells: [
            "Spend in a year",
            pounds(then.spend_yearly),
            pounds(proposed.spend_yearly),
            signed(difference(then.spend_yearly, proposed.spend_yearly), pounds),
          ],
        },
        {
          key: "irrelevant",
          cells: [
            "Decided by a bid that does not win",
            String(then.irrelevant),
            String(proposed.irrelevant),
            signed(difference(String(then.irrelevant), String(proposed.irrelevant)), plain),
          ],
        },
      ]}
    />
  );
}

function Chosen({ of, why }: { of: SimulatedChoice | null; why: string | null }) {
  if (!of) return <span className="fl-quiet">{why}</span>;
  if (of.first.length === 0) return <span className="fl-quiet">Nobody: no bid is admissible</span>;
  return (
    <>
      {together(of.first)}
      <br />
      <span className="fl-quiet fl-small">
        {pounds(of.weekly_price)} a week{of.lowest ? ", the lowest" : ""}
        {of.quality === null ? "" : `; quality ${rounded(of.quality, 1)}%`}
      </span>
    </>
  );
}

export function Replayed({ replay }: { replay: Replay }) {
  const { opportunities, compared, changed } = replay;
  const deciding = opportunities.filter((one) => (one.comparison.proposed?.irrelevant.length ?? 0) > 0);
  return (
    <section aria-labelledby="replayed">
      <h2 className="govuk-heading-m" id="replayed">
        Closed opportunities, replayed
      </h2>
      {opportunities.length === 0 ? (
        <Empty>There is no closed opportunity here yet whose prices are open.</Empty>
      ) : (
        <>
          <p className="govuk-body-l">
            {compared === 0
              ? "None of them can be ranked so."
              : changed === 0
                ? `The same bid would be first in ${compared === 1 ? "the one opportunity" : `all ${compared} opportunities`}.`
                : `Another bid would be first in ${changed} of ${count(compared, "opportunity", "opportunities")}.`}
          </p>
          {deciding.length > 0 ? (
            <Warning>
              In {count(deciding.length, "opportunity", "opportunities")} a bid that does not win would decide who does: a provider could lose
              because of a bid that nobody would accept.
            </Warning>
          ) : null}
          {compared > 0 ? <Sums then={replay.then} proposed={replay.proposed} /> : null}
          <Table
            caption="Each opportunity"
            columns={[{ label: "Opportunity" }, { label: "As published" }, { label: "As proposed" }, { label: "First place" }]}
            rows={opportunities.map((one) => {
              const { comparison } = one;
              const found = comparison.proposed?.irrelevant ?? [];
              return {
                key: one.opportunity_id,
                cells: [
                  <>
                    <Link to={`/opportunities/${one.opportunity_id}`} className="govuk-link">
                      {one.reference}
                    </Link>
                    <br />
                    <span className="govuk-!-font-weight-regular fl-quiet fl-small">
                      {count(one.bids, "bid")}, {longDay(toLondon(one.closes_at).day)}
                    </span>
                  </>,
                  <Chosen key="then" of={comparison.then} why={comparison.then_why_not} />,
                  <Chosen key="proposed" of={comparison.proposed} why={comparison.proposed_why_not} />,
                  <>
                    {comparison.changed ? <Tag colour="orange">Changes</Tag> : comparison.proposed && comparison.then ? <Tag colour="grey">The same</Tag> : null}
                    {found.map((each) => (
                      <span key={each.words} className="fl-decides">
                        <strong>Decided by a bid that does not win.</strong> {each.words}
                      </span>
                    ))}
                  </>,
                ],
              };
            })}
          />
          {replay.left_out > 0 ? (
            <p className="govuk-body fl-quiet">
              {count(replay.left_out, "opportunity", "opportunities")} left out, because you declared an interest in a bidder.
            </p>
          ) : null}
          {replay.more ? <p className="govuk-body fl-quiet">These are the newest. Older ones are not replayed.</p> : null}
        </>
      )}
    </section>
  );
}

export function MadeUp({ made }: { made: SimulatedBids }) {
  const { comparison, bids } = made;
  const byValue = bids.some((bid) => bid.value_for_money != null);
  const first = made.what_if.first;
  const weight = made.what_if.quality_weight;
  const words = (bid: SimulatedBids["bids"][number]) =>
    `${bid.name}, ${bid.rank == null ? "not ranked" : `rank ${bid.rank}`}: quality ${bid.quality} of ${plain(weight)}, ${pounds(bid.weekly_price)} a week`;
  return (
    <section aria-labelledby="made-up">
      <h2 className="govuk-heading-m" id="made-up">
        The bids that you made up
      </h2>
      <p className="govuk-body-l">
        {first.length === 0 ? "No bid would be admissible." : `${together(first)} would be first.`}{" "}
        {comparison.then
          ? comparison.changed
            ? `As the category scores now, it would be ${together(comparison.then.first) || "nobody"}.`
            : "So it would be as the category scores now."
          : null}
      </p>
      {comparison.then_why_not ? (
        <Inset>These bids cannot be compared with how the category scores now. {comparison.then_why_not}</Inset>
      ) : null}
      <Irrelevant found={made.what_if.irrelevant} />
      <Scatter
        title="Quality against price of the bids that you made up"
        description={`Each bid by its weekly price, from left to right, and its quality, from below to above. ${bids.map(words).join("; ")}.`}
        points={bids.map((bid) => ({
          key: bid.name,
          name: bid.name,
          sign: bid.rank == null ? "–" : String(bid.rank),
          x: bid.weekly_price,
          y: bid.quality,
          first: bid.rank === 1,
          out: bid.rank == null,
          words: words(bid),
        }))}
        xLabel="Weekly price"
        yLabel={`Quality, of ${plain(weight)}`}
        yMax={weight}
        xWords={(price) => `£${price.toLocaleString("en-GB")}`}
      />
      <Table
        caption="Ranked as proposed"
        captionSize="s"
        columns={[
          { label: "Bid" },
          { label: "Rank", numeric: true },
          { label: "Quality", numeric: true },
          { label: "Price marks", numeric: true },
          { label: byValue ? "£ for each % of quality" : "Total", numeric: true },
          { label: "A week", numeric: true },
        ]}
        rows={bids.map((bid) => ({
          key: bid.name,
          cells: [
            bid.name,
            bid.rank ?? admissibilityWords[bid.status],
            bid.quality,
            bid.price ?? "–",
            (byValue ? bid.value_for_money : bid.total) ? (
              <strong key="total">{byValue ? pounds(bid.value_for_money) : bid.total}</strong>
            ) : (
              "–"
            ),
            pounds(bid.weekly_price),
          ],
        }))}
      />
      {bids.map((bid) => (
        <Details key={bid.name} summary={`${bid.name}: the arithmetic`}>
          <ol className="govuk-list govuk-list--number">
            {bid.explanation.map((step, at) => (
              <li key={at}>{step}</li>
            ))}
          </ol>
        </Details>
      ))}
      <h3 className="govuk-heading-m govuk-!-margin-top-6">What if</h3>
      <WhatIfShown of={made.what_if} level={4} told />
    </section>
  );
}
