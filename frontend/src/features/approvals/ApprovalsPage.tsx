import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { approvals } from "../../api/queries";
import type { ApprovalCard } from "../../api/types";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Empty, Tag, When } from "../../govuk/show";
import { Batch } from "./Batch";

function Card({ card }: { card: ApprovalCard }) {
  return (
    <li className="fl-card">
      <div>
        <h3 className="fl-card__title">
          <Link to={`/approvals/${card.opportunity_id}`} className="govuk-link">
            {card.title}
          </Link>{" "}
          {card.urgent ? <Tag colour="red">Urgent</Tag> : null} {card.escalated ? <Tag colour="orange">Went up</Tag> : null}
        </h3>
        <ul className="fl-facts">
          <li>{card.reference}</li>
          <li>To {card.provider_name}</li>
          <li>
            Recommended by {card.recommended_by}, <When at={card.recommended_at} />
          </li>
          {card.due_on ? <li>To be decided by {longDay(card.due_on)}</li> : null}
        </ul>
        {card.escalated ? (
          <p className="govuk-body fl-small govuk-!-margin-top-2 govuk-!-margin-bottom-0">It went up because: {card.escalated}</p>
        ) : null}
        {!card.mine && card.why_not ? (
          <p className="govuk-body fl-small govuk-!-margin-top-2 govuk-!-margin-bottom-0">{card.why_not}</p>
        ) : null}
      </div>
      <div className="fl-card__aside">
        <p className="govuk-body govuk-!-margin-bottom-0">
          <strong className="fl-number">{pounds(card.yearly_value)}</strong> a year
          <br />
          <span className="fl-quiet fl-small">{pounds(card.contract_value)} for the initial term</span>
        </p>
      </div>
    </li>
  );
}

export default function ApprovalsPage() {
  return (
    <Await query={useQuery(approvals)}>
      {(cards) => {
        const mine = cards.filter((card) => card.mine);
        const others = cards.filter((card) => !card.mine);
        return (
          <Page title="Approvals" lead="Recommendations that wait for a decision. Nobody decides what they drafted, marked, opened the prices of or recommended, nor for a provider in which they have an interest.">
            {cards.length === 0 ? <Empty>Nothing waits for a decision.</Empty> : null}
            {mine.length > 0 ? (
              <>
                <h2 className="govuk-heading-m">Yours to decide</h2>
                <ul className="fl-list">
                  {mine.map((card) => (
                    <Card key={card.opportunity_id} card={card} />
                  ))}
                </ul>
              </>
            ) : null}
            <Batch cards={mine.filter((card) => card.batch)} />
            {others.length > 0 ? (
              <>
                <h2 className="govuk-heading-m">Waiting for others</h2>
                <ul className="fl-list">
                  {others.map((card) => (
                    <Card key={card.opportunity_id} card={card} />
                  ))}
                </ul>
              </>
            ) : null}
            <p className="govuk-body govuk-!-margin-top-6">
              <Link to="/interests" className="govuk-link">
                Your register of interests
              </Link>
            </p>
          </Page>
        );
      }}
    </Await>
  );
}
