import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { serverNow, useServerNow } from "../../api/clock";
import { api, must } from "../../api/client";
import { opportunities, useMe } from "../../api/queries";
import type { OpportunityCard } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button } from "../../govuk/form";
import { count, longDay } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { AwaitList, Page } from "../../govuk/page";
import { Countdown, Counts, Empty, Tag, When } from "../../govuk/show";
import { ageWords, interestWords, stageAt, stageColours, stageWords, unitQuantity } from "../../words";

function MyState({ card, open }: { card: OpportunityCard; open: boolean }) {
  const mine = card.mine;
  if (!mine) return null;
  return (
    <>
      {mine.outcome === "won" ? <Tag colour="teal">You won</Tag> : null}
      {mine.outcome === "not_won" ? <Tag colour="grey">Not won</Tag> : null}
      {mine.outcome === "shortlisted" ? <Tag colour="purple">Shortlisted</Tag> : null}
      {mine.bid && !mine.bid.withdrawn ? <Tag colour="teal">Bid submitted</Tag> : null}
      {mine.bid?.withdrawn ? <Tag colour="grey">Bid withdrawn</Tag> : null}
      {open && mine.draft ? <Tag colour="orange">Draft, not submitted</Tag> : null}
      {open && !mine.bid && mine.interest === "will_bid" ? <Tag colour="purple">{interestWords.will_bid}</Tag> : null}
      {open && !mine.bid && mine.interest === "cannot_bid" ? <Tag colour="grey">{interestWords.cannot_bid}</Tag> : null}
      {open && !mine.interest && !mine.bid ? <Tag colour="yellow">New to you</Tag> : null}
    </>
  );
}

function Card({ card, fresh }: { card: OpportunityCard; fresh: boolean }) {
  const now = useServerNow();
  const stage = stageAt(card, now);
  return (
    <li className={`fl-card${fresh ? " fl-fresh" : ""}`}>
      <div>
        <div className="fl-tags">
          {/* On the board of what is open, that it is open goes without saying. */}
          {stage === "open" ? null : <Tag colour={stageColours[stage]}>{stageWords[stage]}</Tag>}
          <MyState card={card} open={stage === "open"} />
        </div>
        <h2 className="fl-card__title">
          <Link to={`/opportunities/${card.id}`} className="govuk-link">
            {card.title}
          </Link>
        </h2>
        <ul className="fl-facts">
          <li>{card.reference}</li>
          <li>{card.category_name}</li>
          <li>
            {card.outward_code}, {ageWords(card.age_band)}
          </li>
          {card.quantities.map((line) => (
            <li key={line.key}>
              {plain(line.quantity)} {unitQuantity[line.unit]}
            </li>
          ))}
          <li>Starts {longDay(card.starts_on)}</li>
        </ul>
        {card.counts ? (
          <Counts
            items={[
              ["told", card.counts.told],
              ["seen", card.counts.seen],
              ["will bid", card.counts.will_bid],
              ["cannot bid", card.counts.cannot_bid],
              ["bids", card.counts.bids],
            ]}
          />
        ) : null}
      </div>
      <div className="fl-card__aside">
        {stage === "open" ? (
          <Countdown to={card.closes_at} />
        ) : (
          <p className="fl-countdown fl-quiet">
            Closed <When at={card.closes_at} />
          </p>
        )}
      </div>
    </li>
  );
}

/** Opportunities published since this person last looked wait behind a button, so that the list
 *  does not move under the finger or the reading voice. */
function Live({ cards }: { cards: OpportunityCard[] }) {
  const [since, setSince] = useState(serverNow);
  const [freshFrom, setFreshFrom] = useState(Infinity);
  const arrived = cards.filter((card) => Date.parse(card.published_at) > since);
  const shown = cards.filter((card) => Date.parse(card.published_at) <= since);
  const many = arrived.length;
  useEffect(() => {
    if (many > 0) announce(`${count(many, "new opportunity", "new opportunities")} on the board.`);
  }, [many]);
  return (
    <>
      {many > 0 ? (
        <Button
          onClick={() => {
            setFreshFrom(since);
            setSince(Math.max(serverNow(), ...arrived.map((card) => Date.parse(card.published_at))));
          }}
        >
          Show {count(many, "new opportunity", "new opportunities")}
        </Button>
      ) : null}
      {shown.length === 0 && many === 0 ? (
        <Empty>Nothing is open just now. A new opportunity appears here the moment it is advertised.</Empty>
      ) : null}
      <ul className="fl-list">
        {shown.map((card) => (
          <Card key={card.id} card={card} fresh={Date.parse(card.published_at) > freshFrom} />
        ))}
      </ul>
    </>
  );
}

/** How packages ended, whichever way they went */
function Outcomes() {
  const { data } = useQuery({ queryKey: ["outcomes"], queryFn: () => must(api.GET("/api/outcomes")) });
  if (!data) return null;
  return (
    <section className="fl-box" aria-label="How packages ended">
      <Counts
        items={[
          ["to the first", data.competed],
          ["to another bid", data.not_first],
          ["person’s choice", data.user_choice],
          ["urgent", data.urgent],
          ["Direct Payment", data.direct_payment],
          ["withdrawn", data.withdrawn],
          ["no bids", data.unfilled],
        ]}
      />
    </section>
  );
}

export default function BoardPage() {
  const me = useMe();
  const [search] = useSearchParams();
  const show = search.get("show") === "closed" ? "closed" : "live";
  const list = useInfiniteQuery(opportunities(show));
  return (
    <AwaitList query={list} key={show}>
      {(cards) => (
        <Page
          title={show === "live" ? "Opportunities" : "Closed opportunities"}
          lead={
            me?.provider
              ? show === "live"
                ? "In the categories where you are admitted. This page moves as councils do."
                : "In the categories where you are admitted, or where you bid."
              : "Who has seen each one, who will bid, and how many have. Never what: bids are sealed until the deadline."
          }
        >
          <p className="govuk-body">
            {show === "live" ? (
              <Link to="/opportunities?show=closed" className="govuk-link">
                See those that have closed
              </Link>
            ) : (
              <Link to="/opportunities" className="govuk-link">
                See those that are live
              </Link>
            )}
          </p>
          {show === "live" ? (
            <Live cards={cards} />
          ) : (
            <>
              {me?.officer ? <Outcomes /> : null}
              {cards.length === 0 ? <Empty>None has closed yet.</Empty> : null}
              <ul className="fl-list">
                {cards.map((card) => (
                  <Card key={card.id} card={card} fresh={false} />
                ))}
              </ul>
            </>
          )}
        </Page>
      )}
    </AwaitList>
  );
}
