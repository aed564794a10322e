import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Link, Navigate, useLocation, useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { opportunity as opportunityQuery, ownBid, savedDraft, useMe } from "../../api/queries";
import type { Criterion, Document, LineTerms, Opportunity, OwnAnswers, OwnBid, Receipt } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Input, Submit, TextArea, Button } from "../../govuk/form";
import { exactTime, longDay, longTime, shortTime } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, Loading, Page } from "../../govuk/page";
import { Countdown, Details, Inset, Tag } from "../../govuk/show";
import { Descriptors, rateWords, referenceWords } from "../../govuk/terms";
import { canBid, stageAt, unitQuantity, unitRate } from "../../words";
import { type Saving, useAutosave } from "./autosave";
import { Attachments } from "./Attachments";
import { EarlierAnswers } from "./Earlier";
import { ownAnswers } from "./queries";
import { OfferShown, RECEIPT_TITLES, ReceiptRows } from "./shown";
import { lineWeekly, priceOf } from "../../govuk/price";
import { ANSWER_MAX, asked, blank, crossed, documentsOf, fromDraft, Keeper, newest, sameAsOffer, toOffer, type Typed, withEarlier } from "./typed";

function SavedLine({ saving }: { saving: Saving }) {
  const words = {
    nothing: "",
    waiting: "Saving…",
    saved: saving.state === "saved" && saving.at ? `Draft saved ${shortTime(saving.at)}` : "Draft saved",
    offline: "Not saved yet: we cannot reach Fairlot. What you typed is kept on this device.",
    conflict: "Not saved: somebody else changed this draft.",
    refused: saving.state === "refused" ? `Not saved: ${saving.words}` : "",
  }[saving.state];
  return <p className="govuk-body fl-small fl-quiet">{words ? `${words}${/[.…]$/.test(words) ? "" : "."}` : "Your draft is saved as you type."} A copy is kept on this device until you send the bid or sign out.</p>;
}

function Totals({ opportunity, typed }: { opportunity: Opportunity; typed: Typed }) {
  const price = priceOf(
    opportunity.quantities.map((line) => ({ quantity: line.quantity, unit: line.unit, rate: typed.rates[line.key] ?? "" })),
  );
  const reference = opportunity.weekly_at_reference;
  return (
    <section className="fl-box" aria-labelledby="price">
      <h2 className="govuk-heading-s" id="price">
        Your price{price.missing > 0 ? " so far" : ""}
      </h2>
      <p className="fl-sum">
        <span>A week</span> <strong>{pounds(price.weekly)}</strong>
      </p>
      <p className="fl-sum">
        <span>A year (52 weeks)</span> <strong>{pounds(price.yearly)}</strong>
      </p>
      {price.missing > 0 ? (
        <p className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-1">
          {price.missing === 1 ? "One rate is" : `${price.missing} rates are`} still missing.
        </p>
      ) : null}
      {reference ? (
        <p className="govuk-body fl-small fl-quiet">
          At the reference rates: {referenceWords(reference)}.
        </p>
      ) : null}
    </section>
  );
}

