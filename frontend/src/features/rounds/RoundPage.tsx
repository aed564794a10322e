import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { serverNow, useByClock, useServerNow } from "../../api/clock";
import { round as roundQuery } from "../../api/queries";
import type { LineRate, OwnRound, Round, RoundForOfficers } from "../../api/types";
import { announce } from "../../govuk/announce";
import { type FieldErrors, Form, Input, Submit, TextArea } from "../../govuk/form";
import { Improvements } from "../../govuk/improvements";
import { count, countdown, duration, exactTime, fromLondon, longTime, toLondon } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { lineWeekly, parseAmount, priceOf, wireAmount } from "../../govuk/price";
import { Details, Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { unitQuantity, unitRate } from "../../words";
import { RoundTermsShown } from "./Announced";
import { roundColours, roundWords } from "./words";

function useShown(id: string) {
  const cache = useQueryClient();
  return (shown: Round) => {
    cache.setQueryData(roundQuery(id).queryKey, shown);
    void cache.invalidateQueries({ queryKey: ["opportunity", id, "ranking"] });
    void cache.invalidateQueries({ queryKey: ["opportunity", id, "bid"] });
  };
}

/** In one quiet colour to the end: nobody is to be hurried. A timer is not read aloud as it changes. */
function Left({ to }: { to: string }) {
  const words = useByClock((now) => (Date.parse(to) > now ? countdown(to, now).words : ""));
  return (
    <p className="govuk-body govuk-!-font-size-27 govuk-!-margin-bottom-2">
      {words ? (
        <>
          Time left: <strong role="timer">{words}</strong>
        </>
      ) : (
        "The round has closed"
      )}
    </p>
  );
}

/** The times of the round, by the server's clock; read again when it is to open or to close. */
function Times({ shown }: { shown: Round }) {
  const cache = useQueryClient();
  const { opportunity_id: id, opens_at, closes_at, stage } = shown;
  const turns = stage === "invited" ? opens_at : stage === "open" ? closes_at : null;
  useEffect(() => {
    if (!turns) return;
    // A timer of a browser reaches 24 days; a round is invited to at most 30 days ahead, and no page stays open so long.
    const wait = Math.min(Date.parse(turns) - serverNow() + 250, 2_000_000_000);
    const timer = setTimeout(() => void cache.invalidateQueries({ queryKey: roundQuery(id).queryKey }), Math.max(250, wait));
    return () => clearTimeout(timer);
  }, [cache, id, turns]);
  if (!opens_at || !closes_at) return null;
  return (
    <section className="fl-box" aria-label="Time">
      {stage === "open" ? <Left to={closes_at} /> : null}
      {stage === "invited" ? (
        <p className="govuk-body">
          It opens <When at={opens_at} long />
        </p>
      ) : null}
      {stage === "invited" || stage === "open" ? (
        <p className="govuk-body fl-small govuk-!-margin-bottom-0">
          It ends at {longTime(closes_at)} unless somebody improves in the last minutes, and at{" "}
          {shown.latest_at ? longTime(shown.latest_at) : ""} at the latest.
        </p>
      ) : null}
      {stage === "closed" ? <p className="govuk-body govuk-!-margin-bottom-0">It closed at {longTime(closes_at)}.</p> : null}
      {stage === "paused" ? (
        <p className="govuk-body govuk-!-margin-bottom-0">
          The clock stands still. The time that is lost is given back to everybody when the round goes on.
        </p>
      ) : null}
    </section>
  );
}

/** The lines that can be improved, each with what was typed or its own rate, and what is wrong before the server says so */
function useTyped(shown: Round) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const movable = shown.lines.filter((line) => line.step && line.rate);
  const rates: LineRate[] = [];
  const wrong: FieldErrors = {};
  let lowered = 0;
  for (const [at, line] of movable.entries()) {
    const own = line.rate ?? "";
    const words = typed[line.key]?.trim() || own;
    const rate = wireAmount(words);
    rates.push({ key: line.key, rate: rate ?? "" });
    const amount = parseAmount(words);
    if (amount === parseAmount(own)) continue;
    lowered += 1;
    const field = `rates.${at}.rate`;
    if (!rate || !amount) wrong[field] = `${line.label}: enter a rate in pounds and pence, such as ${line.highest ?? own}`;
    else if (line.highest && amount > parseAmount(line.highest)!)
      wrong[field] = `${line.label}: enter ${pounds(line.highest)} or less, or leave it empty`;
    else if (line.floor && amount < parseAmount(line.floor)!)
      wrong[field] = `${line.label}: enter ${pounds(line.floor)} or more. Below that no bid is helped`;
  }
  if (lowered === 0) wrong["rates.0.rate"] = "Enter at least one lower rate";
  const price = priceOf(
    shown.lines.map((line) => ({ quantity: line.quantity, unit: line.unit, rate: typed[line.key]?.trim() || line.rate || "" })),
  );
  return { movable, typed, setTyped, rates, wrong, price };
}

