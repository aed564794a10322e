import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { ranking as rankingQuery } from "../../api/queries";
import type { NewRecommendation, PreferenceKept, RankedBid, Ranking, Recommendation } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Approvers } from "../../govuk/approvers";
import { Effect } from "../../govuk/budget-effect";
import { Checkboxes, Form, Radios, Submit, TextArea } from "../../govuk/form";
import { LettersAbout } from "../../govuk/letters";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { admissibilityWords, decisionColours, decisionWords, preferenceWords } from "../../govuk/ways";
import { stageColours, stageWords } from "../../words";
import { Against } from "./Against";
import { Chart } from "./Chart";
import { PriceFlags } from "./PriceFlags";
import { QualityPrice } from "./QualityPrice";
import { Terms } from "./Terms";
import { WhatIf } from "./WhatIf";

function useAfter(id: string) {
  const cache = useQueryClient();
  return () => {
    void cache.invalidateQueries({ queryKey: ["opportunity", id] });
    void cache.invalidateQueries({ queryKey: ["opportunities"] });
    void cache.invalidateQueries({ queryKey: ["approvals"] });
    void cache.invalidateQueries({ queryKey: ["contracts"] });
  };
}

/** As the server asks for */
const NOT_FIRST_LEAST = 60;

function Recommend({ shown }: { shown: Ranking }) {
  const id = shown.opportunity_id;
  const cache = useQueryClient();
  const after = useAfter(id);
  const admissible = shown.result.bids.filter((bid) => bid.status === "admissible");
  const first = admissible.find((bid) => bid.rank === 1);
  const [chosen, setChosen] = useState(first?.bid_id ?? "");
  const [shortlist, setShortlist] = useState<string[]>(admissible.filter((bid) => bid.shortlisted).map((bid) => bid.bid_id));
  const [reason, setReason] = useState("");
  const [urgent, setUrgent] = useState("");
  const [whyNotFirst, setWhyNotFirst] = useState("");
  const [kept, setKept] = useState("");
  const [whyNotKept, setWhyNotKept] = useState("");
  const another = !!first && !!chosen && chosen !== first.bid_id;
  const act = useAct(
    (body: NewRecommendation, key) =>
      must(api.POST("/api/opportunities/{id}/recommend", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (ranked) => {
        cache.setQueryData(rankingQuery(id).queryKey, ranked);
        after();
        announce("Recommended. It now waits for approval.");
      },
    },
  );
  const words = (bid: RankedBid) => `${bid.rank ?? "–"}. ${bid.provider_name}, ${pounds(bid.weekly_price)} a week`;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="recommend">
      <h2 className="govuk-heading-m" id="recommend">
        Recommend an award
      </h2>
      <Form
        error={act.error}
        busy={act.isPending}
        prefix="recommend"
        onSubmit={() => {
          if (!chosen) return { bid_id: "Choose the bid to recommend" };
          if (!reason.trim()) return { reason: "Give the reasons for your recommendation" };
          if (another && whyNotFirst.trim().length < NOT_FIRST_LEAST)
            return { not_first_reason: `Say why not the first, in at least ${NOT_FIRST_LEAST} characters` };
          if (shown.preference && !kept) return { preference: "Say whether this is what the person prefers" };
          if (kept === "not_followed" && !whyNotKept.trim()) return { "preference.reason": "Say why the preference is not followed" };
          act.mutate({
            bid_id: chosen,
            shortlist: [...new Set([chosen, ...shortlist])].sort(),
            reason: reason.trim(),
            not_first_reason: another ? whyNotFirst.trim() : null,
            preference: shown.preference
              ? { answer: kept as PreferenceKept, reason: kept === "not_followed" ? whyNotKept.trim() : null }
              : null,
            urgent: urgent.trim() || null,
          });
        }}
      >
        <Radios
          name="bid_id"
          label="Recommend"
          labelSize="s"
          choices={admissible.map((bid) => ({ value: bid.bid_id, words: words(bid) }))}
          value={chosen}
          onChange={setChosen}
        />
        <Checkboxes
          name="shortlist"
          label="Shortlist"
          labelSize="s"
          hint="The recommended bid is always on it."
          choices={admissible.map((bid) => ({ value: bid.bid_id, words: bid.provider_name }))}
          values={[...new Set([chosen, ...shortlist])]}
          onChange={setShortlist}
        />
        <TextArea
          name="reason"
          label="Reasons"
          labelSize="s"
          hint="Why this bid is right for this person."
          value={reason}
          onChange={setReason}
        />
        {another ? (
          <TextArea
            name="not_first_reason"
            label="Why not the bid that is first"
            labelSize="s"
            hint="Such as what the person prefers. An award to another than the first is approved one level up. Providers do not read this."
            value={whyNotFirst}
            onChange={setWhyNotFirst}
          />
        ) : null}
        {shown.preference ? (
          <>
            <Radios
              name="preference"
              label="Is this what the person prefers?"
              labelSize="s"
              hint={<>The package says: “<span className="fl-typed">{shown.preference}</span>” For officers alone.</>}
              choices={[
                { value: "followed", words: "Yes, it is followed" },
                { value: "not_followed", words: "No, it is not followed" },
                { value: "not_for_provider", words: "The preference is not for a provider" },
              ]}
              value={kept}
              onChange={setKept}
            />
            {kept === "not_followed" ? (
              <TextArea
                name="preference.reason"
                label="Why it is not followed"
                labelSize="s"
                rows={3}
                value={whyNotKept}
                onChange={setWhyNotKept}
              />
            ) : null}
          </>
        ) : null}
        <TextArea
          name="urgent"
          label="Why it cannot wait (optional)"
          labelSize="s"
          hint="Say so only where it cannot: then whoever decides urgent cases is told at once, and there is one working day."
          value={urgent}
          onChange={setUrgent}
          rows={2}
        />
        <Submit busy={act.isPending}>Recommend</Submit>
      </Form>
    </section>
  );
}

