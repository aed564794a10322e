// Who can approve an award, and why others cannot.
import type { Approver } from "../api/types";
import { Details, Tag } from "./show";

export function Approvers({ approvers }: { approvers: Approver[] }) {
  if (approvers.length === 0) return null;
  return (
    <section aria-labelledby="approvers">
      <h2 className="govuk-heading-m" id="approvers">
        Who can approve it
      </h2>
      <ul className="fl-list">
        {approvers.map((approver) => (
          <li key={approver.post_title} className="fl-card fl-card--single">
            <div>
              <h3 className="fl-card__title">
                {approver.post_title} {approver.can ? <Tag colour="green">Can approve</Tag> : <Tag colour="grey">Cannot</Tag>}
              </h3>
              <p className="govuk-body govuk-!-margin-bottom-2">
                {approver.holders.length > 0 ? `Held by ${approver.holders.join(", ")}` : "Nobody holds this post."}
              </p>
              {approver.why_not ? <p className="govuk-body">{approver.why_not}</p> : null}
              {approver.chain.length > 0 ? (
                <Details summary="The chain of authority">
                  <ol className="govuk-list govuk-list--number">
                    {approver.chain.map((link, at) => (
                      <li key={at}>{link.words}</li>
                    ))}
                  </ol>
                </Details>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
