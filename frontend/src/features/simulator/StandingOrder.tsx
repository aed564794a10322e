import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { PAGE_SIZE_MAX } from "../../api/queries";
import { Select } from "../../govuk/form";
import { announce } from "../../govuk/announce";

const admitted = queryOptions({
  queryKey: ["enrolments", "admitted"],
  queryFn: () => must(api.GET("/api/enrolments", { params: { query: { standing: "admitted", page_size: PAGE_SIZE_MAX } } })),
});

/** Providers in the order in which they are asked, for a replay */
export function StandingOrder({ market_id, order, setOrder }: { market_id: string; order: string[]; setOrder: (order: string[]) => void }) {
  const found = useQuery(admitted).data?.items ?? [];
  const names = new Map(found.filter((one) => one.market_id === market_id).map((one) => [one.provider_id, one.provider_name]));
  const left = [...names].filter(([id]) => !order.includes(id)).sort(([, a], [, b]) => a.localeCompare(b));
  const raise = (at: number) => {
    const raised = [...order];
    raised.splice(at - 1, 0, ...raised.splice(at, 1));
    setOrder(raised);
    announce(`${names.get(order[at]!) ?? "The provider"} is now number ${at}.`);
  };
  return (
    <>
      {order.length > 0 ? (
        <ol className="govuk-list govuk-list--number" aria-label="Standing order">
          {order.map((id, at) => (
            <li key={id}>
              {names.get(id) ?? "A provider"}{" "}
              {at > 0 ? (
                <button type="button" className="fl-plain-button" onClick={() => raise(at)}>
                  Move up<span className="govuk-visually-hidden"> {names.get(id)}</span>
                </button>
              ) : null}{" "}
              <button type="button" className="fl-plain-button" onClick={() => setOrder(order.filter((one) => one !== id))}>
                Take out<span className="govuk-visually-hidden"> {names.get(id)}</span>
              </button>
            </li>
          ))}
        </ol>
      ) : null}
      <Select
        name="formula.order"
        label="Add a provider to the standing order"
        hint="For closed opportunities. Who is not in it comes last."
        none="Choose a provider"
        choices={left.map(([value, words]) => ({ value, words }))}
        value=""
        onChange={(id) => id && setOrder([...order, id])}
      />
    </>
  );
}
