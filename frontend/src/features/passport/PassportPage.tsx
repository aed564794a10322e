// What a provider answers once: it fills in every request to join, and each council is told when it changes.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { PassportEntry } from "../../api/types";
import { Await, Page } from "../../govuk/page";
import { Tag, When } from "../../govuk/show";
import { passport } from "../../api/joining";

function Entry({ entry, writes }: { entry: PassportEntry; writes: boolean }) {
  const waiting = entry.relied_on.filter(({ changed }) => changed).length;
  return (
    <div className="govuk-summary-list__row">
      <dt className="govuk-summary-list__key">{entry.words}</dt>
      <dd className="govuk-summary-list__value">
        {entry.answer ? <p className="govuk-body fl-typed">{entry.answer}</p> : <p className="govuk-body fl-quiet">{entry.guidance}</p>}
        {entry.answered_at ? (
          <p className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-1">
            Written{entry.answered_by ? ` by ${entry.answered_by}` : ""} <When at={entry.answered_at} />
          </p>
        ) : null}
        {entry.relied_on.length > 0 ? (
          <ul className="govuk-list fl-small govuk-!-margin-bottom-0">
            {entry.relied_on.map((one) => (
              <li key={one.enrolment_id}>
                Used in{" "}
                <Link to={`/enrolments/${one.enrolment_id}`} className="govuk-link">
                  {one.market_name}: {one.category_name}
                </Link>{" "}
                {one.changed ? <Tag colour="yellow">Not accepted yet</Tag> : null}
              </li>
            ))}
          </ul>
        ) : null}
        {waiting > 0 ? (
          <p className="govuk-body fl-small govuk-!-margin-bottom-0">
            {waiting === 1 ? "One council has" : "Councils have"} been told of the change. Until it is accepted, what you sent counts.
          </p>
        ) : null}
      </dd>
      <dd className="govuk-summary-list__actions">
        {writes ? (
          <Link to={`/passport/${entry.topic}`} className="govuk-link">
            {entry.answer ? "Change" : "Answer"}
            <span className="govuk-visually-hidden"> {entry.words}</span>
          </Link>
        ) : null}
      </dd>
    </div>
  );
}

export default function PassportPage() {
  return (
    <Await query={useQuery(passport)}>
      {({ topics, may_write }) => {
        const answered = topics.filter(({ answer }) => answer).length;
        return (
          <Page
            title="Your passport"
            lead="Answer once. Every request to join a market begins with what you write here."
          >
            <p className="govuk-body fl-prose">
              What you have sent stays as it was. When you change an answer here, each council that relied on it is told, and accepts it
              for itself or asks you about it. {answered} of {topics.length} topics are answered.
            </p>
            <dl className="govuk-summary-list">
              {topics.map((entry) => (
                <Entry key={entry.topic} entry={entry} writes={may_write} />
              ))}
            </dl>
          </Page>
        );
      }}
    </Await>
  );
}