function Recommended({ shown, recommendation }: { shown: Ranking; recommendation: Recommendation }) {
  const name = (id: string) => shown.result.bids.find((bid) => bid.bid_id === id)?.provider_name ?? "";
  return (
    <section aria-labelledby="recommendation">
      <h2 className="govuk-heading-m" id="recommendation">
        Recommendation
      </h2>
      <SummaryList
        rows={[
          [
            "Award to",
            <span key="award" className="fl-tags">
              <strong>{recommendation.provider_name}</strong>
              <Tag colour={decisionColours[recommendation.state]}>{decisionWords[recommendation.state]}</Tag>
            </span>,
          ],
          ["Value", `${pounds(recommendation.yearly_value)} a year; ${pounds(recommendation.contract_value)} for the initial term`],
          ["Shortlist", recommendation.shortlist.map(name).filter(Boolean).join(", ")],
          ["Reasons", <span key="reason" className="fl-typed">{recommendation.reason}</span>],
          recommendation.not_first_reason
            ? [
                `Why not the first (this is number ${recommendation.rank})`,
                <span key="not-first" className="fl-typed">{recommendation.not_first_reason}</span>,
              ]
            : null,
          shown.preference ? ["What the person prefers", <span key="prefers" className="fl-typed">{shown.preference}</span>] : null,
          recommendation.preference ? ["The preference is", preferenceWords[recommendation.preference]] : null,
          recommendation.preference_reason
            ? ["Why it is not followed", <span key="not-kept" className="fl-typed">{recommendation.preference_reason}</span>]
            : null,
          ["Recommended by", <span key="by">{recommendation.recommended_by}, <When at={recommendation.recommended_at} /></span>],
          recommendation.decided_by
            ? [
                { waiting: "", approved: "Approved by", returned: "Returned by", declined: "Declined by", set_aside: "Approved by" }[recommendation.state],
                <span key="decided">
                  {recommendation.decided_by}
                  {recommendation.decided_at ? <>, <When at={recommendation.decided_at} /></> : null}
                </span>,
              ]
            : null,
          recommendation.decided_reason
            ? ["Their reasons", <span key="why" className="fl-typed">{recommendation.decided_reason}</span>]
            : null,
        ]}
      />
    </section>
  );
}

