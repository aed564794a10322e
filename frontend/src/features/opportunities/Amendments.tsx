import type { Amendment } from "../../api/types";
import { longTime } from "../../govuk/london";
import { Details, Inset, SummaryList, When } from "../../govuk/show";
import { ageWords, capital } from "../../words";

const FIELDS: Record<string, string> = {
  title: "Title",
  needs: "What is needed",
  outward_code: "Where",
  age_band: "Person",
  quantities: "How much care",
  starts_on: "Starts",
  initial_term_weeks: "Initial term",
};

/** What a part of the advert said, in the words of this page. */
function said(field: string, words: string): string {
  return field === "age_band" ? capital(ageWords(words as Parameters<typeof ageWords>[0])) : words;
}

/** What was changed since it was advertised: first what everybody must know, newest first. */
export function Amendments({ amendments }: { amendments: Amendment[] }) {
  return amendments.map((one) => (
    <Inset key={one.at} className={one.unsettles ? "fl-not-yet" : ""}>
      <p className="govuk-body govuk-!-margin-bottom-1">
        <strong>
          Changed on <When at={one.at} />:
        </strong>{" "}
        <span className="fl-typed">{one.reason}</span>
      </p>
      {one.closes_at_before ? (
        <p className="govuk-body govuk-!-margin-bottom-1">
          The deadline was moved from {longTime(one.closes_at_before)} to {longTime(one.closes_at)}.
        </p>
      ) : null}
      {one.changes.length > 0 ? (
        <>
          <p className="govuk-body govuk-!-margin-bottom-1">
            Corrected: {one.changes.map((change) => (FIELDS[change.field] ?? change.field).toLowerCase()).join(", ")}.
            {one.unsettles ? " Bids from before count only once they are confirmed or revised." : ""}
          </p>
          <Details summary="What it said before, and says now" flush>
            {one.changes.map((change) => (
              <section key={change.field} aria-label={FIELDS[change.field] ?? change.field}>
                <h3 className="govuk-heading-s govuk-!-margin-bottom-1">{FIELDS[change.field] ?? change.field}</h3>
                <SummaryList
                  tight
                  rows={[
                    [
                      "Before",
                      <span key="before" className="fl-typed">
                        {said(change.field, change.before)}
                      </span>,
                    ],
                    [
                      "From then on",
                      <span key="after" className="fl-typed">
                        {said(change.field, change.after)}
                      </span>,
                    ],
                  ]}
                />
              </section>
            ))}
          </Details>
        </>
      ) : null}
    </Inset>
  ));
}