function Improve({ shown, mine }: { shown: Round; mine: OwnRound }) {
  const shownNow = useShown(shown.opportunity_id);
  const { movable, typed, setTyped, rates, wrong, price } = useTyped(shown);
  const now = useServerNow();
  const wait = mine.next_at ? Date.parse(mine.next_at) - now : 0;
  const act = useAct(
    (body: { rates: LineRate[] }, key) =>
      must(
        api.POST("/api/opportunities/{id}/round/improve", {
          params: { path: { id: shown.opportunity_id } },
          body,
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        setTyped({});
        shownNow(after);
        announce(`Your new prices are received. You are number ${after.mine?.rank}.`);
      },
    },
  );
  return (
    <section aria-labelledby="improve">
      <h2 className="govuk-heading-m" id="improve">
        Improve your prices
      </h2>
      <p className="govuk-body fl-prose">
        Fill in only the rates that you lower. A lower price cannot be taken back. You can improve {count(mine.revisions_left, "more time", "more times")}.
      </p>
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (Object.keys(wrong).length > 0) return wrong;
          act.mutate({ rates });
        }}
      >
        {movable.map((line, at) => {
          const weekly = lineWeekly({ quantity: line.quantity, unit: line.unit, rate: typed[line.key]?.trim() || line.rate || "" });
          return (
            <div key={line.key} className="govuk-!-margin-bottom-4">
              <Input
                name={`rates.${at}.rate`}
                label={line.label}
                labelSize="s"
                hint={
                  <>
                    Now {pounds(line.rate)}, {plain(line.quantity)} {unitQuantity[line.unit]}.{" "}
                    {line.highest ? (
                      <>
                        To improve it, enter {pounds(line.highest)} or less
                        {line.floor ? `, and no less than ${pounds(line.floor)}` : ""}.
                      </>
                    ) : (
                      "It can go no lower."
                    )}
                  </>
                }
                prefix="£"
                suffix={unitRate[line.unit]}
                width={5}
                numeric
                readOnly={!line.highest}
                value={typed[line.key] ?? ""}
                onChange={(value) => setTyped((before) => ({ ...before, [line.key]: value }))}
              />
              {weekly ? <p className="govuk-body fl-small fl-quiet">{pounds(weekly)} a week</p> : null}
            </div>
          );
        })}
        <p className="fl-sum">
          <span>All lines, a week</span> <strong>{pounds(price.weekly)}</strong>
        </p>
        <p className="govuk-body fl-small fl-quiet">Now {pounds(mine.weekly_price)} a week.</p>
        {wait > 0 ? (
          <p className="govuk-body">You can improve again in {duration(Math.max(wait, 1000))}.</p>
        ) : (
          <Submit busy={act.isPending}>Send the lower prices</Submit>
        )}
      </Form>
    </section>
  );
}

