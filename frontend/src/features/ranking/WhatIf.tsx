import { useQuery } from "@tanstack/react-query";
import { whatIf } from "../../api/queries";
import { WhatIfShown } from "../../govuk/what-if";

/** What else these bids could have come to: it changes nothing, and is looked at when an award is questioned. */
export function WhatIf({ id }: { id: string }) {
  const { data, error } = useQuery(whatIf(id));
  return (
    <section aria-labelledby="what-if">
      <h2 className="govuk-heading-m" id="what-if">
        What if
      </h2>
      {data ? (
        <WhatIfShown of={data} />
      ) : error ? (
        <p className="govuk-body fl-quiet">{error.message}</p>
      ) : (
        <p className="govuk-body fl-quiet">Working it out…</p>
      )}
    </section>
  );
}
