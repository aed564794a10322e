import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { letters } from "../../api/queries";
import { AwaitList, Page } from "../../govuk/page";
import { Empty, Table, Tag, type TagColour, When } from "../../govuk/show";

const STATES: Record<string, { words: string; colour: TagColour }> = {
  owed: { words: "Owed", colour: "yellow" },
  sent: { words: "Sent", colour: "green" },
  deferred: { words: "Tried, to try again", colour: "orange" },
  undeliverable: { words: "Undeliverable", colour: "red" },
};

export default function LettersPage() {
  return (
    <AwaitList query={useInfiniteQuery({ ...letters, refetchInterval: 10_000 })}>
      {(cards) => (
        <Page
          title="Letters sent"
          lead="In a demonstration no letter leaves: this is what people would have found in their mail. No letter has personal data in it."
        >
          {cards.length === 0 ? (
            <Empty>No letter has been written yet. Advertise a package, and every admitted provider gets one.</Empty>
          ) : (
            <Table
              caption="Letters, newest first"
              captionSize="hidden"
              columns={[{ label: "Subject" }, { label: "To" }, { label: "State" }, { label: "When" }]}
              rows={cards.map((card) => ({
                key: card.id,
                cells: [
                  <Link key="link" to={`/letters/${card.id}`} className="govuk-link">
                    {card.subject}
                  </Link>,
                  card.to,
                  <Tag key="state" colour={STATES[card.state]?.colour}>
                    {STATES[card.state]?.words ?? card.state}
                  </Tag>,
                  <When key="at" at={card.sent_at ?? card.owed_at} />,
                ],
              }))}
            />
          )}
        </Page>
      )}
    </AwaitList>
  );
}