function Mine({ shown, mine }: { shown: Round; mine: OwnRound }) {
  const { stage } = shown;
  return (
    <>
      <section className="fl-box fl-box--wash" aria-labelledby="place">
        <h2 className="govuk-heading-m" id="place">
          Your place
        </h2>
        <p className="govuk-body govuk-!-font-size-27 govuk-!-margin-bottom-2" role="status">
          You are number <strong>{mine.rank}</strong>
          {mine.bidders ? ` of ${mine.bidders}` : ""}
        </p>
        <p className="govuk-body govuk-!-margin-bottom-0">
          Your price is <strong>{pounds(mine.weekly_price)}</strong> a week.
        </p>
      </section>
      {stage === "open" ? (
        mine.may_improve ? (
          <Improve shown={shown} mine={mine} />
        ) : mine.revisions_left === 0 ? (
          <Inset>You have improved as often as the terms allow. Your last prices stand.</Inset>
        ) : (
          <Inset>You get no new work in this category for now, so you cannot improve. Your bid is kept.</Inset>
        )
      ) : null}
      {mine.revisions.length > 0 ? (
        <Table
          caption="Your improvements"
          columns={[{ label: "Number" }, { label: "Received" }, { label: "A week", numeric: true }, { label: "Your place then", numeric: true }]}
          rows={mine.revisions.map((revision) => ({
            key: String(revision.number),
            cells: [revision.number, exactTime(revision.made_at), pounds(revision.weekly_price), revision.rank],
          }))}
        />
      ) : null}
      <h2 className="govuk-heading-m">Your result before the round</h2>
      <SummaryList
        rows={[
          ["Place", mine.first.rank],
          ...mine.marks.map((mark): [string, string] => [mark.name, `${plain(mark.mark)} of ${plain(mark.mark_max)}`]),
          ["Quality score", plain(mine.first.quality)],
          mine.first.price ? ["Price score", plain(mine.first.price)] : null,
          mine.first.total ? ["Total", plain(mine.first.total)] : null,
          ["Price a week", pounds(mine.first.weekly_price)],
        ]}
      />
    </>
  );
}

function Invite({ shown, officers }: { shown: Round; officers: RoundForOfficers }) {
  const shownNow = useShown(shown.opportunity_id);
  const earliest = officers.earliest_opens_at;
  const [opens, setOpens] = useState(() => toLondon(earliest ? Math.ceil((Date.parse(earliest) + 300_000) / 900_000) * 900_000 : serverNow()));
  const act = useAct(
    (opens_at: string, key) =>
      must(
        api.POST("/api/opportunities/{id}/round", {
          params: { path: { id: shown.opportunity_id } },
          body: { opens_at },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        shownNow(after);
        announce("The bidders are invited.");
      },
    },
  );
  return (
    <section className="fl-box" aria-labelledby="invite">
      <h2 className="govuk-heading-m" id="invite">
        Invite the bidders
      </h2>
      <p className="govuk-body fl-prose">
        All {officers.admissible} whose bids are admissible are invited at once, by email, each with its own marks, scores and place.
        They have at least two working days’ notice.
      </p>
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          const opens_at = fromLondon(opens.day, opens.time);
          if (!opens_at) return { opens_at: "Enter the day and the time at which the round opens" };
          act.mutate(opens_at);
        }}
      >
        <Input
          name="opens_at"
          type="date"
          width={10}
          label="The round opens on"
          hint={earliest ? `At ${longTime(earliest)} at the earliest` : undefined}
          value={opens.day}
          onChange={(day) => setOpens((before) => ({ ...before, day }))}
        />
        <Input name="opens_at_time" type="time" width={10} label="At (London time)" value={opens.time} onChange={(time) => setOpens((before) => ({ ...before, time }))} />
        <Submit busy={act.isPending}>Invite {count(officers.admissible, "bidder")}</Submit>
      </Form>
    </section>
  );
}

