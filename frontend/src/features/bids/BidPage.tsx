import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { opportunity as opportunityQuery, ownBid, savedDraft, useMe } from "../../api/queries";
import type { Criterion, LineTerms, Offer, Opportunity, OwnBid, Receipt } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Input, Submit, TextArea } from "../../govuk/form";
import { exactTime, longDay, shortTime } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Countdown, Details, Inset, SummaryList, Table, Tag } from "../../govuk/show";
import { Descriptors, rateWords, referenceWords } from "../../govuk/terms";
import { canBid, stageAt, unitQuantity, unitRate } from "../../words";
import { type Saving, useAutosave } from "./autosave";
import { lineWeekly, priceOf } from "../../govuk/price";
import { ANSWER_MAX, asked, blank, crossed, fromDraft, Keeper, sameAsOffer, toOffer, type Typed } from "./typed";

const RECEIPT_TITLES = { submitted: "Your bid is in", revised: "Your revised bid is in", confirmed: "Your bid is confirmed", withdrawn: "Your bid is withdrawn" } as const;

function ReceiptPanel({ receipt, fresh }: { receipt: Receipt; fresh: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (fresh) heading.current?.focus();
  }, [fresh]);
  return (
    <section className="fl-box" aria-labelledby="receipt">
      {fresh ? (
        <div className="govuk-panel govuk-panel--confirmation govuk-!-margin-bottom-4">
          <h2 className="govuk-panel__title govuk-!-font-size-36" id="receipt" tabIndex={-1} ref={heading}>
            {RECEIPT_TITLES[receipt.act]}
          </h2>
        </div>
      ) : (
        <h2 className="govuk-heading-m" id="receipt">
          Receipt
        </h2>
      )}
      <SummaryList
        tight
        rows={[
          ["Opportunity", receipt.reference],
          ["Version", String(receipt.version)],
          [receipt.act === "withdrawn" ? "Withdrawn" : "Received", exactTime(receipt.received_at)],
          receipt.act === "withdrawn" ? null : ["Weekly price", pounds(receipt.weekly_price)],
          receipt.act === "withdrawn" ? null : ["Yearly price", pounds(receipt.yearly_price)],
          ["Digest (SHA-256)", <span key="digest" className="fl-digest">{receipt.digest}</span>],
        ]}
      />
      <p className="govuk-body fl-small fl-quiet">
        Keep this. The digest is a fingerprint of the offer exactly as it is stored: it shows later that nothing was changed.
      </p>
      <Button kind="secondary" onClick={() => window.print()}>
        Print the receipt
      </Button>
    </section>
  );
}

