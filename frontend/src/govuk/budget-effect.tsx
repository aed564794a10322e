import { Link } from "react-router";
import type { BudgetEffect } from "../api/types";
import { pounds } from "./money";
import { Details, Table, Tag, Warning } from "./show";

const limitWords = { cap: "Cap", guide: "Guide, not held" } as const;

/** What approving would do to the money that members approved */
export function Effect({ effect, market }: { effect: BudgetEffect; market?: string }) {
  return (
    <section aria-labelledby="budget-effect">
      <h3 className="govuk-heading-s" id="budget-effect">
        The money that members approved
      </h3>
      {effect.fits ? <p className="govuk-body fl-prose">{effect.words}</p> : <Warning>{effect.words}</Warning>}
      {effect.each.map((one) =>
        one.warning ? (
          <p className="govuk-body" key={`${one.over} ${one.kind}`}>
            <Tag colour={one.warning === 100 ? "red" : "orange"}>{`${one.warning}% reached`}</Tag> of the {one.kind} for {one.over}.
          </p>
        ) : null,
      )}
      <Details summary={`Every limit that it touches: ${effect.title}`}>
        <Table
          caption="Before and after"
          captionSize="hidden"
          wide
          columns={[
            { label: "Over" },
            { label: "Limit" },
            { label: "Approved", numeric: true },
            { label: "Committed", numeric: true },
            { label: "This", numeric: true },
            { label: "Left after", numeric: true },
            { label: "Share", numeric: true },
          ]}
          rows={effect.each.map((one) => ({
            key: `${one.over} ${one.kind}`,
            cells: [
              one.over === "the whole period" ? "The whole period" : one.over,
              limitWords[one.kind],
              pounds(one.cap),
              pounds(one.committed),
              pounds(one.this),
              pounds(one.left_after),
              `${one.share_before}% to ${one.share_after}%`,
            ],
          }))}
        />
        {effect.outside === "0.00" ? null : (
          <p className="govuk-body">{pounds(effect.outside)} falls after the period that members approved, and takes nothing of it.</p>
        )}
      </Details>
      {market ? (
        <p className="govuk-body">
          <Link to={`/markets/${market}/budget`} className="govuk-link">
            The budget
          </Link>
        </p>
      ) : null}
    </section>
  );
}
