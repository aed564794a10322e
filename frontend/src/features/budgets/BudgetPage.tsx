import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { marketBudget } from "../../api/queries";
import type { BudgetView } from "../../api/types";
import { count, longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Empty, SummaryList, Table, Tag, Warning, When } from "../../govuk/show";
import { capital } from "../../words";
import { Bar } from "./Bar";
import { Record } from "./Record";

const left = (amount: string | null | undefined) =>
  amount == null ? "No limit" : amount.startsWith("-") ? `${pounds(amount.slice(1))} over` : pounds(amount);

function Share({ share, warning }: { share: number; warning?: number | null }) {
  return warning ? <Tag colour={warning === 100 ? "red" : "orange"}>{`${share}%: warned at ${warning}%`}</Tag> : <>{share}%</>;
}

function Years({ budget }: { budget: BudgetView }) {
  return (
    <>
      {budget.years.map((year) => {
        const limit = year.cap ?? year.guide;
        if (!limit) return null;
        return (
          <div key={year.begins_on} className="govuk-body">
            <p className="govuk-!-margin-bottom-1">
              <strong>{year.words}</strong>
              <br />
              <span className="fl-quiet">
                {pounds(year.committed)} committed of {year.cap ? "at most" : "a guide of"} {pounds(limit)}
              </span>
            </p>
            <Bar limit={limit} committed={year.committed} waiting={year.waiting} what={year.words} />
          </div>
        );
      })}
      <p className="govuk-body fl-quiet fl-small">In the bars: committed is filled, waiting is grey, and a red line marks a limit that is passed.</p>
      <Table
        caption="By year"
        captionSize="s"
        wide
        columns={[
          { label: "Year" },
          ...(budget.cap_yearly ? [{ label: "Cap", numeric: true }] : []),
          ...(budget.guide_yearly ? [{ label: "Guide", numeric: true }] : []),
          { label: "Committed", numeric: true },
          { label: "Share", numeric: true },
          { label: "Left", numeric: true },
          { label: "Waiting", numeric: true },
          { label: "Forecast", numeric: true },
          { label: "Released", numeric: true },
          { label: "If all go on", numeric: true },
        ]}
        rows={budget.years.map((year) => ({
          key: year.begins_on,
          cells: [
            year.words,
            ...(budget.cap_yearly ? [pounds(year.cap)] : []),
            ...(budget.guide_yearly ? [pounds(year.guide)] : []),
            pounds(year.committed),
            year.share == null ? "–" : <Share key="share" share={year.share} warning={year.warning} />,
            left(year.left),
            pounds(year.waiting),
            year.forecast_over ? <strong key="forecast">{pounds(year.forecast)}, over</strong> : pounds(year.forecast),
            pounds(year.released),
            pounds(year.if_all_go_on),
          ],
        }))}
      />
      <Details summary="What the forecast says">
        <ul className="govuk-list govuk-list--bullet">
          {budget.forecast_words.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </Details>
    </>
  );
}

function Contracts({ budget }: { budget: BudgetView }) {
  if (budget.contracts.length === 0) return <Empty>No contract takes of this budget yet.</Empty>;
  return (
    <>
      <Table
        caption="Contracts that make it up"
        captionSize="s"
        wide
        columns={[
          { label: "Contract" },
          { label: "Provider" },
          { label: "Initial term" },
          { label: "From this budget", numeric: true },
          { label: "Outside every budget", numeric: true },
          { label: "By year" },
        ]}
        rows={budget.contracts.map((contract) => ({
          key: contract.id,
          cells: [
            <Link key="contract" to={`/contracts/${contract.id}`} className="govuk-link">
              {contract.reference}
            </Link>,
            contract.provider_name,
            `${longDay(contract.starts_on)} to ${longDay(contract.ends_on)}`,
            pounds(contract.within),
            pounds(contract.outside),
            <ul key="parts" className="govuk-list fl-small govuk-!-margin-bottom-0">
              {contract.parts.map((part) => (
                <li key={part.begins_on}>
                  {longDay(part.begins_on)} to {longDay(part.ends_on)}: {pounds(part.amount)}
                </li>
              ))}
            </ul>,
          ],
        }))}
      />
      {budget.contracts_count > budget.contracts.length ? (
        <p className="govuk-body">
          The newest {budget.contracts.length} of {budget.contracts_count} are shown.
        </p>
      ) : null}
    </>
  );
}

function Decisions({ budget }: { budget: BudgetView }) {
  return (
    <ol className="fl-timeline fl-prose">
      {budget.decisions.map((decision, at) => (
        <li key={at} className="govuk-body">
          <p className="fl-quiet fl-small">
            {decision.body && decision.taken_on ? `${decision.body}, ${longDay(decision.taken_on)}` : "The market’s definition"}
            {decision.body && !decision.public ? " (exempt)" : ""}
          </p>
          <p>
            <strong>{capital(decision.figures)}</strong>
          </p>
          {decision.title ? (
            <p>
              {decision.title}: {decision.reference}
            </p>
          ) : null}
          {decision.reason ? <p className="fl-typed">{decision.reason}</p> : null}
          {decision.document ? (
            <p>
              <a href={decision.document} className="govuk-link" rel="noreferrer">
                The paper or the minute<span className="govuk-visually-hidden"> of {decision.reference}</span>
              </a>
            </p>
          ) : null}
          {decision.recorded_by ? (
            <p className="fl-quiet fl-small">
              Recorded by {decision.recorded_by}, <When at={decision.recorded_at} />
            </p>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

function One({ market, budget }: { market: string; budget: BudgetView }) {
  return (
    <section aria-labelledby={`budget-${budget.id}`}>
      <h2 className="govuk-heading-m" id={`budget-${budget.id}`}>
        {budget.title}
      </h2>
      <p className="govuk-body fl-quiet">
        {budget.authority_name}, {budget.period}
        {budget.illustrative ? " (illustrative)" : ""}
      </p>
      {budget.warnings.map((words) => (
        <Warning key={words}>{words}</Warning>
      ))}
      {budget.cap ? <Bar limit={budget.cap} committed={budget.committed} waiting={budget.waiting} what="The whole period" /> : null}
      <SummaryList
        rows={[
          ["Approved", capital(budget.figures)],
          [
            "Committed",
            <span key="committed">
              {pounds(budget.committed)}
              {budget.share == null ? null : (
                <>
                  {" "}
                  <Share share={budget.share} warning={budget.warning} />
                </>
              )}
            </span>,
          ],
          ["Waiting for approval", pounds(budget.waiting)],
          budget.cap ? ["Left", left(budget.left)] : null,
          ["Outside every period", `${pounds(budget.outside)}, of contracts that outlive it`],
        ]}
      />
      <h3 className="govuk-heading-s">Year by year</h3>
      <Years budget={budget} />
      <h3 className="govuk-heading-s">{count(budget.contracts_count, "contract")}</h3>
      <Contracts budget={budget} />
      <h3 className="govuk-heading-s">Decisions that set it</h3>
      <Decisions budget={budget} />
      {budget.can_record ? (
        <Details summary="Record a new decision of members">
          <Record market={market} budget={budget} />
        </Details>
      ) : (
        <p className="govuk-body fl-prose">
          Past a cap nothing can be approved. Only {budget.set_by ?? "the body that set it"} can raise it, by a new decision, which a
          procurement officer records here.
        </p>
      )}
      <p className="govuk-body">
        <Link to={`/history/budget/${budget.id}`} className="govuk-link">
          History of this budget
        </Link>
      </p>
    </section>
  );
}

export default function BudgetPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(marketBudget(id))}>
      {(shown) => (
        <Page title="Budget" caption={shown.market_name} back={{ to: `/markets/${id}`, words: "The market" }}>
          {shown.budgets.length === 0 ? <Empty>Members have approved no sum for this market here, so none is held.</Empty> : null}
          {shown.budgets.map((budget) => (
            <One key={budget.id} market={id} budget={budget} />
          ))}
        </Page>
      )}
    </Await>
  );
}
