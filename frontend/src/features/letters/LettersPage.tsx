import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { letters } from "../../api/queries";
import type { LetterCard } from "../../api/types";
import { AwaitList, Page } from "../../govuk/page";
import { Ago, Details, Empty, Table, Tag, type TagColour } from "../../govuk/show";

const STATES: Record<LetterCard["state"], { words: string; colour: TagColour }> = {
  owed: { words: "Owed", colour: "yellow" },
  sent: { words: "Sent", colour: "green" },
  deferred: { words: "Tried, to try again", colour: "orange" },
  undeliverable: { words: "Undeliverable", colour: "red" },
  dropped: { words: "Not sent", colour: "grey" },
};

/** The same letter to several people is shown once, so that the other letters can be found. */
function together(cards: LetterCard[]): LetterCard[][] {
  const groups = new Map<string, LetterCard[]>();
  for (const card of cards) {
    const key = `${card.kind} ${card.subject}`;
    groups.set(key, [...(groups.get(key) ?? []), card]);
  }
  return [...groups.values()];
}

function State({ group }: { group: LetterCard[] }) {
  const states = [...new Set(group.map((card) => card.state))];
  return (
    <span className="fl-tags">
      {states.map((state) => (
        <Tag key={state} colour={STATES[state].colour}>
          {STATES[state].words}
        </Tag>
      ))}
    </span>
  );
}

function To({ group }: { group: LetterCard[] }) {
  const [first, ...others] = group;
  if (others.length === 0) return first?.to;
  return (
    <Details summary={`${group.length} people`} flush>
      <ul className="govuk-list govuk-!-margin-bottom-0">
        {group.map((card) => (
          <li key={card.id}>
            <Link to={`/letters/${card.id}`} className="govuk-link">
              {card.to}
            </Link>
          </li>
        ))}
      </ul>
    </Details>
  );
}

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
              rows={together(cards).map((group) => {
                const newest = group[0]!;
                return {
                  key: newest.id,
                  cells: [
                    <Link key="link" to={`/letters/${newest.id}`} className="govuk-link">
                      {newest.subject}
                    </Link>,
                    <To key="to" group={group} />,
                    <State key="state" group={group} />,
                    <Ago key="at" at={newest.sent_at ?? newest.owed_at} />,
                  ],
                };
              })}
            />
          )}
        </Page>
      )}
    </AwaitList>
  );
}
