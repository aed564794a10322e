import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { markets, useMe } from "../../api/queries";

/** The schemes under which one's own authority approves, and who could approve under each */
export function Schemes() {
  const me = useMe();
  const own = useQuery(markets).data?.filter((market) => market.authority_name === me?.officer?.authority_name) ?? [];
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="schemes">
      <h2 className="govuk-heading-s" id="schemes">
        Who may approve what
      </h2>
      <ul className="govuk-list">
        {own.map((market) => (
          <li key={market.id}>
            {market.name}:{" "}
            <Link to={`/markets/${market.id}/scheme`} className="govuk-link">
              scheme of delegation<span className="govuk-visually-hidden"> of {market.name}</span>
            </Link>
            ,{" "}
            <Link to={`/markets/${market.id}/approvers`} className="govuk-link">
              who could approve<span className="govuk-visually-hidden"> in {market.name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
