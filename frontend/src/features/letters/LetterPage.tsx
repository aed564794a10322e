import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { letter } from "../../api/queries";
import { Await, Page } from "../../govuk/page";
import { Details, SummaryList, When } from "../../govuk/show";

export default function LetterPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(letter(id))}>
      {(shown) => (
        <Page title={shown.subject} caption="Letter" back={{ to: "/letters", words: "Letters sent" }}>
          <SummaryList
            tight
            rows={[
              ["To", shown.to],
              shown.sent_at ? ["Sent", <When key="sent" at={shown.sent_at} />] : ["Owed since", <When key="owed" at={shown.owed_at} />],
            ]}
          />
          {/* Nothing in a letter may run here, or open a page over this one. */}
          <iframe
            className="fl-letter"
            title={`The letter: ${shown.subject}`}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            srcDoc={shown.html}
          />
          <Details summary="As plain text">
            <pre className="govuk-body fl-typed">{shown.text}</pre>
          </Details>
        </Page>
      )}
    </Await>
  );
}
