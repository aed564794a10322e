import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { useServerNow } from "../../api/clock";
import { enrolmentQueue, enrolments, useMe } from "../../api/queries";
import type { EnrolmentCard } from "../../api/types";
import { relative, weekdayDay } from "../../govuk/london";
import { AwaitList, Page } from "../../govuk/page";
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
          {!forProvider && undecided(card) ? <li>{card.owner ? `With ${card.owner}` : "Given to nobody"}</li> : null}
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

const QUEUES = {
  waiting: "All that wait",
  mine: "Given to me",
  nobodys: "Given to nobody",
  to_read: "For me to read",
} as const;
type Queue = keyof typeof QUEUES;

const nothing: Record<Queue, string> = {
  waiting: "No request waits for a decision.",
  mine: "No request that waits was given to you.",
  nobodys: "Every request that waits was given to somebody.",
  to_read: "Nobody has asked you to read a request.",
};

/** What waits is read by itself, so that it is never hidden behind what was decided long ago. */
function Waiting({ forProvider, now }: { forProvider: boolean; now: number }) {
  const [search] = useSearchParams();
  const asked = search.get("queue") ?? "";
  const queue: Queue = asked in QUEUES ? (asked as Queue) : "waiting";
  return (
    <section aria-labelledby="waiting">
      <h2 className="govuk-heading-m" id="waiting">
        Waiting for a decision
      </h2>
      {forProvider ? null : (
        <nav aria-label="Which requests">
          <ul className="fl-choices">
            {Object.entries(QUEUES).map(([one, words]) => (
              <li key={one}>
                <Link
                  to={one === "waiting" ? "/enrolments" : `/enrolments?queue=${one}`}
                  className="govuk-link govuk-link--no-visited-state"
                  aria-current={one === queue ? "page" : undefined}
                >
                  {words}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <AwaitList query={useInfiniteQuery(enrolmentQueue(queue))}>
        {(cards) => {
          const overdue = cards.filter((card) => card.overdue).length;
          return (
            <>
              {overdue > 0 && !forProvider ? (
                <p className="govuk-body">
                  <strong>{overdue === 1 ? "One is overdue." : `${overdue} are overdue.`}</strong> The commissioners were told.
                </p>
              ) : null}
              {cards.length > 0 ? (
                <ul className="fl-list">
                  {cards.map((card) => (
                    <Card key={card.id} {...{ card, forProvider, now }} />
                  ))}
                </ul>
              ) : (
                <p className="govuk-body fl-quiet">{nothing[queue]}</p>
              )}
            </>
          );
        }}
      </AwaitList>
    </section>
  );
}

export default function EnrolmentsPage() {
  const me = useMe();
  const forProvider = !!me?.provider;
  const now = useServerNow(30_000);
  return (
    <Page
      title={forProvider ? "Your standing" : "Enrolments"}
      lead={
        forProvider
          ? "Where you have asked to join, and where you are admitted."
          : "Requests to join your authority’s markets. What is due first is at the top."
      }
    >
      {forProvider ? (
        <p className="govuk-body">
          <Link to="/organisation" className="govuk-link">
            Your organisation’s numbers, and what public registers say of them
          </Link>
        </p>
      ) : (
        <ul className="govuk-list">
          <li>
            <Link to="/standings" className="govuk-link">
              Standings to look at: a second person, appeals and reviews
            </Link>
          </li>
          <li>
            <Link to="/concerns" className="govuk-link">
              Concerns from public registers
            </Link>
          </li>
        </ul>
      )}
      {forProvider ? <Unsent /> : null}
      <AwaitList query={useInfiniteQuery(enrolments)}>
        {(cards) => {
          const decided = cards.filter((card) => !undecided(card));
          if (cards.length === 0)
            return (
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
            );
          return (
            <>
              {!forProvider || cards.some(undecided) ? <Waiting forProvider={forProvider} now={now} /> : null}
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
            </>
          );
        }}
      </AwaitList>
    </Page>
  );
}
