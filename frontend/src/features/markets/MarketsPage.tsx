import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { markets } from "../../api/queries";
import { longDay } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Empty, Tag } from "../../govuk/show";
import { marketStageColours, marketStageWords, regimeWords } from "../../words";

export default function MarketsPage() {
  return (
    <Await query={useQuery(markets)}>
      {(all) => (
        <Page title="Markets" lead="What councils buy here, on what terms. Providers can ask to join while a market is open.">
          {all.length === 0 ? <Empty>No market has been set up yet.</Empty> : null}
          <ul className="fl-list">
            {all.map((market) => (
              <li key={market.id} className="fl-card">
                <div>
                  <span className="fl-quiet fl-small govuk-body">{market.authority_name}</span>
                  <h2 className="fl-card__title">
                    <Link to={`/markets/${market.id}`} className="govuk-link">
                      {market.name}
                    </Link>
                  </h2>
                  <ul className="fl-facts">
                    <li>{regimeWords[market.regime]}</li>
                    {market.categories.length > 1 ? <li>{market.categories.map((category) => category.name).join(", ")}</li> : null}
                  </ul>
                </div>
                <div className="fl-card__aside">
                  <Tag colour={marketStageColours[market.stage]}>{marketStageWords[market.stage]}</Tag>
                  <p className="govuk-body fl-small fl-quiet govuk-!-margin-top-1 govuk-!-margin-bottom-0">
                    {market.ends_on ? `Ends ${longDay(market.ends_on)}` : "No end date"}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </Page>
      )}
    </Await>
  );
}
