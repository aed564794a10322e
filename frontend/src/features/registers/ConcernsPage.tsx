// What registers say of the providers in an authority's markets that somebody is to look at.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { Concern } from "../../govuk/concern";
import { AwaitList, Page } from "../../govuk/page";
import { Empty } from "../../govuk/show";
import { concerns } from "./queries";

export default function ConcernsPage() {
  const [query] = useSearchParams();
  const closed = query.get("show") === "closed";
  return (
    <AwaitList query={useInfiniteQuery(concerns(closed))}>
      {(list) => (
        <Page
          title={closed ? "Concerns that are closed" : "Concerns from registers"}
          lead={
            closed
              ? undefined
              : "What the Care Quality Commission, Companies House and the Charity Commission say of providers in your markets. Nothing changes by itself: you decide."
          }
          back={{ to: "/enrolments", words: "Enrolments" }}
        >
          <p className="govuk-body">
            <Link to={closed ? "/concerns" : "/concerns?show=closed"} className="govuk-link">
              {closed ? "Concerns that are open" : "Concerns that are closed"}
            </Link>
          </p>
          {list.length === 0 ? (
            <Empty>{closed ? "No concern has been closed yet." : "No register says anything that is to be looked at."}</Empty>
          ) : (
            <ul className="govuk-list">
              {list.map((concern) => (
                <li key={concern.id}>
                  <Concern concern={concern} />
                </li>
              ))}
            </ul>
          )}
        </Page>
      )}
    </AwaitList>
  );
}
