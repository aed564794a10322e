import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { packages, useMe } from "../../api/queries";
import { longDay } from "../../govuk/london";
import { AwaitList, Page } from "../../govuk/page";
import { Empty, Tag, When } from "../../govuk/show";
import { hasRole } from "../../words";

export default function PackagesPage() {
  const me = useMe();
  return (
    <AwaitList query={useInfiniteQuery(packages)}>
      {(cards) => (
        <Page title="Packages" lead="One person’s need for care each. Private to your authority until it is advertised, and then without a name.">
          {hasRole(me, "broker") ? (
            <Link to="/packages/new" className="govuk-button">
              Draft a package
            </Link>
          ) : null}
          <p className="govuk-body">
            <Link to="/direct-awards" className="govuk-link">
              Awards without bids, and the reviews that are due
            </Link>
          </p>
          {cards.length === 0 ? <Empty>No package has been drafted yet.</Empty> : null}
          <ul className="fl-list fl-list--long">
            {cards.map((card) => (
              <li key={card.id} className="fl-card">
                <div>
                  <h2 className="fl-card__title">
                    <Link to={`/packages/${card.id}`} className="govuk-link">
                      {card.title}
                    </Link>
                  </h2>
                  <ul className="fl-facts">
                    <li>{card.category_name}</li>
                    <li>{card.outward_code}</li>
                    <li>Starts {longDay(card.starts_on)}</li>
                  </ul>
                </div>
                <div className="fl-card__aside">
                  {card.direct_payment ? (
                    <Tag colour="grey">Direct Payment</Tag>
                  ) : card.direct_award_id ? (
                    <Tag colour="teal">Named provider</Tag>
                  ) : card.opportunity_id ? (
                    <Tag colour="green">Advertised</Tag>
                  ) : (
                    <Tag colour="grey">Draft</Tag>
                  )}
                  <p className="govuk-body fl-small fl-quiet govuk-!-margin-top-1 govuk-!-margin-bottom-0">
                    Drafted <When at={card.drafted_at} />
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </Page>
      )}
    </AwaitList>
  );
}
