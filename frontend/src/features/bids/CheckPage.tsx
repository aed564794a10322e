// The last look before a bid is sent, and the only place that sends one. It says at every moment whether the bid is in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, isStatus, keyed, must, Refused } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { opportunity as opportunityQuery, ownBid, savedDraft, useMe } from "../../api/queries";
import type { NewOffer, Opportunity, OwnBid } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit } from "../../govuk/form";
import { exactTime } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { priceOf } from "../../govuk/price";
import { Countdown, Inset, SummaryList, Warning } from "../../govuk/show";
import { canBid, stageAt } from "../../words";
import { deliver, type Heard, type Pending, type Sending } from "./sending";
import { ChangeLink, OfferShown, RECEIPT_TITLES } from "./shown";
import { blank, crossed, documentsOf, fromDraft, Keeper, newest, sameAsOffer, toOffer, type Typed } from "./typed";

/** While nothing is heard the server is asked again so often, in milliseconds; at once when the connection is back. */
const ASK_AGAIN = 3_000;

const untilOnline = () =>
  new Promise<void>((go) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      go();
    };
    const timer = setTimeout(done, ASK_AGAIN);
    window.addEventListener("online", done);
  });

/** An error of the server, or a session that ended on the way, says nothing of what became of the bid. */
const heardOf = (error: unknown): Heard =>
  error instanceof Refused && error.status < 500 && error.status !== 401 ? { what: "refused", error } : { what: "nothing" };

function useSending(id: string, keeper: Keeper, resumed: Pending | null) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [sending, setSending] = useState<Sending>({ state: "not_sent" });
  const here = useRef(true);
  const busy = useRef(false);

  const run = useCallback(
    async (pending: Pending, again: boolean) => {
      if (busy.current) return;
      busy.current = true;
      keeper.keepPending(pending);
      const path = { params: { path: { id } } };
      const known = await deliver(pending, again, {
        send: ({ offer, key }) =>
          must(api.POST("/api/opportunities/{id}/bid", { ...path, body: offer, headers: keyed(key) })).then(
            (receipt): Heard => ({ what: "receipt", receipt }),
            heardOf,
          ),
        ask: () =>
          must(api.GET("/api/opportunities/{id}/bid", path)).then(
            (bid): Heard => ({ what: "own", bid }),
            (error): Heard => (isStatus(error, 404) ? { what: "own", bid: null } : { what: "nothing" }),
          ),
        wait: untilOnline,
        show: setSending,
        isOpen: () => here.current,
      });
      busy.current = false;
      if (known.state === "sending" || known.state === "unknown") return;
      keeper.keepPending(null);
      if (known.state !== "in") {
        void cache.invalidateQueries({ queryKey: ["opportunity", id] });
        return;
      }
      keeper.forget();
      announce(`${RECEIPT_TITLES[known.receipt.act]}: version ${known.receipt.version}, received ${exactTime(known.receipt.received_at)}.`);
      void cache.invalidateQueries({ queryKey: ["opportunities"] });
      void cache.invalidateQueries({ queryKey: ["bids"] });
      await cache.invalidateQueries({ queryKey: ["opportunity", id] });
      if (here.current) navigate(`/opportunities/${id}/bid/receipt`, { replace: true, state: { fresh: true } });
    },
    [id, keeper, cache, navigate],
  );

  // What an earlier page sent and heard nothing of is asked about as soon as this one is there.
  useEffect(() => {
    here.current = true;
    if (resumed) void run(resumed, true);
    return () => {
      here.current = false;
    };
  }, [resumed, run]);

  return { sending, run };
}

function Known({ sending }: { sending: Sending }) {
  return (
    <div role="status">
      {sending.state === "sending" ? (
        <Inset>
          <p className="govuk-heading-m govuk-!-margin-bottom-0">Sending…</p>
        </Inset>
      ) : sending.state === "unknown" ? (
        <Inset className="fl-not-yet">
          <p className="govuk-heading-m govuk-!-margin-bottom-1">We do not know yet whether your bid is in: we are asking</p>
          <p className="govuk-body govuk-!-margin-bottom-0">
            The connection was lost while it was sent. This page asks by itself until the server answers, and never sends it twice. You need do
            nothing: if you close the page, open it again on this device and it goes on.
          </p>
        </Inset>
      ) : sending.state === "in" ? (
        <Inset>
          <p className="govuk-heading-m govuk-!-margin-bottom-0">
            Your bid is in: version {sending.receipt.version}, received {exactTime(sending.receipt.received_at)}
          </p>
        </Inset>
      ) : sending.state === "overtaken" ? (
        <Inset className="fl-not-yet">
          <p className="govuk-heading-m govuk-!-margin-bottom-1">What is on this page is not in</p>
          <p className="govuk-body govuk-!-margin-bottom-0">
            Your organisation’s bid was changed in the meantime: version {sending.version}, {exactTime(sending.at)}. Look at it before you send yours.
          </p>
        </Inset>
      ) : (
        <Inset className="fl-not-yet">
          <p className="govuk-heading-m govuk-!-margin-bottom-0">Not sent yet</p>
        </Inset>
      )}
    </div>
  );
}