function SavedLine({ saving }: { saving: Saving }) {
  const words = {
    nothing: "",
    waiting: "Saving…",
    saved: saving.state === "saved" && saving.at ? `Draft saved ${shortTime(saving.at)}` : "Draft saved",
    offline: "Not saved yet: we cannot reach Fairlot. What you typed is kept on this computer.",
    conflict: "Not saved: somebody else changed this draft.",
    refused: saving.state === "refused" ? `Not saved: ${saving.words}` : "",
  }[saving.state];
  return <p className="govuk-body fl-small fl-quiet">{words || "Your draft is saved as you type."}</p>;
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

function OfferShown({ opportunity, offer }: { opportunity: Opportunity; offer: Offer }) {
  return (
    <>
      <Table
        caption="Rates"
        columns={[{ label: "What" }, { label: "How much" }, { label: "Rate", numeric: true }]}
        rows={opportunity.quantities.map((line) => ({
          key: line.key,
          cells: [
            line.label,
            `${plain(line.quantity)} ${unitQuantity[line.unit]}`,
            pounds(offer.rates.find((rate) => rate.key === line.key)?.rate),
          ],
        }))}
      />
      {offer.exceptionality ? (
        <section className="fl-prose">
          <h3 className="govuk-heading-s govuk-!-margin-bottom-1">Why the price should be an exception</h3>
          <p className="govuk-body fl-typed">{offer.exceptionality}</p>
        </section>
      ) : null}
      {asked(opportunity).map((criterion) => (
        <section key={criterion.id} className="fl-prose">
          <h3 className="govuk-heading-s govuk-!-margin-bottom-1">{criterion.name}</h3>
          <p className="govuk-body fl-typed">{offer.answers.find((one) => one.criterion_id === criterion.id)?.answer}</p>
        </section>
      ))}
      <p className="govuk-body">Can start on {longDay(offer.starts_on)}</p>
    </>
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
}

function Editor({
  opportunity,
  bid,
  opening,
  keeper,
}: {
  opportunity: Opportunity;
  bid: OwnBid | null;
  opening: Opening;
  keeper: Keeper;
}) {
  const id = opportunity.id;
  const cache = useQueryClient();
  const now = useServerNow();
  const closed = stageAt(opportunity, now) !== "open";
  const [typed, setTyped] = useState(opening.typed);
  const [restored, setRestored] = useState(opening.restored);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const { saving, changed, settled, overwrite } = useAutosave(id, keeper, opening.revision, opening.savedAt);

  // What this computer kept is what the server did not have: it is saved now.
  const keptTyped = opening.restored ? opening.typed : null;
  const offered = useRef(false);
  useEffect(() => {
    if (!keptTyped || offered.current) return;
    offered.current = true;
    changed(keptTyped);
  }, [keptTyped, changed]);

  function change(next: Typed): void {
    setTyped(next);
    setReceipt(null);
    changed(next);
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

  const submit = useAct(
    (offer: Offer, key) =>
      must(api.POST("/api/opportunities/{id}/bid", { params: { path: { id } }, body: offer, headers: keyed(key) })),
    { onDone: afterwards },
  );
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
  const shownReceipt = receipt ?? (submitted && !differs && !bid.unsettled ? bid.receipt : null);

  return (
    <>
      {receipt && receipt.act !== "withdrawn" ? null : <Standing bid={bid} changed={differs} closed={closed} />}
      <div className="fl-columns">
        <div>
          {shownReceipt ? <ReceiptPanel key={shownReceipt.received_at} receipt={shownReceipt} fresh={!!receipt} /> : null}
          {restored ? (
            <Inset>
              This is what you last typed on this computer.{" "}
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
                    if (theirs.draft) setTyped(fromDraft(opportunity, theirs.draft));
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
            error={submit.error}
            busy={submit.isPending}
            onSubmit={() => {
              const { offer, wrong } = toOffer(opportunity, typed);
              if (wrong) return wrong;
              submit.mutate(offer);
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
                  <Submit busy={submit.isPending}>{submitted ? "Submit the revised bid" : "Submit the bid"}</Submit>
                  <span className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-0">
                    Sealed until the deadline. You can revise or withdraw it until then.
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
  const keeper = useMemo(() => new Keeper(me?.account_id ?? "", opportunity.id), [me?.account_id, opportunity.id]);
  return (
    <Page
      title={bid && !bid.withdrawn ? "Your bid" : "Bid"}
      caption={`${opportunity.reference}, ${opportunity.title}`}
      back={{ to: `/opportunities/${opportunity.id}`, words: "The opportunity" }}
    >
      {!edits ? (
        bid ? (
          <>
            <ReceiptPanel receipt={bid.receipt} fresh={false} />
            <OfferShown opportunity={opportunity} offer={bid.offer} />
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
            const typed = kept
              ? { ...blank(opportunity), ...kept.typed }
              : saved.draft
                ? fromDraft(opportunity, saved.draft)
                : bid
                  ? fromDraft(opportunity, bid.offer)
                  : blank(opportunity);
            return (
              <Editor
                opportunity={opportunity}
                bid={bid}
                keeper={keeper}
                opening={{
                  typed,
                  revision: kept?.revision ?? saved.revision,
                  savedAt: saved.saved_at ?? null,
                  restored: !!kept,
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