/** A price outside the limits is not refused: it needs a reason, which an officer decides on. */
function OutsideLimits({ opportunity, typed, change }: { opportunity: Opportunity; typed: Typed; change: (next: Typed) => void }) {
  const limits = crossed(opportunity, typed);
  if (limits.length === 0) return null;
  return (
    <Inset className="fl-not-yet">
      <p className="govuk-body govuk-!-font-weight-bold">Your price lies outside the published limits</p>
      <ul className="govuk-list govuk-list--bullet">
        {limits.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <TextArea
        name="exceptionality"
        label="Why it should be accepted as an exception"
        labelSize="s"
        hint="You can submit without a reason: the council then asks you before it decides. Your bid is ranked only if the exception is accepted."
        rows={4}
        limit={ANSWER_MAX}
        value={typed.exceptionality}
        onChange={(exceptionality) => change({ ...typed, exceptionality })}
      />
    </Inset>
  );
}

/** What is not asked again: its mark comes with the enrolment. */
function FromEnrolment({ criteria }: { criteria: Criterion[] }) {
  const standing = criteria.filter((criterion) => criterion.standing);
  if (standing.length === 0) return null;
  return (
    <Inset>
      {standing.map((criterion) => criterion.name).join(", ")}: you answered this when you joined. Your standing mark, which is in{" "}
      <Link to="/enrolments" className="govuk-link">
        your enrolment
      </Link>
      , counts here as it stands when prices are opened.
    </Inset>
  );
}

function Standing({ bid, changed, closed }: { bid: OwnBid | null; changed: boolean; closed: boolean }) {
  if (bid?.unsettled && !bid.withdrawn) {
    return (
      <Inset className="fl-not-yet">
        <p className="govuk-heading-m govuk-!-margin-bottom-1">Your bid was made before the correction</p>
        <p className="govuk-body govuk-!-margin-bottom-0">
          {closed
            ? "It was not confirmed or revised in time, so it did not count."
            : "It does not count until you confirm it on the page of the opportunity, or submit a revised bid here."}
        </p>
      </Inset>
    );
  }
  if (bid && !bid.withdrawn && !changed) {
    return (
      <Inset>
        <p className="govuk-body govuk-!-margin-bottom-0">
          <Tag colour="teal">Submitted</Tag> Version {bid.version} is what counts.
          {closed ? "" : " You can revise it until the deadline; the latest version counts."}
        </p>
      </Inset>
    );
  }
  const submitted = bid && !bid.withdrawn;
  return (
    <Inset className="fl-not-yet">
      <p className="govuk-heading-m govuk-!-margin-bottom-1">
        {submitted ? "You have not submitted these changes" : "You have not submitted this bid"}
      </p>
      <p className="govuk-body govuk-!-margin-bottom-0">
        {submitted
          ? `Version ${bid.version} is what counts until you do.`
          : bid?.withdrawn
            ? "You withdrew it. A draft is not a bid: only what you submit before the deadline counts."
            : "A draft is not a bid: only what you submit before the deadline counts."}
      </p>
    </Inset>
  );
}

function Rate({
  line,
  at,
  terms,
  value,
  change,
}: {
  line: Opportunity["quantities"][number];
  at: number;
  terms: LineTerms | undefined;
  value: string;
  change: (value: string) => void;
}) {
  const weekly = lineWeekly({ quantity: line.quantity, unit: line.unit, rate: value });
  return (
    <div className="govuk-!-margin-bottom-6">
      <Input
        name={`rates.${at}.rate`}
        label={line.label}
        labelSize="s"
        hint={
          <>
            {plain(line.quantity)} {unitQuantity[line.unit]}
            {terms ? `. ${terms.fixed ? "Set by the council" : `Reference: ${rateWords(terms)}`}` : ""}
          </>
        }
        prefix="£"
        suffix={unitRate[line.unit]}
        width={5}
        numeric
        readOnly={!!terms?.fixed}
        value={value}
        onChange={change}
      />
      <p className="govuk-body fl-small fl-quiet" style={{ marginTop: "-20px" }}>
        {weekly ? `Comes to ${pounds(weekly)} a week` : "\u00a0"}
      </p>
    </div>
  );
}

interface Opening {
  typed: Typed;
  revision: number;
  savedAt: string | null;
  restored: boolean;
  /** Where the rates are from, where nothing was typed yet */
  from: { standing: boolean; bid: { reference: string; submitted_at: string } | null };
}

/** Begins with the provider's standing rates, and with those of its last bid where it has none */
function begin(opportunity: Opportunity, own: OwnAnswers | undefined): { typed: Typed; from: Opening["from"] } {
  const empty = blank(opportunity);
  const standing = withEarlier(opportunity, empty, own?.standing_rates?.rates ?? []);
  const typed = withEarlier(opportunity, standing, own?.rates?.rates ?? []);
  const differ = (one: Typed, two: Typed) => opportunity.quantities.some(({ key }) => one.rates[key] !== two.rates[key]);
  return { typed, from: { standing: differ(empty, standing), bid: own?.rates && differ(standing, typed) ? own.rates : null } };
}

/** Says where rates are from that nobody typed here. */
function BegunWith({ from }: { from: Opening["from"] }) {
  if (!from.standing && !from.bid) return null;
  const standing = (
    <Link to="/standing-rates" className="govuk-link">
      standing rates
    </Link>
  );
  const bid = from.bid ? `your bid of ${longTime(from.bid.submitted_at)} for ${from.bid.reference}` : "";
  return (
    <Inset>
      {from.standing ? <>The rates are your {standing}</> : `The rates are from ${bid}`}
      {from.standing && from.bid ? `, and where you have none, from ${bid}` : ""}: change what differs. Nothing is sent until you have checked it.
    </Inset>
  );
}

function Editor({
  opportunity,
  bid,
  opening: given,
  keeper,
}: {
  opportunity: Opportunity;
  bid: OwnBid | null;
  opening: Opening;
  keeper: Keeper;
}) {
  const id = opportunity.id;
  // How it was when the page was opened: what is typed afterwards is kept as well.
  const [opening] = useState(given);
  const cache = useQueryClient();
  const now = useServerNow();
  const closed = stageAt(opportunity, now) !== "open";
  const [typed, setTyped] = useState(opening.typed);
  const [restored, setRestored] = useState(opening.restored);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  /** The places of the answers for which a document is under way */
  const [sending, setSending] = useState<ReadonlySet<number>>(new Set());
  const navigate = useNavigate();
  const earlier = useQuery(ownAnswers(id)).data;
  const { saving, changed, settled, overwrite } = useAutosave(id, keeper, opening.revision, opening.savedAt);

  // What this computer kept is what the server did not have: it is saved now.
  const keptTyped = opening.restored ? opening.typed : null;
  const offered = useRef(false);
  useEffect(() => {
    if (!keptTyped || offered.current) return;
    offered.current = true;
    changed(keptTyped);
  }, [keptTyped, changed]);

  // Where “Change” was pressed on the check page, that field is ready.
  const field = (useLocation().state as { field?: string } | null)?.field;
  useEffect(() => {
    if (!field) return;
    const input = document.getElementById(field);
    input?.scrollIntoView({ block: "center" });
    input?.focus({ preventScroll: true });
  }, [field]);

  function change(next: Typed): void {
    setTyped(next);
    setReceipt(null);
    changed(next);
  }

  // While a document is under way more is typed: what is typed then is not lost with its arrival.
  const newestTyped = useRef(typed);
  useEffect(() => {
    newestTyped.current = typed;
  }, [typed]);
  function attach(criterion: string, alter: (before: Document[]) => Document[]): void {
    const now = newestTyped.current;
    change({ ...now, attachments: { ...now.attachments, [criterion]: alter(now.attachments[criterion] ?? []) } });
  }

  async function afterwards(taken: Receipt): Promise<void> {
    setReceipt(taken);
    setRestored(false);
    announce(`${RECEIPT_TITLES[taken.act]}. Received ${exactTime(taken.received_at)}.`);
    const draft = await cache.fetchQuery({ ...savedDraft(id), staleTime: 0 }).catch(() => null);
    settled(draft?.revision ?? 0);
    void cache.invalidateQueries({ queryKey: ["opportunity", id] });
    void cache.invalidateQueries({ queryKey: ["opportunities"] });
  }

  const withdraw = useAct(
    // The version makes this another act than withdrawing a later bid.
    (_version: number, key) =>
      must(
        api.POST("/api/opportunities/{id}/bid/withdraw", {
          params: { path: { id } },
          headers: keyed(key),
        }),
      ),
    { onDone: afterwards },
  );

  const differs = bid ? !sameAsOffer(opportunity, typed, bid.offer) : true;
  const submitted = !!bid && !bid.withdrawn;

  return (
    <>
      {receipt && receipt.act !== "withdrawn" ? null : <Standing bid={bid} changed={differs} closed={closed} />}
      <div className="fl-columns">
        <div>
          {receipt ? (
            <section className="fl-box" aria-labelledby="receipt">
              <h2 className="govuk-heading-m" id="receipt">
                {RECEIPT_TITLES[receipt.act]}
              </h2>
              <ReceiptRows receipt={receipt} />
            </section>
          ) : null}
          {bid ? (
            <p className="govuk-body">
              <Link to={`/opportunities/${id}/bid/receipt`} className="govuk-link">
                Your receipt, and every version
              </Link>
            </p>
          ) : null}
          <BegunWith from={opening.from} />
          {restored ? (
            <Inset>
              This is what you last typed on this device.{" "}
              <button type="button" className="fl-plain-button" onClick={() => setRestored(false)}>
                Good
              </button>
            </Inset>
          ) : null}
          {saving.state === "conflict" ? (
            <Inset className="fl-not-yet">
              <p className="govuk-body">Somebody else in your organisation has changed this draft. Which is to stay?</p>
              <div className="fl-button-row">
                <Button
                  kind="secondary"
                  onClick={async () => {
                    const theirs = await cache.fetchQuery({ ...savedDraft(id), staleTime: 0 });
                    overwrite(typed, theirs.revision);
                  }}
                >
                  What is on this page
                </Button>
                <Button
                  kind="secondary"
                  onClick={async () => {
                    const theirs = await cache.fetchQuery({ ...savedDraft(id), staleTime: 0 });
                    settled(theirs.revision);
                    if (theirs.draft) setTyped(fromDraft(opportunity, theirs.draft, documentsOf(theirs, bid)));
                  }}
                >
                  The other one
                </Button>
              </div>
            </Inset>
          ) : null}
          {closed ? (
            <Inset className="fl-not-yet">
              <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-0">
                Bidding has closed. {submitted ? (bid.unsettled ? "What you submitted was not confirmed." : "What you submitted stands.") : "This bid was not submitted, and no longer can be."}
              </p>
            </Inset>
          ) : null}
          <Form
            onSubmit={() => {
              const { wrong } = toOffer(opportunity, typed);
              const waits = Object.fromEntries([...sending].map((at) => [`attachments.${at}`, "Wait until the document is sent, or stop sending it"]));
              if (wrong || sending.size > 0) return { ...wrong, ...waits };
              // What was prefilled and never typed is kept, too, for the page that shows it all.
              changed(typed);
              void navigate(`/opportunities/${id}/bid/check`);
            }}
          >
            <h2 className="govuk-heading-m">Your rates</h2>
            {opportunity.quantities.map((line, at) => (
              <Rate
                key={line.key}
                line={line}
                at={at}
                terms={opportunity.category.lines.find((one) => one.key === line.key)}
                value={typed.rates[line.key] ?? ""}
                change={(value) => change({ ...typed, rates: { ...typed.rates, [line.key]: value } })}
              />
            ))}
            <OutsideLimits opportunity={opportunity} typed={typed} change={change} />
            <h2 className="govuk-heading-m">Your answers</h2>
            <p className="govuk-body fl-prose">
              They are marked without your name and without your price. Please do not name your organisation in them.
            </p>
            {asked(opportunity).map((criterion, at) => (
              <div key={criterion.id}>
                <TextArea
                  name={`answers.${at}.answer`}
                  label={criterion.name}
                  labelSize="s"
                  hint={`${criterion.question} (weight ${plain(criterion.weight)}${criterion.mark_min ? `, at least ${plain(criterion.mark_min)} of ${plain(criterion.mark_max)}` : ""})`}
                  rows={8}
                  limit={ANSWER_MAX}
                  value={typed.answers[criterion.id] ?? ""}
                  onChange={(answer) => change({ ...typed, answers: { ...typed.answers, [criterion.id]: answer } })}
                />
                {closed ? null : (
                  <EarlierAnswers
                    answers={earlier?.answers ?? []}
                    criterion={criterion}
                    current={typed.answers[criterion.id] ?? ""}
                    field={`answers-${at}-answer`}
                    choose={(answer) => change({ ...typed, answers: { ...typed.answers, [criterion.id]: answer } })}
                  />
                )}
                {criterion.attachments ? (
                  <Attachments
                    id={`attachments-${at}`}
                    criterion={criterion}
                    most={criterion.attachments}
                    attached={typed.attachments[criterion.id] ?? []}
                    closed={closed}
                    add={(document) => attach(criterion.id, (before) => [...before.filter((one) => one.id !== document.id), document])}
                    remove={(document) => attach(criterion.id, (before) => before.filter((one) => one.id !== document.id))}
                    onBusy={(busy) =>
                      setSending((before) => {
                        const after = new Set(before);
                        if (busy) after.add(at);
                        else after.delete(at);
                        return after;
                      })
                    }
                  />
                ) : null}
                <Details summary="What each mark means">
                  <Descriptors descriptors={criterion.descriptors} />
                </Details>
              </div>
            ))}
            <FromEnrolment criteria={opportunity.category.criteria} />
            <Input
              name="starts_on"
              type="date"
              width={10}
              label="The day you can start"
              labelSize="s"
              hint={`The care is wanted from ${longDay(opportunity.starts_on)}.`}
              value={typed.starts_on}
              onChange={(starts_on) => change({ ...typed, starts_on })}
            />
            {closed ? null : (
              <>
                <SavedLine saving={saving} />
                <div className="fl-button-row">
                  <Submit>Check and submit</Submit>
                  <span className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-0">
                    You see everything once more before it is sent.
                  </span>
                </div>
              </>
            )}
          </Form>
          {submitted && !closed ? (
            <Details summary="Withdraw this bid">
              <Form
                prefix="withdraw"
                error={withdraw.error}
                busy={withdraw.isPending}
                onSubmit={() => withdraw.mutate(bid.version)}
              >
                <p className="govuk-body">It will not be marked. You can submit again until the deadline. What you typed stays here.</p>
                <Submit kind="warning" busy={withdraw.isPending}>
                  Withdraw the bid
                </Submit>
              </Form>
            </Details>
          ) : null}
        </div>
        <div className="fl-side fl-side--first">
          <section className="fl-box" aria-label="Deadline">
            <Countdown to={opportunity.closes_at} big />
          </section>
          <Totals opportunity={opportunity} typed={typed} />
        </div>
      </div>
    </>
  );
}

function BidFor({ opportunity, bid }: { opportunity: Opportunity; bid: OwnBid | null }) {
  const me = useMe();
  const now = useServerNow();
  // A page that was opened in time keeps what is typed on it after the deadline, too.
  const [openedInTime] = useState(() => stageAt(opportunity, now) === "open");
  const edits = openedInTime && canBid(me);
  const draft = useQuery({ ...savedDraft(opportunity.id), enabled: edits });
  const earlier = useQuery({ ...ownAnswers(opportunity.id), enabled: edits });
  const asking = useDeferredValue(earlier.isPending);
  const keeper = useMemo(() => new Keeper(me?.account_id ?? "", opportunity.id), [me?.account_id, opportunity.id]);
  // What was sent and never answered is found out first.
  if (edits && keeper.pending()) return <Navigate to={`/opportunities/${opportunity.id}/bid/check`} replace />;
  return (
    <Page
      title={bid && !bid.withdrawn ? "Your bid" : "Bid"}
      caption={`${opportunity.reference}, ${opportunity.title}`}
      back={{ to: `/opportunities/${opportunity.id}`, words: "The opportunity" }}
    >
      {!edits ? (
        bid ? (
          <>
            <ReceiptRows receipt={bid.receipt} />
            <p className="govuk-body">
              <Link to={`/opportunities/${opportunity.id}/bid/receipt`} className="govuk-link">
                Your receipt, and every version
              </Link>
            </p>
            <OfferShown opportunity={opportunity} offer={bid.offer} documents={bid.documents} />
          </>
        ) : (
          <p className="govuk-body">
            {canBid(me) ? "Bidding has closed, and you did not bid." : "Only an administrator or a bidder of a provider can bid."}{" "}
            <Link to="/opportunities" className="govuk-link">
              See the board
            </Link>
          </p>
        )
      ) : (
        <Await query={draft}>
          {(saved) => {
            const kept = keeper.kept();
            // What this device kept counts where the server does not have it, or has no newer.
            const own = kept && (!kept.saved || kept.revision >= saved.revision) ? kept : null;
            const from = newest(saved, bid);
            if (!own && !from && asking) return <Loading />;
            const begun = begin(opportunity, own || from ? undefined : earlier.data);
            const typed = own
              ? { ...blank(opportunity), ...own.typed }
              : from
                ? fromDraft(opportunity, from, documentsOf(saved, bid))
                : begun.typed;
            return (
              <Editor
                opportunity={opportunity}
                bid={bid}
                keeper={keeper}
                opening={{
                  typed,
                  revision: own?.revision ?? saved.revision,
                  savedAt: saved.saved_at ?? null,
                  restored: !!own && !own.saved,
                  from: begun.from,
                }}
              />
            );
          }}
        </Await>
      )}
    </Page>
  );
}

function WithBid({ opportunity }: { opportunity: Opportunity }) {
  // A bid is asked for only where there is one; and when there comes to be one, the page stays as it is.
  const bidden = !!opportunity.mine?.bid;
  const bid = useQuery({
    ...ownBid(opportunity.id),
    enabled: bidden,
    initialData: bidden ? undefined : null,
    initialDataUpdatedAt: 0,
  });
  return <Await query={bid}>{(own) => <BidFor opportunity={opportunity} bid={own} />}</Await>;
}

export default function BidPage() {
  const { id = "" } = useParams();
  return <Await query={useQuery(opportunityQuery(id))}>{(opportunity) => <WithBid opportunity={opportunity} />}</Await>;
}
