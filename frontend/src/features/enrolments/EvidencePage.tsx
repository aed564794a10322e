import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { enrolment as enrolmentQuery, useMe } from "../../api/queries";
import { Await, Page } from "../../govuk/page";
import { Empty } from "../../govuk/show";
import { Evidence, EvidenceWarning } from "./Evidence";

export default function EvidencePage() {
  const { id = "" } = useParams();
  const me = useMe();
  return (
    <Await query={useQuery(enrolmentQuery(id))}>
      {(enrolment) => (
        <Page
          title="Evidence"
          caption={me?.provider ? `${enrolment.market_name}: ${enrolment.category_name}` : enrolment.provider_name}
          back={{ to: `/enrolments/${enrolment.id}`, words: me?.provider ? enrolment.category_name : enrolment.provider_name }}
        >
          <EvidenceWarning enrolment={enrolment} />
          <p className="govuk-body fl-prose">
            {me?.provider
              ? "Give evidence again before it expires: what was accepted counts until the council has accepted the newer one. You are told by email 60, 30 and 7 days before."
              : "What counts is what you accepted. The provider is told 60, 30 and 7 days before it expires."}
          </p>
          <h2 className="govuk-heading-m">What is asked for</h2>
          {enrolment.evidence.length > 0 ? <Evidence enrolment={enrolment} /> : <Empty>This market asks for no evidence.</Empty>}
        </Page>
      )}
    </Await>
  );
}
