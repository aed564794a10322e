import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { serverNow, useServerNow } from "../../api/clock";
import { carePackage, market as marketQuery, markets, opportunity, useMe } from "../../api/queries";
import type { Market, Package } from "../../api/types";
import { DeadlineFields } from "../../govuk/deadline";
import { Checkboxes, type FieldErrors, Form, Submit, TextArea } from "../../govuk/form";
import { LettersAbout } from "../../govuk/letters";
import { count, duration, fromLondon, longDay, longTime, relative, toLondon } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Inset, SummaryList, When } from "../../govuk/show";
import { ageWords, capital, hasRole, unitQuantity, weeksWords } from "../../words";
import { Declared } from "./Declared";
import { Leaks } from "./PackageEditor";

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

/** The shortest window from now, to the next quarter of an hour, with time left to press the button */
function firstDeadline(market: Market): { day: string; time: string } {
  const least = serverNow() + market.bidding_window_hours_min * HOUR + 5 * 60_000;
  return toLondon(Math.ceil(least / QUARTER) * QUARTER);
}

function Publish({ shown, market }: { shown: Package; market: Market }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const now = useServerNow(10_000);
  const [deadline, setDeadline] = useState(() => firstDeadline(market));
  const [considered, setConsidered] = useState("");
  const [ranked, setRanked] = useState<string[]>([]);
  const round = market.categories.find((one) => one.id === shown.category_id)?.round;
  const stopping = shown.leaks.filter((leak) => leak.kind !== "name");
  const names = shown.leaks.filter((leak) => leak.kind === "name");
  const closes_at = fromLondon(deadline.day, deadline.time);
  const publish = useAct(
    (body: { closes_at: string; leaks_considered: string | null; ranking_round: boolean }, key) =>
      must(api.POST("/api/packages/{id}/publish", { params: { path: { id: shown.id } }, body, headers: keyed(key) })),
    {
      onDone: (advertised) => {
        cache.setQueryData(opportunity(advertised.id).queryKey, advertised);
        void cache.invalidateQueries({ queryKey: ["packages"] });
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        void navigate(`/opportunities/${advertised.id}`);
      },
    },
  );
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!closes_at)
      wrong.closes_at = "Enter a day and a time. In the night the clocks go forward, one hour does not exist.";
    if (names.length > 0 && !considered.trim()) wrong.leaks_considered = "Say why these words may stay";
    if (Object.keys(wrong).length > 0 || !closes_at) return wrong;
    publish.mutate({
      closes_at,
      leaks_considered: names.length > 0 ? considered.trim() : null,
      ranking_round: ranked.length > 0,
    });
  }
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="publish">
      <h2 className="govuk-heading-m" id="publish">
        Advertise it
      </h2>
      <p className="govuk-body">
        It goes at once to <strong>{count(shown.reaches, "admitted provider")}</strong>, on their boards and by email. The email
        has no personal data in it. {count(shown.declared.providers, "of them has", "of them have")} declared spare hours in{" "}
        {shown.declared.outward_code}.
      </p>
      {stopping.length > 0 ? (
        <p className="govuk-body govuk-!-font-weight-bold">
          It cannot be advertised yet. Take out what may tell who the person is, then save.
        </p>
      ) : (
        <Form error={publish.error} busy={publish.isPending} onSubmit={check}>
          <DeadlineFields
            value={deadline}
            onChange={setDeadline}
            hint={market.bidding_window_hours_min > 0 ? `At least ${duration(market.bidding_window_hours_min * HOUR)} from now.` : undefined}
          />
          {closes_at ? (
            <p className="govuk-body">
              {longTime(closes_at)} <span className="fl-quiet">({relative(closes_at, now)})</span>
            </p>
          ) : null}
          {names.length > 0 ? (
            <TextArea
              name="leaks_considered"
              label={`Why ${names.map((leak) => `“${leak.text}”`).join(", ")} may stay`}
              hint="If it is not a person’s name, say so. This is recorded."
              rows={2}
              value={considered}
              onChange={setConsidered}
            />
          ) : null}
          {round ? (
            <Checkboxes
              name="ranking_round"
              label="Ranking round"
              labelSize="s"
              hint="On the market’s terms, which the advert announces. It takes two working days’ notice, after prices are open."
              choices={[{ value: "yes", words: "After the evaluation, let bidders improve their prices" }]}
              values={ranked}
              onChange={setRanked}
            />
          ) : null}
          <Submit busy={publish.isPending}>Advertise now</Submit>
        </Form>
      )}
    </section>
  );
}

