import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useServerNow } from "../../api/clock";
import { enrolments, enrolmentsWaiting, useMe } from "../../api/queries";
import type { EnrolmentCard } from "../../api/types";
import { relative, weekdayDay } from "../../govuk/london";
import { Await, AwaitList, Page } from "../../govuk/page";
import { Empty, Tag, When } from "../../govuk/show";
import { standingColours, standingWords } from "../../words";
import { applications } from "../../api/joining";

const undecided = (card: EnrolmentCard) => card.standing === "applied" || card.standing === "clarification";

function Card({ card, forProvider, now }: { card: EnrolmentCard; forProvider: boolean; now: number }) {
  return (
    <li className="fl-card">
      <div>
        <span className="govuk-body fl-small fl-quiet">{card.market_name}</span>
        <h3 className="fl-card__title">
          <Link to={`/enrolments/${card.id}`} className="govuk-link">
            {forProvider ? card.category_name : card.provider_name}
          </Link>
        </h3>
        <ul className="fl-facts">
          {forProvider ? null : <li>{card.category_name}</li>}
          <li>
            Received <When at={card.received_at} />
          </li>
        </ul>
      </div>
      <div className="fl-card__aside">
        <span className="fl-tags">
          <Tag colour={standingColours[card.standing]}>{standingWords[card.standing]}</Tag>{" "}
          {card.overdue ? <Tag colour="red">Overdue</Tag> : null}
        </span>
        <p className="govuk-body fl-small govuk-!-margin-top-1 govuk-!-margin-bottom-0">
          {undecided(card) ? (
            <>
              Decision due by {weekdayDay(card.decide_by_day)}
              <br />
              <span className="fl-quiet">{relative(card.decide_by, now)}</span>
            </>
          ) : card.decided_at ? (
            <>
              Decided <When at={card.decided_at} />
            </>
          ) : null}
        </p>
      </div>
    </li>
  );
}

/** Requests that are begun and not sent */
function Unsent() {
  const { data = [] } = useQuery(applications);
  if (data.length === 0) return null;
  return (
    <section aria-labelledby="unsent">
      <h2 className="govuk-heading-m" id="unsent">
        Being written ({data.length})
      </h2>
      <ul className="fl-list">
        {data.map((card) => (
          <li className="fl-card" key={card.category_id}>
            <div>
              <span className="govuk-body fl-small fl-quiet">{card.market_name}</span>
              <h3 className="fl-card__title">
                <Link to={`/markets/${card.market_id}/join/${card.category_id}`} className="govuk-link">
                  {card.category_name}
                </Link>
              </h3>
              <ul className="fl-facts">
                <li>
                  Begun <When at={card.begun_at} />
                </li>
              </ul>
            </div>
            <div className="fl-card__aside">
              <Tag colour="grey">Not sent</Tag>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What waits is read by itself, so that it is never hidden behind what was decided long ago. */
function AwaitBoth({ children }: { children: (waiting: EnrolmentCard[], all: EnrolmentCard[]) => ReactNode }) {
  const waiting = useQuery(enrolmentsWaiting);
  const all = useInfiniteQuery(enrolments);
  return <Await query={waiting}>{(due) => <AwaitList query={all}>{(cards) => children(due, cards)}</AwaitList>}</Await>;
}

export default function EnrolmentsPage() {
  const me = useMe();
  const forProvider = !!me?.provider;
  const now = useServerNow(30_000);
  return (
    <AwaitBoth>
      {(waiting, cards) => {
        const decided = cards.filter((card) => !undecided(card));
        return (
          <Page
            title={forProvider ? "Your standing" : "Enrolments"}
            lead={
              forProvider
                ? "Where you have asked to join, and where you are admitted."
                : "Requests to join your authority’s markets. What is due first is at the top."
            }
          >
            {forProvider ? null : (
              <p className="govuk-body">
                <Link to="/standings" className="govuk-link">
                  Standings to look at: a second person, appeals and reviews
                </Link>
              </p>
            )}
            {forProvider ? <Unsent /> : null}
            {waiting.length === 0 && decided.length === 0 ? (
              <Empty>
                {forProvider ? (
                  <>
                    You have not asked to join a market yet.{" "}
                    <Link to="/markets" className="govuk-link">
                      See the markets
                    </Link>
                  </>
                ) : (
                  "No provider has asked to join yet."
                )}
              </Empty>
            ) : null}
            {waiting.length > 0 ? (
              <section aria-labelledby="waiting">
                <h2 className="govuk-heading-m" id="waiting">
                  Waiting for a decision ({waiting.length})
                </h2>
                <ul className="fl-list">
                  {waiting.map((card) => (
                    <Card key={card.id} {...{ card, forProvider, now }} />
                  ))}
                </ul>
              </section>
            ) : null}
            {decided.length > 0 ? (
              <section aria-labelledby="decided">
                <h2 className="govuk-heading-m" id="decided">
                  Decided
                </h2>
                <ul className="fl-list">
                  {decided.map((card) => (
                    <Card key={card.id} {...{ card, forProvider, now }} />
                  ))}
                </ul>
              </section>
            ) : null}
          </Page>
        );
      }}
    </AwaitBoth>
  );
}
