// How to join a market, how long deciding takes, and who is in, as far as its regime publishes that. For everybody.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, must } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Market } from "../../api/types";
import { longDay } from "../../govuk/london";
import { Details, SummaryList, When } from "../../govuk/show";

/** Below the market's own key, so that it is read again with it */
const membership = (id: string) =>
  queryOptions({
    queryKey: ["markets", id, "membership"],
    queryFn: () => must(api.GET("/api/markets/{id}/membership", { params: { path: { id } } })),
  });

const within = (days: number) => (days === 0 ? "on the same day" : `within ${days} working ${days === 1 ? "day" : "days"}`);
const requests = (count: number) => (count === 1 ? "1 request" : `${count} requests`);

function HowToJoin({ market }: { market: Market }) {
  const me = useMe();
  if (market.stage === "ended") return <p className="govuk-body">This market has ended: nobody can join it.</p>;
  return (
    <ol className="govuk-list govuk-list--number fl-prose">
      {market.stage === "not_open" ? <li>Joining opens on {longDay(market.joining_opens_on)}.</li> : null}
      <li>
        {me ? (
          "Register your organisation, once for every market."
        ) : (
          <>
            <Link to="/register" className="govuk-link">
              Register your organisation
            </Link>
            , once for every market. It is free.
          </>
        )}
      </li>
      <li>Read the terms and rates below, and have ready what joining asks for.</li>
      <li>
        Ask to join a category{market.ends_on ? `, at any time until ${longDay(market.ends_on)}` : ", at any time"}. You are told the decision and the
        reasons within {market.decide_within_working_days} working days, or within {market.decide_within_working_days_extended} where there is a
        recorded reason.
      </li>
    </ol>
  );
}

export function Membership({ market }: { market: Market }) {
  const { data } = useQuery(membership(market.id));
  return (
    <section aria-labelledby="joining">
      <h2 className="govuk-heading-m" id="joining">
        How to join
      </h2>
      <HowToJoin market={market} />
      {data ? (
        <>
          <SummaryList
            rows={[
              [
                "Time taken to decide, in the last 12 months",
                data.times ? (
                  <ul className="govuk-list govuk-!-margin-bottom-0" key="times">
                    <li>Half of {requests(data.decided)}: {within(data.times.median_working_days)}</li>
                    <li>Nine in ten: {within(data.times.ninetieth_working_days)}</li>
                  </ul>
                ) : (
                  `${requests(data.decided)} decided: too few to say how long it takes`
                ),
              ],
              ...data.categories.map((category): [string, string] => [
                data.categories.length > 1 ? `Members: ${category.name}` : "Members",
                String(category.count),
              ]),
              ["As of", <When key="at" at={data.at} />],
            ]}
          />
          {data.published ? (
            data.categories.map((category) =>
              category.names.length > 0 ? (
                <Details key={category.id} summary={`Who is in ${category.name}`}>
                  <ul className="govuk-list">
                    {category.names.map((name, at) => (
                      <li key={at}>{name}</li>
                    ))}
                  </ul>
                </Details>
              ) : null,
            )
          ) : (
            <p className="govuk-body fl-prose fl-quiet">
              The rules of this kind of market do not publish who its members are. Whoever wins a contract is named in the notice of its award.
            </p>
          )}
        </>
      ) : null}
    </section>
  );
}
