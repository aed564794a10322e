import { queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { memo, type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { serverNow, useByClock } from "../../api/clock";
import { api, must } from "../../api/client";
import { markets, opportunities, useMe } from "../../api/queries";
import type { Me, OpportunityCard } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button } from "../../govuk/form";
import { count, longDay } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { AwaitList, Loading, Page } from "../../govuk/page";
import { Countdown, Counts, Empty, Tag, When } from "../../govuk/show";
import { ageWords, buysIn, canBid, interestWords, stageAt, stageColours, stageWords, unitQuantity } from "../../words";
import { type CategoryOffered, Filter, useFiltering } from "./Filter";
import { address, asked, type Base, type Filters, filtersOf, inWords, isFiltered, matches, nearness, NONE } from "./filters";
import "./opportunities.scss";

function MyState({ card, open }: { card: OpportunityCard; open: boolean }) {
  const mine = card.mine;
  if (!mine) return null;
  return (
    <>
      {mine.outcome === "won" ? <Tag colour="teal">You won</Tag> : null}
      {mine.outcome === "not_won" ? <Tag colour="grey">Not won</Tag> : null}
      {mine.outcome === "shortlisted" ? <Tag colour="purple">Shortlisted</Tag> : null}
      {mine.bid && !mine.bid.withdrawn && !mine.bid.unsettled ? <Tag colour="teal">Submitted, version {mine.bid.version}</Tag> : null}
      {mine.bid && !mine.bid.withdrawn && mine.bid.unsettled ? <Tag colour="orange">{open ? "Bid to confirm" : "Bid not confirmed"}</Tag> : null}
      {mine.bid?.withdrawn ? <Tag colour="grey">Bid withdrawn</Tag> : null}
      {open && mine.draft ? <Tag colour="orange">Draft, not submitted</Tag> : null}
      {open && !mine.bid && mine.interest === "will_bid" ? <Tag colour="purple">{interestWords.will_bid}</Tag> : null}
      {open && !mine.bid && mine.interest === "cannot_bid" ? <Tag colour="grey">{interestWords.cannot_bid}</Tag> : null}
      {open && !mine.bid && !mine.draft && mine.interest === "seen" ? <Tag colour="grey">{interestWords.seen}</Tag> : null}
      {open && !mine.interest && !mine.bid && !mine.draft ? <Tag colour="yellow">New to you</Tag> : null}
    </>
  );
}

/** Rendered again when it is another card or the clock has reached its deadline, and not for what happens to others. */
const Card = memo(function Card({ card, fresh, bases }: { card: OpportunityCard; fresh: boolean; bases: Base[] }) {
  const stage = useByClock((now) => stageAt(card, now));
  const near = nearness(card, bases);
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
        {stage === "open" && card.mine?.bid?.unsettled && !card.mine.bid.withdrawn ? (
          <p className="govuk-body govuk-!-margin-bottom-2">
            The advert was corrected: your bid does not count until you{" "}
            <Link to={`/opportunities/${card.id}#your-bid`} className="govuk-link">
              confirm or revise it<span className="govuk-visually-hidden">, {card.reference}</span>
            </Link>
          </p>
        ) : null}
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
          {near ? <li>{near}</li> : null}
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
});

/** Opportunities published since this person last looked wait behind a button, so that the list
 *  does not move under the finger or the reading voice. */
function Live({ cards, bases, found }: { cards: OpportunityCard[]; bases: Base[]; found: (shown: number) => ReactNode }) {
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
      {found(shown.length)}
      <ul className="fl-list fl-list--long">
        {shown.map((card) => (
          <Card key={card.id} card={card} bases={bases} fresh={Date.parse(card.published_at) > freshFrom} />
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

/** What the page and its filters take from the provider's spare hours: its categories and its bases */
const capacityQuery = queryOptions({ queryKey: ["capacity"], queryFn: () => must(api.GET("/api/capacity")) });

/** The categories that can be looked for, and one's bases: a provider's own, or those of the markets that an officer's authority uses */
function useOwn(me: Me | null | undefined): { categories: CategoryOffered[]; bases: Base[]; asking: boolean } {
  const { data: capacity, isLoading: asking } = useQuery({ ...capacityQuery, enabled: !!me?.provider });
  const used = useQuery({ ...markets, enabled: !!me?.officer }).data;
  return useMemo(() => {
    const bought = (used ?? []).filter((market) => buysIn(me, market));
    return {
      categories: [
        ...(capacity?.categories ?? []).map((one) => ({ id: one.id, words: `${one.market_name}: ${one.name}` })),
        ...bought.flatMap((market) => market.categories.map((one) => ({ id: one.id, words: `${market.name}: ${one.name}` }))),
      ],
      bases: capacity?.bases ?? [],
      asking,
    };
  }, [me, capacity, asking, used]);
}

/** How many there are, seen and heard: said once for what is looked for, however the list moves afterwards */
function Found({ shown, filters, more, settled, categories }: { shown: number; filters: Filters; more: boolean; settled: boolean; categories: CategoryOffered[] }) {
  const filter = useFiltering();
  const line = useRef<HTMLParagraphElement>(null);
  const said = useRef("");
  const sought = inWords(filters, categories.find((one) => one.id === filters.category)?.words);
  const filtered = isFiltered(filters);
  const many = more ? `${shown} so far` : count(shown, "opportunity", "opportunities");
  const key = JSON.stringify(filters);
  useEffect(() => {
    if (!settled || said.current === key) return;
    // That nothing is looked for is no news when the page opens.
    if (filtered || said.current) announce(`${many} found.`);
    said.current = key;
  }, [settled, key, filtered, many]);
  if (!filtered) return <p ref={line} tabIndex={-1} className="govuk-visually-hidden">{many} found</p>;
  return (
    <div className="fl-found">
      <p className="govuk-body govuk-!-margin-bottom-2" ref={line} tabIndex={-1}>
        <strong>{many} found</strong>: {sought}.{more ? " “Show more” looks further." : ""}
      </p>
      <Button
        kind="secondary"
        onClick={() => {
          filter(NONE);
          document.querySelector("h1")?.focus();
        }}
      >
        Clear filters
      </Button>
    </div>
  );
}

export default function BoardPage() {
  const me = useMe();
  const [search] = useSearchParams();
  const show = search.get("show") === "closed" ? "closed" : "live";
  const filters = filtersOf(search);
  const filtered = isFiltered(filters);
  const own = useOwn(me);
  // What was shown stays until what is looked for is there, so that the page does not jump.
  const list = useInfiniteQuery({
    ...opportunities(show, filtered ? asked(filters) : undefined),
    placeholderData: (before, query) => (query?.queryKey[1] === show ? before : undefined),
  });
  const kept = filtered ? `&${new URLSearchParams(address(filters))}` : "";
  // Cards say how near a place is: they come when that is known.
  const asking = useDeferredValue(own.asking);
  if (asking) return <Loading />;
  return (
    <AwaitList query={list} key={show}>
      {(all) => {
        const cards = filtered ? all.filter((card) => matches(card, filters, own.bases)) : all;
        const found = (shown: number) => (
          <>
            <Found shown={shown} filters={filters} more={!!list.hasNextPage} settled={!list.isPlaceholderData} categories={own.categories} />
            {shown > 0 || cards.length > 0 ? null : filtered ? (
              <Empty>{show === "live" ? "Nothing open" : "Nothing closed"} fits these filters{list.hasNextPage ? " so far" : ""}.</Empty>
            ) : show === "live" ? (
              <Empty>Nothing is open just now. A new opportunity appears here the moment it is advertised.</Empty>
            ) : (
              <Empty>None has closed yet.</Empty>
            )}
          </>
        );
        return (
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
            <ul className="fl-choices">
              <li>
                {show === "live" ? (
                  <Link to={`/opportunities?show=closed${kept}`} className="govuk-link">
                    See those that have closed
                  </Link>
                ) : (
                  <Link to={filtered ? `/opportunities?${kept.slice(1)}` : "/opportunities"} className="govuk-link">
                    See those that are live
                  </Link>
                )}
              </li>
              {canBid(me) ? (
                <li>
                  <Link to="/alerts" className="govuk-link">
                    Your alerts
                  </Link>
                </li>
              ) : null}
            </ul>
            <Filter filters={filters} categories={own.categories} bases={own.bases} isProvider={!!me?.provider} />
            {show === "live" ? (
              <Live cards={cards} bases={own.bases} found={found} />
            ) : (
              <>
                {me?.officer ? <Outcomes /> : null}
                {found(cards.length)}
                <ul className="fl-list fl-list--long">
                  {cards.map((card) => (
                    <Card key={card.id} card={card} bases={own.bases} fresh={false} />
                  ))}
                </ul>
              </>
            )}
          </Page>
        );
      }}
    </AwaitList>
  );
}
