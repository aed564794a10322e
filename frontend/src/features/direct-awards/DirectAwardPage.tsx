import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { Approvers } from "../../govuk/approvers";
import { longDay } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { decisionColours, decisionWords } from "../../govuk/ways";
import { standingWords, unitQuantity, unitRate, weeksWords } from "../../words";
import { Decide, Review } from "./Decide";
import { directAward } from "./queries";

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
              <Tag colour={decisionColours[shown.state]}>{decisionWords[shown.state]}</Tag>
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
            <Approvers approvers={shown.approvers} />
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
