// What the provider usually asks, category by category: its own bids begin with it, and nobody else sees it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import type { Offer, StandingRates } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Input, Submit } from "../../govuk/form";
import { longTime } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { wireAmount } from "../../govuk/price";
import { Empty, Inset } from "../../govuk/show";
import { rateWords } from "../../govuk/terms";
import { unitRate } from "../../words";
import { standingRates } from "./queries";

/** Whether a rate there is the provider's to choose */
const hasOwn = (of: StandingRates) => of.lines.some((line) => !line.fixed);

function SetByCouncil({ categories }: { categories: StandingRates[] }) {
  if (categories.length === 0) return null;
  return (
    <>
      <h2 className="govuk-heading-m">Where the council sets every rate</h2>
      <ul className="govuk-list govuk-list--bullet">
        {categories.map((of) => (
          <li key={of.category_id}>
            {of.market_name}: {of.category_name}
          </li>
        ))}
      </ul>
    </>
  );
}

function Category({ of }: { of: StandingRates }) {
  const cache = useQueryClient();
  const lines = of.lines.filter((line) => !line.fixed);
  const [typed, setTyped] = useState(() => Object.fromEntries(of.rates.map(({ key, rate }) => [key, rate])));
  const [saved, setSaved] = useState(false);
  const act = useAct(
    (rates: Offer["rates"], key) =>
      must(
        api.POST("/api/categories/{id}/standing-rates", {
          params: { path: { id: of.category_id } },
          body: { rates },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(standingRates.queryKey, after);
        // Bids that are begun from now on begin with these.
        void cache.invalidateQueries({ queryKey: ["opportunity"] });
        setSaved(true);
        announce(`Your standing rates for ${of.category_name} are saved.`);
      },
    },
  );
  const given = lines.filter((line) => (typed[line.key] ?? "").trim());
  return (
    <section aria-labelledby={`category-${of.category_id}`} className="govuk-!-margin-bottom-8">
      <h2 className="govuk-heading-m govuk-!-margin-bottom-1" id={`category-${of.category_id}`}>
        <span className="govuk-caption-m">{of.market_name}</span> {of.category_name}
      </h2>
      <Form
        prefix={of.category_id}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          const wrong: Record<string, string> = {};
          const rates = given.map((line, at) => {
            const rate = wireAmount(typed[line.key] ?? "");
            if (rate === null) wrong[`rates.${at}.rate`] = `Enter your rate for: ${line.label}. For example, 14.10`;
            return { key: line.key, rate: rate ?? "" };
          });
          if (Object.keys(wrong).length > 0) return wrong;
          act.mutate(rates);
        }}
      >
        {lines.map((line) => {
          const at = given.indexOf(line);
          return (
            <Input
              key={line.key}
              // What is wrong with a rate is told by its place among those that are sent.
              name={at < 0 ? `none.${line.key}` : `rates.${at}.rate`}
              label={line.label}
              labelSize="s"
              hint={`Reference: ${rateWords(line)}`}
              prefix="£"
              suffix={unitRate[line.unit]}
              width={5}
              numeric
              value={typed[line.key] ?? ""}
              onChange={(rate) => {
                setSaved(false);
                setTyped({ ...typed, [line.key]: rate });
              }}
            />
          );
        })}
        <Submit busy={act.isPending}>
          Save<span className="govuk-visually-hidden"> the standing rates for {of.category_name}</span>
        </Submit>
        <p className="govuk-body fl-small fl-quiet">
          {saved ? "Saved. " : ""}
          {of.set_at && of.rates.length > 0 ? `Set ${longTime(of.set_at)}.` : "None set."}
        </p>
      </Form>
    </section>
  );
}

export default function StandingRatesPage() {
  return (
    <Page
      title="Your standing rates"
      lead="What you usually ask. Your bids begin with these rates, and you change what differs each time."
      back={{ to: "/bids", words: "My bids" }}
    >
      <Inset>
        Only your own people who bid see these rates. No council ever does: it reads what you submit, and nothing else. Where a line has no standing
        rate, a bid begins with the rate of your last bid.
      </Inset>
      <div className="fl-prose">
        <Await query={useQuery(standingRates)}>
          {({ categories }) =>
            categories.length === 0 ? (
              <Empty>
                You are in no category yet.{" "}
                <Link to="/markets" className="govuk-link">
                  See the markets that you can join
                </Link>
              </Empty>
            ) : (
              <>
                {categories.filter(hasOwn).map((of) => (
                  <Category key={of.category_id} of={of} />
                ))}
                <SetByCouncil categories={categories.filter((of) => !hasOwn(of))} />
              </>
            )
          }
        </Await>
      </div>
    </Page>
  );
}
