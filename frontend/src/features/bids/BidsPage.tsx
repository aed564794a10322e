import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useServerNow } from "../../api/clock";
import { useMe } from "../../api/queries";
import type { MyBid } from "../../api/types";
import { Form, Input, Submit } from "../../govuk/form";
import { shortTime } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { AwaitList, Page } from "../../govuk/page";
import { Empty, Table, Tag, type TagColour } from "../../govuk/show";
import { canBid, stageAt, stageColours, stageWords } from "../../words";
import { myBids } from "./queries";

/** A correction of the advert keeps it from counting until it is confirmed or revised. */
const isUnsettled = (bid: MyBid) => !bid.withdrawn && !!bid.opportunity.mine?.bid?.unsettled;

function stateOf(bid: MyBid, now: number): [words: string, colour: TagColour] {
  if (bid.withdrawn) return ["You withdrew it", "grey"];
  const outcome = bid.opportunity.mine?.outcome;
  if (outcome === "won") return ["Won", "green"];
  if (outcome === "not_won") return ["Not won", "grey"];
  const stage = stageAt(bid.opportunity, now);
  if (isUnsettled(bid)) return stage === "open" ? ["Confirm your bid", "orange"] : ["Not confirmed in time", "grey"];
  if (outcome === "shortlisted") return ["Shortlisted", "purple"];
  if (stage === "open") return ["Sealed until the deadline", "teal"];
  return [stageWords[stage], stageColours[stage]];
}

export default function BidsPage() {
  const [search, setSearch] = useSearchParams();
  const reference = search.get("reference") ?? "";
  const [typed, setTyped] = useState(reference);
  const now = useServerNow(20_000);
  const me = useMe();
  return (
    <Page title="My bids" lead="Every bid of your organisation, newest first.">
      {canBid(me) ? (
        <p className="govuk-body">
          <Link to="/standing-rates" className="govuk-link">
            Your standing rates
          </Link>
          : what your bids begin with.
        </p>
      ) : null}
      <Form
        onSubmit={() => {
          const wanted = typed.trim();
          if (wanted && !/^[\p{L}\p{N}\-/ .]{1,40}$/u.test(wanted)) {
            return { reference: "Search for letters, figures and hyphens of a reference, such as SL-0012" };
          }
          setSearch(wanted ? { reference: wanted } : {});
        }}
      >
        <Input name="reference" label="Search by reference" labelSize="s" hint="For example, SL-0012, or a part of it." width={10} value={typed} onChange={setTyped} />
        <Submit kind="secondary">Search</Submit>
      </Form>
      <AwaitList query={useInfiniteQuery(myBids(reference))}>
        {(bids) =>
          bids.length === 0 ? (
            <Empty>
              {reference ? `No bid for an opportunity whose reference holds “${reference}”.` : "You have not bid yet."}{" "}
              <Link to="/opportunities" className="govuk-link">
                See the board
              </Link>
            </Empty>
          ) : (
            <Table
              caption="My bids"
              captionSize="hidden"
              columns={[
                { label: "Opportunity" },
                { label: "How it stands" },
                { label: "Your bid" },
                { label: "A week", numeric: true },
                { label: "A year", numeric: true },
              ]}
              rows={bids.map((bid) => {
                const { opportunity } = bid;
                const [words, colour] = stateOf(bid, now);
                const told = !bid.withdrawn && (opportunity.mine?.outcome === "won" || opportunity.mine?.outcome === "not_won");
                return {
                  key: opportunity.id,
                  cells: [
                    <span key="of">
                      <Link to={`/opportunities/${opportunity.id}`} className="govuk-link">
                        {opportunity.reference}
                      </Link>
                      , {opportunity.title}
                    </span>,
                    <span key="state">
                      <Tag colour={colour}>{words}</Tag>
                      {isUnsettled(bid) && stageAt(opportunity, now) === "open" ? (
                        <>
                          {" "}
                          The advert was corrected: your bid does not count until you{" "}
                          <Link to={`/opportunities/${opportunity.id}#your-bid`} className="govuk-link">
                            confirm or revise it<span className="govuk-visually-hidden">, {opportunity.reference}</span>
                          </Link>
                        </>
                      ) : null}
                      {told ? (
                        <>
                          {" "}
                          <Link to={`/opportunities/${opportunity.id}#result`} className="govuk-link">
                            Your result<span className="govuk-visually-hidden"> for {opportunity.reference}</span>
                          </Link>
                        </>
                      ) : null}
                    </span>,
                    <span key="bid">
                      Version {bid.version}, {shortTime(bid.submitted_at)}{" "}
                      <Link to={`/opportunities/${opportunity.id}/bid/receipt`} className="govuk-link">
                        Receipt<span className="govuk-visually-hidden"> for {opportunity.reference}</span>
                      </Link>
                    </span>,
                    pounds(bid.weekly_price),
                    pounds(bid.yearly_price),
                  ],
                };
              })}
            />
          )
        }
      </AwaitList>
    </Page>
  );
}