function Price({ opportunity, offer }: { opportunity: Opportunity; offer: NewOffer }) {
  const price = priceOf(
    opportunity.quantities.map((line) => ({
      quantity: line.quantity,
      unit: line.unit,
      rate: offer.rates.find((rate) => rate.key === line.key)?.rate ?? "",
    })),
  );
  return (
    <SummaryList
      tight
      rows={[
        ["Price a week", pounds(price.weekly)],
        ["Price a year (52 weeks)", pounds(price.yearly)],
      ]}
    />
  );
}

function Check({ opportunity, bid, typed, keeper }: { opportunity: Opportunity; bid: OwnBid | null; typed: Typed; keeper: Keeper }) {
  const { id } = opportunity;
  const now = useServerNow();
  const [resumed] = useState(() => keeper.pending());
  const { sending, run } = useSending(id, keeper, resumed);
  const { offer: whole } = toOffer(opportunity, typed);
  const shown = sending.state === "sending" || sending.state === "unknown" ? sending.pending.offer : whole;
  const busy = sending.state === "sending" || sending.state === "unknown" || sending.state === "in";
  const standing = bid && !bid.withdrawn ? bid : null;
  const closed = stageAt(opportunity, now) !== "open";
  const change = busy ? undefined : (field: string, what: string, words?: string) => <ChangeLink id={id} field={field} what={what} words={words} />;

  if (!shown) {
    return (
      <>
        <Known sending={sending} />
        <p className="govuk-body">This bid is not complete yet.</p>
        <Link to={`/opportunities/${id}/bid`} className="govuk-link govuk-body">
          Go back and complete it
        </Link>
      </>
    );
  }
  if (standing && !busy && sending.state === "not_sent" && sameAsOffer(opportunity, typed, standing.offer)) {
    return (
      <>
        <Inset>
          <p className="govuk-heading-m govuk-!-margin-bottom-0">
            Your bid is in: version {standing.version}, received {exactTime(standing.submitted_at)}
          </p>
        </Inset>
        <p className="govuk-body">There is nothing new to send.</p>
        <Link to={`/opportunities/${id}/bid/receipt`} className="govuk-link govuk-body">
          See the receipt
        </Link>
      </>
    );
  }
  const limits = crossed(opportunity, typed);
  return (
    <>
      <Known sending={sending} />
      <Countdown to={opportunity.closes_at} />
      <Price opportunity={opportunity} offer={shown} />
      {limits.length > 0 ? (
        <Warning>
          {limits.join(" ")} Your bid is ranked only if the council accepts it as an exception.
        </Warning>
      ) : null}
      <OfferShown opportunity={opportunity} offer={shown} documents={[...Object.values(typed.attachments).flat(), ...documentsOf(null, bid)]} change={change} />
      <p className="govuk-body fl-prose">
        By submitting, you offer to provide this care at these rates from the day that you give. Your answers are marked without your name and without
        your price.
      </p>
      {closed && !busy ? (
        <Inset className="fl-not-yet">
          <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-0">
            Bidding has closed. {standing ? "What you submitted stands." : "This bid was not submitted, and no longer can be."}
          </p>
        </Inset>
      ) : (
        <Form
          error={sending.state === "refused" ? sending.error : null}
          busy={busy}
          onSubmit={() => void run({ key: crypto.randomUUID(), offer: shown, before: bid?.version ?? 0 }, false)}
        >
          <div className="fl-button-row">
            <Submit busy={busy}>{standing ? "Submit the revised bid" : "Submit the bid"}</Submit>
            <span className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-0">
              Sealed until the deadline. You can revise or withdraw it until then.
            </span>
          </div>
        </Form>
      )}
    </>
  );
}

function WithDraft({ opportunity, bid }: { opportunity: Opportunity; bid: OwnBid | null }) {
  const me = useMe();
  const keeper = useMemo(() => new Keeper(me?.account_id ?? "", opportunity.id), [me?.account_id, opportunity.id]);
  const [kept] = useState(() => keeper.kept());
  const draft = useQuery({ ...savedDraft(opportunity.id), enabled: !kept && canBid(me) });
  if (!canBid(me)) return <p className="govuk-body">Only an administrator or a bidder of a provider can bid.</p>;
  if (kept) return <Check opportunity={opportunity} bid={bid} typed={{ ...blank(opportunity), ...kept.typed }} keeper={keeper} />;
  return (
    <Await query={draft}>
      {(saved) => {
        const from = newest(saved, bid);
        return <Check opportunity={opportunity} bid={bid} typed={from ? fromDraft(opportunity, from, documentsOf(saved, bid)) : blank(opportunity)} keeper={keeper} />;
      }}
    </Await>
  );
}

function WithBid({ opportunity }: { opportunity: Opportunity }) {
  // When the bid that is sent from here comes to be there, the page stays as it is.
  const bidden = !!opportunity.mine?.bid;
  const bid = useQuery({
    ...ownBid(opportunity.id),
    enabled: bidden,
    initialData: bidden ? undefined : null,
    initialDataUpdatedAt: 0,
  });
  return (
    <Page
      title="Check your bid before you submit it"
      caption={`${opportunity.reference}, ${opportunity.title}`}
      back={{ to: `/opportunities/${opportunity.id}/bid`, words: "Your bid" }}
    >
      <Await query={bid}>{(own) => <WithDraft opportunity={opportunity} bid={own} />}</Await>
    </Page>
  );
}

export default function CheckPage() {
  const { id = "" } = useParams();
  return <Await query={useQuery(opportunityQuery(id))}>{(opportunity) => <WithBid opportunity={opportunity} />}</Await>;
}
