import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { contract } from "../../api/queries";
import { LettersAbout } from "../../govuk/letters";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Inset, SummaryList, Table, When } from "../../govuk/show";
import { routeWords, standstillWords } from "../../govuk/ways";
import { weeksWords } from "../../words";

const LINK_WORDS = { decision: "Decision", delegation: "Delegation", holder: "Post and holder" } as const;

export default function ContractPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(contract(id))}>
      {(shown) => (
        <Page title={`Contract ${shown.reference}`} caption={shown.market_name} back={{ to: "/contracts", words: "Contracts" }}>
          {shown.standstill && !shown.entered_at ? <Inset>{standstillWords(shown.standstill)}</Inset> : null}
          {shown.ended_on ? <Inset>A review ended this contract: its last day is {longDay(shown.ended_on)}.</Inset> : null}
          <SummaryList
            rows={[
              ["Provider", shown.provider_name],
              ["Category", shown.category_name],
              ["Starts", longDay(shown.starts_on)],
              ["Initial term", weeksWords(shown.initial_term_weeks)],
              ["A week", pounds(shown.weekly_value)],
              ["A year", pounds(shown.yearly_value)],
              ["For the initial term", pounds(shown.initial_term_value)],
              ["Awarded", <When key="awarded" at={shown.awarded_at} long />],
              shown.entered_at && shown.entered_at !== shown.awarded_at
                ? ["Entered in the register", <When key="entered" at={shown.entered_at} long />]
                : null,
              ["Way", routeWords[shown.route]],
              shown.opportunity_id
                ? [
                    "From opportunity",
                    <Link key="opportunity" to={`/opportunities/${shown.opportunity_id}`} className="govuk-link">
                      {shown.opportunity_reference}
                    </Link>,
                  ]
                : null,
              shown.direct_award_id
                ? [
                    "From the award",
                    <Link key="direct" to={`/direct-awards/${shown.direct_award_id}`} className="govuk-link">
                      {shown.direct_award_reference}
                    </Link>,
                  ]
                : null,
              shown.approved_by ? ["Approved by", shown.approved_by] : null,
              shown.approval_reason ? ["Their reasons", <span key="why" className="fl-typed">{shown.approval_reason}</span>] : null,
            ]}
          />
          {shown.budget ? (
            <>
              <h2 className="govuk-heading-m">The money that members approved</h2>
              <Table
                caption="What this contract takes of it, by year"
                captionSize="s"
                columns={[{ label: "From" }, { label: "To" }, { label: "Borne by" }, { label: "Cost", numeric: true }]}
                rows={shown.budget.parts.map((part) => ({
                  key: part.begins_on,
                  cells: [longDay(part.begins_on), longDay(part.ends_on), part.budget ?? "No budget: it falls outside", pounds(part.amount)],
                }))}
              />
              {shown.budget.budgets.map((budget) => (
                <p className="govuk-body fl-prose" key={budget.id}>
                  {budget.title}, {budget.period}: {budget.figures}. {pounds(budget.committed)} is committed in all.
                </p>
              ))}
              <p className="govuk-body">
                <Link to={`/markets/${shown.budget.market_id}/budget`} className="govuk-link">
                  The budget
                </Link>
              </p>
            </>
          ) : null}
          {shown.rests_on.length > 0 ? (
            <>
              <h2 className="govuk-heading-m">What it rests on</h2>
              <ol className="fl-timeline fl-prose">
                {shown.rests_on.map((link, at) => (
                  <li key={at} className="govuk-body">
                    <p className="fl-quiet fl-small">{LINK_WORDS[link.kind]}</p>
                    <p>{link.words}</p>
                  </li>
                ))}
              </ol>
            </>
          ) : null}
          {shown.approved_by && shown.opportunity_id ? (
            <p className="govuk-body">
              <Link to={`/opportunities/${shown.opportunity_id}/record`} className="govuk-link">
                Why this award: the record, to read and to take away
              </Link>
            </p>
          ) : null}
          <LettersAbout about={`contract:${shown.id}`} />
          <p className="govuk-body">
            <Link to={`/history/contract/${shown.id}`} className="govuk-link">
              History of this contract
            </Link>
          </p>
        </Page>
      )}
    </Await>
  );
}