function Pause({ shown }: { shown: Round }) {
  const shownNow = useShown(shown.opportunity_id);
  const [reason, setReason] = useState("");
  const act = useAct(
    (why: string, key) =>
      must(
        api.POST("/api/opportunities/{id}/round/pause", {
          params: { path: { id: shown.opportunity_id } },
          body: { reason: why },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        shownNow(after);
        announce("The round is paused for everybody.");
      },
    },
  );
  return (
    <Details summary="Pause the round">
      <p className="govuk-body">For a fault alone. It is paused for every bidder, who are told why, and the time is given back.</p>
      <Form
        prefix="pause"
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!reason.trim()) return { reason: "Enter why it is paused" };
          act.mutate(reason.trim());
        }}
      >
        <TextArea name="reason" label="Why it is paused" hint="Bidders read this: no names and no prices." rows={2} value={reason} onChange={setReason} />
        <Submit kind="warning" busy={act.isPending}>
          Pause
        </Submit>
      </Form>
    </Details>
  );
}

function Resume({ shown }: { shown: Round }) {
  const shownNow = useShown(shown.opportunity_id);
  const act = useAct(
    (_: null, key) =>
      must(
        api.POST("/api/opportunities/{id}/round/resume", {
          params: { path: { id: shown.opportunity_id } },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        shownNow(after);
        announce("The round goes on.");
      },
    },
  );
  return (
    <Form error={act.error} busy={act.isPending} onSubmit={() => act.mutate(null)}>
      <Submit busy={act.isPending}>Let the round go on</Submit>
    </Form>
  );
}

function Officers({ shown, officers }: { shown: Round; officers: RoundForOfficers }) {
  return (
    <>
      {officers.can.includes("invite") ? <Invite shown={shown} officers={officers} /> : null}
      {shown.stage === "announced" && !officers.can.includes("invite") ? (
        <Inset>
          {officers.admissible < 2
            ? "Fewer than two bids are admissible, so no round is held: an award can be recommended without one."
            : "A commissioner invites the bidders once prices are open and none is in question."}
        </Inset>
      ) : null}
      {officers.can.includes("resume") ? <Resume shown={shown} /> : null}
      {officers.bidders.length > 0 ? <Improvements bidders={officers.bidders} /> : null}
      {officers.can.includes("pause") ? <Pause shown={shown} /> : null}
    </>
  );
}

function Shown({ shown }: { shown: Round }) {
  return (
    <Page
      title="Ranking round"
      caption={`${shown.reference}, ${shown.title}`}
      back={{ to: `/opportunities/${shown.opportunity_id}`, words: "The opportunity" }}
    >
      <p className="fl-tags">
        <Tag colour={roundColours[shown.stage]}>{roundWords[shown.stage]}</Tag>
      </p>
      {shown.stage === "paused" && shown.paused_reason ? (
        <Inset>
          <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">Paused for everybody</p>
          <span className="fl-typed">{shown.paused_reason}</span>
        </Inset>
      ) : null}
      <Times shown={shown} />
      {shown.mine ? <Mine shown={shown} mine={shown.mine} /> : null}
      {shown.officers ? <Officers shown={shown} officers={shown.officers} /> : null}
      {!shown.mine && !shown.officers && shown.stage !== "announced" ? (
        <p className="govuk-body">Those whose bids were admissible take part.</p>
      ) : null}
      <h2 className="govuk-heading-m">The terms that were announced</h2>
      <RoundTermsShown terms={shown.terms} lines={shown.lines} />
      <p className="govuk-body fl-prose">{shown.formula_words} Quality scores do not change in the round.</p>
    </Page>
  );
}

export default function RoundPage() {
  const { id = "" } = useParams();
  return <Await query={useQuery(roundQuery(id))}>{(shown) => <Shown shown={shown} />}</Await>;
}