/** The ways that it can go besides being advertised */
function OtherWays({ shown }: { shown: Package }) {
  const ways = [
    shown.ways.includes("user_choice") ? [`/packages/${shown.id}/direct-award/choice`, "Award to the provider that the person chose"] : null,
    shown.ways.includes("urgent") ? [`/packages/${shown.id}/direct-award/urgent`, "Urgent award"] : null,
    shown.ways.includes("direct_payment") ? [`/packages/${shown.id}/direct-payment`, "Record a Direct Payment"] : null,
  ].filter((way) => way !== null);
  if (ways.length === 0) return null;
  return (
    <section className="fl-box" aria-labelledby="other-ways">
      <h2 className="govuk-heading-s" id="other-ways">
        Other ways
      </h2>
      <ul className="govuk-list">
        {ways.map(([to, words]) => (
          <li key={to}>
            <Link to={to!} className="govuk-link">
              {words}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function PackagePage() {
  const { id = "" } = useParams();
  const me = useMe();
  const { data: all } = useQuery(markets);
  const shownQuery = useQuery(carePackage(id));
  const categoryId = shownQuery.data?.category_id;
  const holder = all?.find((market) => market.categories.some((category) => category.id === categoryId));
  const { data: market } = useQuery({ ...marketQuery(holder?.id ?? ""), enabled: !!holder });
  return (
    <Await query={shownQuery}>
      {(shown) => {
        const category = market?.categories.find((one) => one.id === shown.category_id);
        const draft = !shown.opportunity_id && !shown.direct_award_id && !shown.direct_payment;
        return (
          <Page
            title={shown.title}
            caption={category ? `${market?.name}: ${category.name}` : undefined}
            back={{ to: "/packages", words: "Packages" }}
          >
            {shown.opportunity_id ? (
              <Inset>
                Advertised.{" "}
                <Link to={`/opportunities/${shown.opportunity_id}`} className="govuk-link">
                  See the opportunity
                </Link>
              </Inset>
            ) : null}
            {shown.direct_award_id ? (
              <Inset>
                It goes to a named provider.{" "}
                <Link to={`/direct-awards/${shown.direct_award_id}`} className="govuk-link">
                  See the award
                </Link>
              </Inset>
            ) : null}
            {shown.direct_payment ? (
              <Inset>
                <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">
                  The person chose a Direct Payment: no award is made
                </p>
                {shown.direct_payment.provider_off_list ? (
                  <p className="govuk-body govuk-!-margin-bottom-1">They want a provider that has not joined.</p>
                ) : null}
                <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{shown.direct_payment.reason}</p>
                <p className="govuk-body fl-quiet fl-small govuk-!-margin-bottom-0">
                  {shown.direct_payment.recorded_by}, <When at={shown.direct_payment.recorded_at} />
                </p>
              </Inset>
            ) : null}
            {draft ? <Leaks leaks={shown.leaks} /> : null}
            <div className="fl-columns">
              <div>
                <h2 className="govuk-heading-m">What providers {draft ? "will read" : "read"}</h2>
                <p className="govuk-body fl-typed fl-prose">{shown.needs}</p>
                <SummaryList
                  rows={[
                    ["Where", shown.outward_code],
                    ["Person", capital(ageWords(shown.age_band))],
                    ...shown.quantities.map(({ key, quantity }): [string, string] => {
                      const line = category?.lines.find((one) => one.key === key);
                      return [line?.label ?? key, `${plain(quantity)} ${line ? unitQuantity[line.unit] : ""}`];
                    }),
                    ["Starts", longDay(shown.starts_on)],
                    ["Initial term", weeksWords(shown.initial_term_weeks)],
                  ]}
                />
                <h2 className="govuk-heading-m">Private to your authority</h2>
                <SummaryList
                  rows={[
                    ["Case number", shown.person_reference],
                    ["Preference", shown.preference || "None recorded"],
                    ["Drafted", <span key="drafted">{shown.drafted_by}, <When at={shown.drafted_at} /></span>],
                  ]}
                />
                <Declared declared={shown.declared} />
                <OtherWays shown={shown} />
                {draft ? null : <LettersAbout about={`package:${shown.id}`} />}
                <p className="govuk-body">
                  <Link to={`/history/package/${shown.id}`} className="govuk-link">
                    History of this package
                  </Link>
                </p>
                {hasRole(me, "broker") ? (
                  <p className="govuk-body">
                    <Link to={`/packages/new?from=${shown.id}`} className="govuk-link">
                      Copy it as a new package
                    </Link>
                  </p>
                ) : null}
              </div>
              {draft && hasRole(me, "broker") ? (
                <div className="fl-side">
                  {market ? <Publish shown={shown} market={market} /> : null}
                  {market ? (
                    <p className="govuk-body">
                      <Link to={`/markets/${market.id}/simulator?package=${shown.id}`} className="govuk-link">
                        Try how bids for it would be scored
                      </Link>
                    </p>
                  ) : null}
                  <Link to={`/packages/${shown.id}/edit`} className="govuk-button govuk-button--secondary">
                    Change the package
                  </Link>
                </div>
              ) : null}
            </div>
          </Page>
        );
      }}
    </Await>
  );
}
