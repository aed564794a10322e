// Every kind of letter of a market: who reads it, when it is owed, and whose words it has.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { wordings } from "../../api/queries";
import { capital } from "../../words";
import { Await, Page } from "../../govuk/page";
import { Table, Tag } from "../../govuk/show";

export default function WordingsPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(wordings(id))}>
      {(market) => (
        <Page
          title="What letters say"
          caption={market.market_name}
          back={{ to: `/markets/${id}`, words: "The market" }}
          lead="Each can be looked at as it will be read. The figures, the link and who sends it are always there; the words around them can be your own."
        >
          <Table
            caption="Kinds of letter"
            captionSize="hidden"
            columns={[{ label: "Letter" }, { label: "Who reads it, and when it is owed" }, { label: "Words" }]}
            rows={market.letters.map((letter) => ({
              key: letter.kind,
              cells: [
                <Link key="link" to={`/markets/${id}/letters/${letter.kind}`} className="govuk-link">
                  {letter.what}
                </Link>,
                `${capital(letter.reader)}, when ${letter.when}`,
                letter.own ? (
                  <Tag key="own" colour="purple">
                    Your own, version {letter.version}
                  </Tag>
                ) : (
                  "Standard"
                ),
              ],
            }))}
          />
        </Page>
      )}
    </Await>
  );
}
