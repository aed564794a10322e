// Everything about standings that waits for officers: a second person, an answer, a review.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { standings } from "../../api/queries";
import type { StandingQueue } from "../../api/types";
import { Await, Page } from "../../govuk/page";
import { Empty, Tag, When } from "../../govuk/show";
import { standingColours, standingWords } from "../../words";

type Card = StandingQueue["appeals"][number];

function List({ id, title, due, cards }: { id: string; title: string; due: string; cards: Card[] }) {
  if (cards.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 className="govuk-heading-m" id={id}>
        {title} ({cards.length})
      </h2>
      <ul className="fl-list">
        {cards.map((card, at) => (
          <li className="fl-card" key={at}>
            <div>
              <span className="govuk-body fl-small fl-quiet">
                {card.market_name}: {card.category_name}
              </span>
              <h3 className="fl-card__title">
                <Link to={`/enrolments/${card.enrolment_id}/standing`} className="govuk-link">
                  {card.provider_name}
                </Link>
              </h3>
              <p className="govuk-body govuk-!-margin-bottom-1">{card.what}</p>
              {card.own ? <p className="govuk-body fl-small fl-quiet">You proposed this, so somebody else confirms it.</p> : null}
            </div>
            <div className="fl-card__aside">
              <span className="fl-tags">
                <Tag colour={standingColours[card.standing]}>{standingWords[card.standing]}</Tag>{" "}
                {card.overdue ? <Tag colour="red">Overdue</Tag> : null}
              </span>
              {card.due_at ? (
                <p className="govuk-body fl-small govuk-!-margin-top-1 govuk-!-margin-bottom-0">
                  {due} <When at={card.due_at} />
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function StandingsPage() {
  return (
    <Await query={useQuery(standings)}>
      {(queue) => (
        <Page
          title="Standings to look at"
          lead="What waits for a second person, for an answer, or for its review."
          back={{ to: "/enrolments", words: "Enrolments" }}
        >
          {queue.second_person.length + queue.appeals.length + queue.reviews.length === 0 ? <Empty>Nothing waits.</Empty> : null}
          <List id="second" title="For a second person" due="By or from" cards={queue.second_person} />
          <List id="appeals" title="Appeals" due="By" cards={queue.appeals} />
          <List id="reviews" title="To be reviewed" due="By" cards={queue.reviews} />
        </Page>
      )}
    </Await>
  );
}
