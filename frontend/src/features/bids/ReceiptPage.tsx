// The receipt to keep: what was received and when, what was sent, and every version.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useLocation, useParams } from "react-router";
import { opportunity as opportunityQuery, ownBid, useMe } from "../../api/queries";
import { useServerNow } from "../../api/clock";
import type { Opportunity, OwnBid } from "../../api/types";
import { Button } from "../../govuk/form";
import { exactTime } from "../../govuk/london";
import { Await, NotFound, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { canBid, stageAt } from "../../words";
import { OfferShown, RECEIPT_TITLES, ReceiptRows, Versions } from "./shown";

function Receipt({ opportunity, bid }: { opportunity: Opportunity; bid: OwnBid }) {
  const me = useMe();
  const now = useServerNow();
  const fresh = !!(useLocation().state as { fresh?: boolean } | null)?.fresh;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (fresh) heading.current?.focus();
  }, [fresh]);
  const { receipt } = bid;
  const at = `/opportunities/${opportunity.id}/bid`;
  const open = stageAt(opportunity, now) === "open" && canBid(me);
  return (
    <>
      {fresh ? (
        <div className="govuk-panel govuk-panel--confirmation">
          <h2 className="govuk-panel__title govuk-!-font-size-36" tabIndex={-1} ref={heading}>
            {RECEIPT_TITLES[receipt.act]}
          </h2>
          <div className="govuk-panel__body govuk-!-font-size-24">
            Version {receipt.version}, received {exactTime(receipt.received_at)}
          </div>
        </div>
      ) : (
        <Inset>
          <p className="govuk-heading-m govuk-!-margin-bottom-0">
            {RECEIPT_TITLES[receipt.act]}: version {receipt.version}, received {exactTime(receipt.received_at)}
          </p>
        </Inset>
      )}
      <ReceiptRows receipt={receipt} />
      <div className="fl-button-row fl-downloads">
        <a href={`/api${at}/receipt.pdf`} className="govuk-button" download>
          Download the receipt (PDF)
        </a>
        <a href={`/api${at}/receipt.html`} className="govuk-link govuk-body" download>
          As a web page
        </a>
        <Button kind="secondary" onClick={() => window.print()}>
          Print the receipt
        </Button>
      </div>
      {open ? (
        <p className="govuk-body fl-downloads">
          Sealed until the deadline. Until then you can{" "}
          <Link to={at} className="govuk-link">
            change or withdraw your bid
          </Link>
          .
        </p>
      ) : null}
      <h2 className="govuk-heading-m">What was sent</h2>
      <OfferShown opportunity={opportunity} offer={bid.offer} documents={bid.documents} />
      <Versions versions={bid.versions} />
      <p className="govuk-body fl-downloads">
        <Link to="/bids" className="govuk-link">
          All my bids
        </Link>
      </p>
    </>
  );
}

export default function ReceiptPage() {
  const { id = "" } = useParams();
  const bid = useQuery(ownBid(id));
  return (
    <Await query={useQuery(opportunityQuery(id))}>
      {(opportunity) => (
        <Await query={bid}>
          {(own) =>
            own ? (
              <Page
                title="Receipt"
                caption={`${opportunity.reference}, ${opportunity.title}`}
                back={{ to: `/opportunities/${id}`, words: "The opportunity" }}
              >
                <Receipt opportunity={opportunity} bid={own} />
              </Page>
            ) : (
              <NotFound />
            )
          }
        </Await>
      )}
    </Await>
  );
}
