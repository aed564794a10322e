import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { DirectAwardCard } from "../../api/types";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { AwaitList, Page } from "../../govuk/page";
import { Empty, Tag } from "../../govuk/show";
import { routeWords } from "../../govuk/ways";
import { weeksWords } from "../../words";
import { directAwards, directStateColours, directStateWords, reviews } from "./words";

function Review({ card }: { card: DirectAwardCard }) {
  if (!card.review_due_on) return null;
  if (card.review) return <Tag colour="grey">{card.review === "confirmed" ? "Reviewed: confirmed" : "Reviewed: ended"}</Tag>;
  return <Tag colour={card.overdue ? "red" : "yellow"}>{card.overdue ? "Review overdue" : "Review due"}</Tag>;
}

function Card({ card }: { card: DirectAwardCard }) {
  return (
    <li className="fl-card">
      <div>
        <div className="fl-tags">
          <Tag colour={directStateColours[card.state]}>{directStateWords[card.state]}</Tag>
          <Review card={card} />
        </div>
        <h3 className="fl-card__title">
          <Link to={`/direct-awards/${card.id}`} className="govuk-link">
            {card.reference} to {card.provider_name}
          </Link>
        </h3>
        <ul className="fl-facts">
          <li>{routeWords[card.route]}</li>
          <li>{card.category_name}</li>
          <li>Starts {longDay(card.starts_on)}</li>
          <li>{weeksWords(card.term_weeks)}</li>
          {card.review_due_on && !card.review ? <li>Review by {longDay(card.review_due_on)}</li> : null}
        </ul>
      </div>
      <div className="fl-card__aside">
        <p className="govuk-body govuk-!-margin-bottom-0">
          <strong className="fl-number">{pounds(card.yearly_value)}</strong> a year
          <br />
          <span className="fl-quiet fl-small">{pounds(card.contract_value)} for the term</span>
        </p>
      </div>
    </li>
  );
}

export default function DirectAwardsPage() {
  const due = useQuery(reviews).data ?? [];
  return (
    <AwaitList query={useInfiniteQuery(directAwards)}>
      {(cards) => (
        <Page
          title="Awards without bids"
          lead="To the provider that a person chose, or urgently and for a short time. Each is approved under the scheme of delegation."
        >
          {due.length > 0 ? (
            <>
              <h2 className="govuk-heading-m">Reviews due</h2>
              <ul className="fl-list">
                {due.map((card) => (
                  <Card key={card.id} card={card} />
                ))}
              </ul>
            </>
          ) : null}
          <h2 className="govuk-heading-m">{due.length > 0 ? "All of them" : "Newest first"}</h2>
          {cards.length === 0 ? <Empty>None has been proposed. One begins from a package’s page.</Empty> : null}
          <ul className="fl-list">
            {cards.map((card) => (
              <Card key={card.id} card={card} />
            ))}
          </ul>
        </Page>
      )}
    </AwaitList>
  );
}