export default function RankingPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(rankingQuery(id))}>
      {(shown) => {
        const recommendation = shown.recommendation;
        const byValue = shown.result.bids.some((bid) => bid.value_for_money != null);
        return (
          <Page
            title="Ranking"
            caption={`${shown.reference}, ${shown.title}`}
            back={{ to: `/opportunities/${id}`, words: "The opportunity" }}
          >
            <p>
              <Tag colour={stageColours[shown.stage]}>{stageWords[shown.stage]}</Tag>
            </p>
            {recommendation?.state === "waiting" && shown.can.includes("approve") ? (
              <Inset>
                A recommendation waits for you.{" "}
                <Link to={`/approvals/${id}`} className="govuk-link">
                  Go to your decision
                </Link>
              </Inset>
            ) : null}
            {shown.round && ["announced", "invited", "open", "paused"].includes(shown.round) ? (
              <Inset>
                A ranking round was announced with the advert. An award can be recommended once it has closed.{" "}
                <Link to={`/opportunities/${id}/round`} className="govuk-link">
                  Go to the ranking round
                </Link>
              </Inset>
            ) : null}
            <QualityPrice shown={shown} />
            <Table
              wide
              caption="Every bid, ranked"
              columns={[
                { label: "Provider" },
                { label: "Rank", numeric: true },
                { label: "Quality", numeric: true },
                { label: "Price marks", numeric: true },
                { label: byValue ? "£ for each % of quality" : "Total", numeric: true },
                { label: "A week", numeric: true },
                { label: "A year", numeric: true },
                { label: "Can start" },
              ]}
              rows={shown.result.bids.map((bid) => ({
                key: bid.bid_id,
                cells: [
                  <>
                    {bid.provider_name} {bid.shortlisted ? <Tag colour="purple">Shortlisted</Tag> : null}
                  </>,
                  bid.rank ?? admissibilityWords[bid.status],
                  bid.quality,
                  bid.price ?? "–",
                  (byValue ? bid.value_for_money : bid.total) ? (
                    <strong key="total">{byValue ? pounds(bid.value_for_money) : bid.total}</strong>
                  ) : (
                    "–"
                  ),
                  pounds(bid.weekly_price),
                  pounds(bid.yearly_price),
                  longDay(bid.starts_on),
                ],
              }))}
            />
            <Chart bids={shown.result.bids} />
            <h2 className="govuk-heading-m govuk-!-margin-top-6">How it was worked out</h2>
            <p className="govuk-body fl-prose">{shown.formula_words}</p>
            {shown.result.bids.map((bid) => (
              <Terms key={bid.bid_id} bid={bid} />
            ))}
            {shown.result.tie_breaks.length > 0 ? (
              <>
                <h3 className="govuk-heading-s">Ties</h3>
                <ul className="govuk-list govuk-list--bullet">
                  {shown.result.tie_breaks.map((step) => (
                    <li key={step}>{step}</li>
                  ))}
                </ul>
              </>
            ) : null}
            <Against shown={shown} />
            <PriceFlags shown={shown} />
            <WhatIf id={id} />
            {recommendation ? <Recommended shown={shown} recommendation={recommendation} /> : null}
            {shown.budget ? <Effect effect={shown.budget} /> : null}
            {shown.can.includes("recommend") ? <Recommend shown={shown} /> : null}
            <Approvers approvers={shown.approvers} />
            <LettersAbout about={`opportunity:${id}`} />
            <p className="govuk-body">
              <Link to={`/opportunities/${id}/record`} className="govuk-link">
                {recommendation ? "Why this award: the record, to read and to take away" : "The record of this evaluation"}
              </Link>
            </p>
            <p className="govuk-body">
              <Link to={`/opportunities/${id}/evaluation`} className="govuk-link">
                The answers and their marks
              </Link>
            </p>
          </Page>
        );
      }}
    </Await>
  );
}
