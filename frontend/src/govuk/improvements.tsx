import type { RoundBidder } from "../api/types";
import { exactTime } from "./london";
import { pounds } from "./money";
import { Table } from "./show";

/** For officers: where each bidder stood before and stands now, and every improvement, newest first */
export function Improvements({ bidders }: { bidders: RoundBidder[] }) {
  const made = bidders
    .flatMap((bidder) => bidder.revisions.map((revision) => ({ bidder, revision })))
    .sort((a, b) => b.revision.made_at.localeCompare(a.revision.made_at));
  return (
    <>
      <Table
        caption="Bidders, first first"
        captionSize="s"
        columns={[
          { label: "Provider" },
          { label: "Place", numeric: true },
          { label: "Place before", numeric: true },
          { label: "A week", numeric: true },
          { label: "A week before", numeric: true },
          { label: "Improvements", numeric: true },
        ]}
        rows={bidders.map((bidder) => ({
          key: bidder.bid_id,
          cells: [
            bidder.provider_name,
            bidder.rank,
            bidder.first.rank,
            pounds(bidder.weekly_price),
            pounds(bidder.first.weekly_price),
            bidder.revisions.length,
          ],
        }))}
      />
      {made.length > 0 ? (
        <Table
          caption="Improvements, newest first"
          captionSize="s"
          columns={[{ label: "Received" }, { label: "Provider" }, { label: "A week", numeric: true }, { label: "Place then", numeric: true }]}
          rows={made.map(({ bidder, revision }) => ({
            key: `${bidder.bid_id} ${revision.number}`,
            cells: [exactTime(revision.made_at), bidder.provider_name, pounds(revision.weekly_price), revision.rank],
          }))}
        />
      ) : null}
    </>
  );
}
