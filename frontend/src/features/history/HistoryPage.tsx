import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { history } from "../../api/queries";
import { exactTime } from "../../govuk/london";
import { AwaitList, Page } from "../../govuk/page";
import { Empty } from "../../govuk/show";

const SUBJECTS: Record<string, { title: string; back: (id: string) => { to: string; words: string } | undefined }> = {
  market: { title: "History of the market", back: (id) => ({ to: `/markets/${id}`, words: "The market" }) },
  enrolment: { title: "History of the enrolment", back: (id) => ({ to: `/enrolments/${id}`, words: "The enrolment" }) },
  package: { title: "History of the package", back: (id) => ({ to: `/packages/${id}`, words: "The package" }) },
  opportunity: { title: "History of the opportunity", back: (id) => ({ to: `/opportunities/${id}`, words: "The opportunity" }) },
  contract: { title: "History of the contract", back: (id) => ({ to: `/contracts/${id}`, words: "The contract" }) },
  budget: { title: "History of the budget", back: () => undefined },
  provider: { title: "History of the provider", back: () => undefined },
};

export default function HistoryPage() {
  const { kind = "", id = "" } = useParams();
  const subject = SUBJECTS[kind];
  return (
    <AwaitList query={useInfiniteQuery(history(kind, id))}>
      {(entries) => (
        <Page
          title={subject?.title ?? "History"}
          back={subject?.back(id)}
          lead="Everything that was done, by whom, when, and on what authority. Nothing here can be changed or taken away."
        >
          {entries.length === 0 ? <Empty>Nothing has happened yet.</Empty> : null}
          <ol className="fl-timeline fl-prose">
            {entries.map((entry) => (
              <li key={entry.number} className="govuk-body">
                <p className="govuk-!-font-weight-bold">{entry.what}</p>
                <p>
                  {entry.who}
                  {entry.authority ? <span className="fl-quiet">, {entry.authority}</span> : null}
                </p>
                <p className="fl-quiet fl-small">
                  <time dateTime={entry.at}>{exactTime(entry.at)}</time>, entry {entry.number}
                </p>
              </li>
            ))}
          </ol>
        </Page>
      )}
    </AwaitList>
  );
}
