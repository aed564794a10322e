import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { contract as contractQuery } from "../../api/queries";
import type { DirectAward } from "../../api/types";
import { announce } from "../../govuk/announce";
import { useConfirm } from "../../govuk/confirm";
import { Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { longDay } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { standingWords, unitQuantity, unitRate, weeksWords } from "../../words";
import { directAward, directStateColours, directStateWords } from "./words";

function useShown(id: string) {
  const cache = useQueryClient();
  return (shown?: DirectAward) => {
    void cache.invalidateQueries({ queryKey: ["direct-awards"] });
    void cache.invalidateQueries({ queryKey: ["packages"] });
    void cache.invalidateQueries({ queryKey: ["contracts"] });
    if (shown) cache.setQueryData(directAward(id).queryKey, shown);
  };
}

function Decide({ shown }: { shown: DirectAward }) {
  const id = shown.id;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const after = useShown(id);
  const [verb, setVerb] = useState("");
  const [reason, setReason] = useState("");
  const confirm = useConfirm("decide");
  const approve = useAct(
    (why: string, key) =>
      confirm.confirmed(() =>
        must(api.POST("/api/direct-awards/{id}/approve", { params: { path: { id } }, body: { reason: why }, headers: keyed(key) })),
      ),
    {
      onDone: (made) => {
        cache.setQueryData(contractQuery(made.id).queryKey, made);
        after();
        announce("Approved. The contract is in the register, and the provider is told.");
        void navigate(`/contracts/${made.id}`);
      },
    },
  );
  const giveBack = useAct(
    (why: string, key) =>
      confirm.confirmed(() =>
        must(api.POST("/api/direct-awards/{id}/return", { params: { path: { id } }, body: { reason: why }, headers: keyed(key) })),
      ),
    {
      onDone: (returned) => {
        after(returned);
        announce("Returned to whoever proposed it.");
      },
    },
  );
  const act = verb === "return" ? giveBack : approve;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="decide">
      <h2 className="govuk-heading-m" id="decide">
        Your decision
      </h2>
      <Form
        error={confirm.shown(act.error)}
        busy={act.isPending}
        prefix="decide"
        onSubmit={() => {
          if (!verb) return { verb: "Choose your decision" };
          if (!reason.trim()) return { reason: "Give your reasons" };
          if (confirm.wanted) return confirm.wanted;
          act.mutate(reason.trim());
        }}
      >
        <Radios
          name="verb"
          label="Decide"
          labelSize="s"
          choices={[
            { value: "approve", words: `Approve the award to ${shown.provider_name}`, hint: `${pounds(shown.yearly_value)} a year` },
            { value: "return", words: "Return it to whoever proposed it" },
          ]}
          value={verb}
          onChange={setVerb}
        />
        <TextArea name="reason" label="Reasons" labelSize="s" hint="Recorded with the decision." value={reason} onChange={setReason} />
        {confirm.field}
        <Submit busy={act.isPending}>{verb === "return" ? "Return it" : verb === "approve" ? "Approve the award" : "Decide"}</Submit>
      </Form>
    </section>
  );
}

function Review({ shown }: { shown: DirectAward }) {
  const id = shown.id;
  const after = useShown(id);
  const [outcome, setOutcome] = useState("");
  const [lastDay, setLastDay] = useState("");
  const [reason, setReason] = useState("");
  const confirm = useConfirm("review");
  const act = useAct(
    (body: { outcome: "confirmed" | "ended"; reason: string; last_day: string | null }, key) =>
      confirm.confirmed(() => must(api.POST("/api/direct-awards/{id}/review", { params: { path: { id } }, body, headers: keyed(key) }))),
    {
      onDone: (reviewed) => {
        after(reviewed);
        announce(reviewed.review === "ended" ? "Reviewed. The provider is told that the contract ends." : "Reviewed and confirmed.");
      },
    },
  );
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="review">
      <h2 className="govuk-heading-m" id="review">
        Review this urgent award
      </h2>
      <Form
        error={confirm.shown(act.error)}
        busy={act.isPending}
        prefix="review"
        onSubmit={() => {
          if (outcome !== "confirmed" && outcome !== "ended") return { outcome: "Choose what the review finds" };
          if (outcome === "ended" && !lastDay) return { last_day: "Enter the contract’s last day" };
          if (!reason.trim()) return { reason: "Give your reasons" };
          if (confirm.wanted) return confirm.wanted;
          act.mutate({ outcome, reason: reason.trim(), last_day: outcome === "ended" ? lastDay : null });
        }}
      >
        <Radios
          name="outcome"
          label="Was it right?"
          labelSize="s"
          choices={[
            { value: "confirmed", words: "Confirm it", hint: "It stands to the end of its term." },
            { value: "ended", words: "End it earlier" },
          ]}
          value={outcome}
          onChange={setOutcome}
        />
        {outcome === "ended" ? (
          <Input name="last_day" type="date" width={10} label="The contract’s last day" value={lastDay} onChange={setLastDay} />
        ) : null}
        <TextArea name="reason" label="Reasons" labelSize="s" hint="Recorded with the review." value={reason} onChange={setReason} />
        {confirm.field}
        <Submit busy={act.isPending}>Record the review</Submit>
      </Form>
    </section>
  );
}

