// What the same bids could have come to: for those who decide on them, and for those who choose how to score.
import type { WhatIf } from "../api/types";
import { formulaNames } from "../words";
import { plain, rounded } from "./money";
import { Inset, Table, Tag, Warning } from "./show";

const together = (names: string[]) => new Intl.ListFormat("en-GB").format(names);

/** Who is first from a quality weight of 0 to 100, with the weight that is published */
function Leads({ of }: { of: WhatIf }) {
  // Lengths on a screen, not weights: nearness is enough here.
  const [own, whole] = [Number(of.quality_weight), 100];
  return (
    <div className="fl-leads" aria-hidden="true">
      <p className="fl-leads__own" style={{ marginLeft: `clamp(0rem, calc(${own}% - 4.5rem), calc(100% - 9rem))` }}>
        Quality {plain(of.quality_weight)} now
      </p>
      <div className="fl-leads__bar">
        {of.leads.map((lead, at) => (
          <span
            key={lead.from}
            className={lead.first.join() === of.first.join() ? "fl-leads__first" : undefined}
            style={{ width: `${((Number(lead.to) - Number(lead.from)) / whole) * 100}%` }}
          >
            {/* Names have no room here: the table has them under these numbers, which need 28 px of a telephone's 260 */}
            {Number(lead.to) - Number(lead.from) > 11 ? at + 1 : null}
          </span>
        ))}
        <span className="fl-leads__mark" style={{ left: `${own}%` }} />
      </div>
      <p className="fl-leads__ends">
        <span>Price alone</span>
        <span>Quality alone</span>
      </p>
    </div>
  );
}

/** A bid that does not win and yet decides who does */
export function Irrelevant({ found }: { found: WhatIf["irrelevant"] }) {
  return (
    <>
      {found.map((one) => (
        <Warning key={one.words}>{one.words} It does not win, and yet it decides who does.</Warning>
      ))}
    </>
  );
}

/** `told` where irrelevant bids are shown above already */
export function WhatIfShown({ of, level = 3, told = false }: { of: WhatIf; level?: 3 | 4; told?: boolean }) {
  const Heading = `h${level}` as const;
  return (
    <>
      <Heading className="govuk-heading-s">If quality and price weighed otherwise</Heading>
      <p className="govuk-body fl-prose">{of.weights_words}</p>
      {of.leads.length > 1 ? (
        <>
          <Leads of={of} />
          <Table
            caption="Who is first, by what quality weighs"
            captionSize="s"
            columns={[{ label: "First" }, { label: "From quality", numeric: true }, { label: "To quality", numeric: true }]}
            rows={of.leads.map((lead, at) => ({
              key: lead.from,
              cells: [`${at + 1}. ${together(lead.first)}`, rounded(lead.from, 1), rounded(lead.to, 1)],
            }))}
          />
        </>
      ) : null}
      <Heading className="govuk-heading-s">If the formula were another</Heading>
      <Table
        caption="What each formula would choose from these bids, with the same weights"
        captionSize="hidden"
        columns={[{ label: "Formula" }, { label: "Would be first" }, { label: "Compared with now" }]}
        rows={of.formulas.map((choice) => ({
          key: choice.formula,
          cells: [
            formulaNames[choice.formula],
            choice.why_not ? <span className="fl-quiet">{choice.why_not}</span> : together(choice.first) || "Nobody",
            choice.own ? (
              <Tag colour="green">The one used</Tag>
            ) : choice.why_not ? (
              ""
            ) : choice.changes ? (
              <Tag colour="orange">Another bid</Tag>
            ) : (
              <Tag colour="grey">The same</Tag>
            ),
          ],
        }))}
      />
      {told && of.irrelevant.length > 0 ? null : <Heading className="govuk-heading-s">If a bid were not there</Heading>}
      {of.irrelevant.length > 0 ? (
        told ? null : <Irrelevant found={of.irrelevant} />
      ) : (
        <Inset>Whichever of the other bids were not there, the same bid would be first.</Inset>
      )}
    </>
  );
}
