import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { approvals, markets, useMe } from "../../api/queries";
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

/** The schemes under which one's own authority approves, and who could approve under each */
function Schemes() {
  const me = useMe();
  const own = useQuery(markets).data?.filter((market) => market.authority_name === me?.officer?.authority_name) ?? [];
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="schemes">
      <h2 className="govuk-heading-s" id="schemes">
        Who may approve what
      </h2>
      <ul className="govuk-list">
        {own.map((market) => (
          <li key={market.id}>
            {market.name}:{" "}
            <Link to={`/markets/${market.id}/scheme`} className="govuk-link">
              scheme of delegation<span className="govuk-visually-hidden"> of {market.name}</span>
            </Link>
            ,{" "}
            <Link to={`/markets/${market.id}/approvers`} className="govuk-link">
              who could approve<span className="govuk-visually-hidden"> in {market.name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
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
            <p className="govuk-body">
              <Link to="/direct-awards" className="govuk-link">
                Awards without bids, and the reviews that are due
              </Link>
            </p>
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
            <Schemes />
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
