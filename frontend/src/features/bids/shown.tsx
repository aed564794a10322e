// A bid as it was sent, or will be.
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Document, NewOffer, Offer, Opportunity, OwnBid, Receipt } from "../../api/types";
import { whatItIs } from "../../api/upload";
import { exactTime, longDay } from "../../govuk/london";
import { plain, pounds } from "../../govuk/money";
import { SummaryList, Table } from "../../govuk/show";
import { unitQuantity } from "../../words";
import { asked } from "./typed";

export const RECEIPT_TITLES = {
  submitted: "Your bid is in",
  revised: "Your revised bid is in",
  confirmed: "Your bid is confirmed",
  improved: "Your lower prices are in",
  withdrawn: "Your bid is withdrawn",
} as const;

const ACTS = { submitted: "Submitted", revised: "Revised", confirmed: "Confirmed", improved: "Improved", withdrawn: "Withdrawn" } as const;

/** What was received and when, for the provider to keep */
export function ReceiptRows({ receipt }: { receipt: Receipt }) {
  const withdrawn = receipt.act === "withdrawn";
  return (
    <>
      <SummaryList
        tight
        rows={[
          ["Opportunity", receipt.reference],
          ["Version", String(receipt.version)],
          [withdrawn ? "Withdrawn" : "Received", `${exactTime(receipt.received_at)}, by the server’s clock`],
          withdrawn ? null : ["Weekly price", pounds(receipt.weekly_price)],
          withdrawn ? null : ["Yearly price", pounds(receipt.yearly_price)],
          ["Digest (SHA-256)", <span key="digest" className="fl-digest">{receipt.digest}</span>],
        ]}
      />
      <p className="govuk-body fl-small fl-quiet">
        Keep this. The digest is a fingerprint of the offer exactly as it is stored: it shows later that nothing was changed.
      </p>
    </>
  );
}

export function Versions({ versions }: { versions: OwnBid["versions"] }) {
  return (
    <Table
      caption="Every version"
      columns={[{ label: "Version" }, { label: "What was done" }, { label: "When" }, { label: "A week", numeric: true }, { label: "Digest (SHA-256)" }]}
      rows={versions.map((one) => ({
        key: `${one.version} ${one.at}`,
        cells: [
          String(one.version),
          ACTS[one.act],
          exactTime(one.at),
          one.weekly_price ? pounds(one.weekly_price) : "",
          one.digest ? <span key="digest" className="fl-digest">{one.digest}</span> : "",
        ],
      }))}
    />
  );
}

/** What goes with an answer, to be looked at, with its fingerprint once it is submitted */
function AttachedShown({ offer, criterion, documents }: { offer: NewOffer | Offer; criterion: string; documents: Document[] }) {
  const all: { criterion_id: string; document_id: string; digest?: string }[] = offer.attachments ?? [];
  const attached = all.filter((one) => one.criterion_id === criterion);
  if (attached.length === 0) return null;
  return (
    <ul className="govuk-list" aria-label="Documents with this answer">
      {attached.map((one) => {
        const document = documents.find((other) => other.id === one.document_id);
        return (
          <li key={one.document_id} className="fl-typed">
            Attached:{" "}
            <a href={`/api/documents/${one.document_id}/content`} className="govuk-link" download>
              {document ? `${document.name} (${whatItIs(document)})` : "a document"}
            </a>
            {one.digest ? (
              <>
                <br />
                <span className="fl-small fl-quiet">
                  Digest (SHA-256): <span className="fl-digest">{one.digest}</span>
                </span>
              </>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

/** `change` leads to where a part of it is typed. */
export function OfferShown({
  opportunity,
  offer,
  documents,
  change,
}: {
  opportunity: Opportunity;
  offer: NewOffer | Offer;
  documents: Document[];
  change?: (field: string, what: string, words?: string) => ReactNode;
}) {
  return (
    <>
      <Table
        caption="Rates"
        columns={[{ label: "What" }, { label: "How much" }, { label: "Rate", numeric: true }, ...(change ? [{ label: "Change" }] : [])]}
        rows={opportunity.quantities.map((line, at) => ({
          key: line.key,
          cells: [
            line.label,
            `${plain(line.quantity)} ${unitQuantity[line.unit]}`,
            pounds(offer.rates.find((rate) => rate.key === line.key)?.rate),
            ...(change
              ? [
                  opportunity.category.lines.find((one) => one.key === line.key)?.fixed
                    ? "Set by the council"
                    : change(`rates-${at}-rate`, `the rate for ${line.label}`),
                ]
              : []),
          ],
        }))}
      />
      {offer.exceptionality ? (
        <section className="fl-prose">
          <h3 className="govuk-heading-s govuk-!-margin-bottom-1">Why the price should be an exception</h3>
          <p className={`govuk-body fl-typed${change ? " govuk-!-margin-bottom-1" : ""}`}>{offer.exceptionality}</p>
          {change ? <p className="govuk-body">{change("exceptionality", "why the price should be an exception")}</p> : null}
        </section>
      ) : null}
      {asked(opportunity).map((criterion, at) => (
        <section key={criterion.id} className="fl-prose">
          <h3 className="govuk-heading-s govuk-!-margin-bottom-1">{criterion.name}</h3>
          <p className={`govuk-body fl-typed${change ? " govuk-!-margin-bottom-1" : ""}`}>
            {offer.answers.find((one) => one.criterion_id === criterion.id)?.answer}
          </p>
          <AttachedShown offer={offer} criterion={criterion.id} documents={documents} />
          {change ? (
            <p className="govuk-body">
              {change(`answers-${at}-answer`, `the answer on ${criterion.name}`)}
              {criterion.attachments ? <> {change(`attachments-${at}`, `the documents with the answer on ${criterion.name}`, "Change the documents")}</> : null}
            </p>
          ) : null}
        </section>
      ))}
      <p className="govuk-body">
        Can start on {longDay(offer.starts_on)} {change ? change("starts_on", "the day you can start") : null}
      </p>
    </>
  );
}

/** Leads back to what was typed, with the field ready to be changed */
export function ChangeLink({ id, field, what, words }: { id: string; field: string; what: string; words?: string }) {
  return (
    <Link to={`/opportunities/${id}/bid`} state={{ field }} className="govuk-link">
      {words ?? "Change"}
      <span className="govuk-visually-hidden">
        {words ? ": " : " "}
        {what}
      </span>
    </Link>
  );
}