function Approvers({ shown }: { shown: DirectAward }) {
  if (shown.approvers.length === 0) return null;
  return (
    <>
      <h2 className="govuk-heading-m">Who can approve it</h2>
      <ul className="fl-list">
        {shown.approvers.map((approver) => (
          <li key={approver.post_title} className="fl-card fl-card--single">
            <div>
              <h3 className="fl-card__title">
                {approver.post_title} {approver.can ? <Tag colour="green">Can approve</Tag> : <Tag colour="grey">Cannot</Tag>}
              </h3>
              <p className="govuk-body govuk-!-margin-bottom-2">
                {approver.holders.length > 0 ? `Held by ${approver.holders.join(", ")}` : "Nobody holds this post."}
              </p>
              {approver.why_not ? <p className="govuk-body">{approver.why_not}</p> : null}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

const typed = (words: string) => <span className="fl-typed">{words}</span>;

export default function DirectAwardPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(directAward(id))}>
      {(shown) => {
        const urgent = shown.route === "urgent";
        const waits = shown.state === "waiting" || (!!shown.review_due_on && !shown.review);
        return (
          <Page
            title={urgent ? "Urgent award" : "Award to the provider that the person chose"}
            caption={`${shown.reference}, ${shown.category_name}`}
            back={{ to: "/direct-awards", words: "Awards without bids" }}
          >
            <p className="fl-tags">
              <Tag colour={directStateColours[shown.state]}>{directStateWords[shown.state]}</Tag>
              {shown.review_due_on && !shown.review ? (
                <Tag colour={shown.overdue ? "red" : "yellow"}>{shown.overdue ? "Review overdue" : "Review due"}</Tag>
              ) : null}
              {shown.review ? <Tag colour="grey">{shown.review === "ended" ? "Ended by its review" : "Confirmed by its review"}</Tag> : null}
            </p>
            {waits && shown.can.length === 0 && shown.why_not ? <Inset>{shown.why_not}</Inset> : null}
            <SummaryList
              rows={[
                ["Provider", shown.provider_name],
                ["Its standing then", shown.standing ? standingWords[shown.standing] : "Has not asked to join"],
                shown.standing_reason ? ["Why it may be used", typed(shown.standing_reason)] : null,
                [
                  "Package",
                  <Link key="package" to={`/packages/${shown.package_id}`} className="govuk-link">
                    {shown.package_title}
                  </Link>,
                ],
                shown.preference ? ["What the person prefers", typed(shown.preference)] : null,
                [urgent ? "Why it cannot wait" : "Why it is in their best interests", typed(shown.reason)],
                ["Legal basis", typed(shown.basis)],
                ["Check of exclusion", typed(shown.exclusion_check)],
                ["Starts", longDay(shown.starts_on)],
                ["Term", weeksWords(shown.term_weeks)],
                [
                  "Value",
                  `${pounds(shown.weekly_value)} a week, ${pounds(shown.yearly_value)} a year, ${pounds(shown.contract_value)} for the term`,
                ],
                shown.budget
                  ? [
                      "Spend approved by members",
                      shown.budget.words,
                    ]
                  : null,
                ["Proposed by", <span key="by">{shown.proposed_by}, <When at={shown.proposed_at} /></span>],
                shown.decided_by && shown.decided_at
                  ? [
                      shown.state === "returned" ? "Returned by" : "Approved by",
                      <span key="decided">{shown.decided_by}, <When at={shown.decided_at} /></span>,
                    ]
                  : null,
                shown.decided_reason ? ["Their reasons", typed(shown.decided_reason)] : null,
                shown.review_due_on && !shown.review ? ["Review by", longDay(shown.review_due_on)] : null,
                shown.reviewed_by && shown.reviewed_at
                  ? ["Reviewed by", <span key="reviewed">{shown.reviewed_by}, <When at={shown.reviewed_at} /></span>]
                  : null,
                shown.review_reason ? ["What the review found", typed(shown.review_reason)] : null,
                shown.contract_id
                  ? [
                      "Contract",
                      <Link key="contract" to={`/contracts/${shown.contract_id}`} className="govuk-link">
                        {shown.reference}-C
                      </Link>,
                    ]
                  : null,
              ]}
            />
            <Table
              caption="Rates"
              columns={[{ label: "Line" }, { label: "Quantity" }, { label: "Rate", numeric: true }]}
              rows={shown.lines.map((line) => ({
                key: line.key,
                cells: [line.label, `${plain(line.quantity)} ${unitQuantity[line.unit]}`, `${pounds(line.rate)} ${unitRate[line.unit]}`],
              }))}
            />
            {shown.chain.length > 0 ? (
              <Details summary="The authority that it rests on">
                <ol className="govuk-list govuk-list--number">
                  {shown.chain.map((link, at) => (
                    <li key={at}>{link.words}</li>
                  ))}
                </ol>
              </Details>
            ) : null}
            {shown.can.includes("approve") ? <Decide shown={shown} /> : null}
            {shown.can.includes("review") ? <Review shown={shown} /> : null}
            <Approvers shown={shown} />
            <p className="govuk-body">
              <Link to={`/history/package/${shown.package_id}`} className="govuk-link">
                History of this package
              </Link>
            </p>
          </Page>
        );
      }}
    </Await>
  );
}
