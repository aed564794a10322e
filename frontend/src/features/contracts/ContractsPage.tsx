import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { contracts, useMe } from "../../api/queries";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { AwaitList, Page } from "../../govuk/page";
import { Empty, Table } from "../../govuk/show";
import { weeksWords } from "../../words";

export default function ContractsPage() {
  const me = useMe();
  return (
    <AwaitList query={useInfiniteQuery(contracts)}>
      {(cards) => (
        <Page title="Contracts" lead={me?.provider ? "What you have been awarded." : "The register: every contract awarded here."}>
          {cards.length === 0 ? (
            <Empty>No contract yet.</Empty>
          ) : (
            <Table
              caption="Contracts"
              captionSize="hidden"
              columns={[
                { label: "Contract" },
                { label: me?.provider ? "Category" : "Provider" },
                { label: "Starts" },
                { label: "Initial term" },
                { label: "A week", numeric: true },
                { label: "A year", numeric: true },
              ]}
              rows={cards.map((card) => ({
                key: card.id,
                cells: [
                  <Link key="link" to={`/contracts/${card.id}`} className="govuk-link">
                    {card.reference}
                  </Link>,
                  me?.provider ? card.category_name : card.provider_name,
                  longDay(card.starts_on),
                  weeksWords(card.initial_term_weeks),
                  pounds(card.weekly_value),
                  pounds(card.yearly_value),
                ],
              }))}
            />
          )}
        </Page>
      )}
    </AwaitList>
  );
}
