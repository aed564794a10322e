import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { announce } from "../../govuk/announce";
import { AreasField, areasOf, wrongAreas } from "../../govuk/areas";
import { Checkboxes, type FieldErrors, Form, Radios, Select, Submit } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Details, Inset } from "../../govuk/show";
import { type Alerts, type Chosen, hours, inWords, isQuiet } from "./words";

const alertsQuery = queryOptions({ queryKey: ["alerts"], queryFn: () => must(api.GET("/api/alerts")) });

interface Typed {
  which: string;
  categories: string[];
  where: string;
  areas: string;
  how: string;
  digest_hour: string;
  quiet: string;
  quiet_from: string;
  quiet_until: string;
}

const typedOf = (chosen: Chosen): Typed => ({
  which: chosen.categories?.length ? "some" : "all",
  categories: chosen.categories ?? [],
  where: chosen.areas?.length ? "some" : "all",
  areas: (chosen.areas ?? []).join(", "),
  how: chosen.digest_hour == null ? "at_once" : "daily",
  digest_hour: String(chosen.digest_hour ?? 8),
  quiet: chosen.quiet_from == null ? "no" : "yes",
  quiet_from: String(chosen.quiet_from ?? 20),
  quiet_until: String(chosen.quiet_until ?? 7),
});

function Choose({ alerts }: { alerts: Alerts }) {
  const cache = useQueryClient();
  const [typed, setTyped] = useState(() => typedOf(alerts.chosen));
  const set = (name: keyof Typed) => (value: string) => setTyped((before) => ({ ...before, [name]: value }));
  const act = useAct((body: Chosen, key) => must(api.POST("/api/alerts", { body, headers: keyed(key) })), {
    onDone: (after) => {
      cache.setQueryData(alertsQuery.queryKey, after);
      announce(`Saved. ${inWords(after.chosen)}`);
    },
  });
  const several = alerts.categories.length > 1;
  const near = alerts.areas_of_bases.join(", ");
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    const categories = typed.which === "some" ? typed.categories : [];
    const areas = typed.where === "some" ? areasOf(typed.areas) : [];
    const daily = typed.how === "daily";
    const quiet = typed.quiet === "yes";
    const [hour, from, until] = [typed.digest_hour, typed.quiet_from, typed.quiet_until].map(Number) as [number, number, number];
    if (typed.which === "some" && categories.length === 0) wrong.categories = "Choose at least one category, or every category";
    if (typed.where === "some" && areas.length === 0) wrong.areas = "Enter at least one area, like ST16 or ST";
    else wrong.areas = wrongAreas(areas, alerts.areas_max);
    if (quiet && from === until) wrong.quiet_until = "Choose another hour than the one at which they begin";
    else if (quiet && daily && isQuiet(hour, from, until)) wrong.digest_hour = "Choose an hour outside your quiet hours";
    if (Object.values(wrong).some(Boolean)) return wrong;
    act.mutate({
      categories,
      areas,
      digest_hour: daily ? hour : null,
      quiet_from: quiet ? from : null,
      quiet_until: quiet ? until : null,
    });
  }
  return (
    <Form prefix="alerts" error={act.error} busy={act.isPending} onSubmit={check}>
      {several || typed.which === "some" ? (
        <>
          <Radios
            name="which"
            label="Which categories"
            choices={[
              { value: "all", words: "Every category", hint: "Those that you join later too." },
              { value: "some", words: "Some of them" },
            ]}
            value={typed.which}
            onChange={set("which")}
          />
          {typed.which === "some" ? (
            <Checkboxes
              name="categories"
              label="Categories"
              labelSize="s"
              choices={alerts.categories.map((one) => ({ value: one.id, words: `${one.market_name}: ${one.name}` }))}
              values={typed.categories}
              onChange={(categories) => setTyped((before) => ({ ...before, categories }))}
            />
          ) : null}
        </>
      ) : null}
      <Radios
        name="where"
        label="Which areas"
        choices={[
          { value: "all", words: "Everywhere" },
          { value: "some", words: "Some areas" },
        ]}
        value={typed.where}
        onChange={set("where")}
      />
      {typed.where === "some" ? <AreasField name="areas" label="Areas" value={typed.areas} near={near} onChange={set("areas")} /> : null}
      <Radios
        name="how"
        label="When"
        choices={[
          { value: "at_once", words: "At once", hint: "One email for each opportunity, as soon as it is advertised." },
          { value: "daily", words: "Once a day", hint: "One email that lists what is new and still open. An opportunity that opens and closes between two of them is on the board alone." },
        ]}
        value={typed.how}
        onChange={set("how")}
      />
      {typed.how === "daily" ? (
        <Select name="digest_hour" label="At what hour" labelSize="s" hint="London time." choices={hours} value={typed.digest_hour} onChange={set("digest_hour")} />
      ) : null}
      <Radios
        name="quiet"
        label="Quiet hours"
        hint="No email about a new opportunity leaves in them. It leaves when they end, if bids are still taken."
        choices={[
          { value: "no", words: "No quiet hours" },
          { value: "yes", words: "Yes, every day" },
        ]}
        value={typed.quiet}
        onChange={set("quiet")}
      />
      {typed.quiet === "yes" ? (
        <div className="fl-halves">
          <Select name="quiet_from" label="From" labelSize="s" choices={hours} value={typed.quiet_from} onChange={set("quiet_from")} />
          <Select name="quiet_until" label="Until" labelSize="s" choices={hours} value={typed.quiet_until} onChange={set("quiet_until")} />
        </div>
      ) : null}
      <Submit busy={act.isPending}>Save</Submit>
    </Form>
  );
}

export default function AlertsPage() {
  return (
    <Await query={useQuery(alertsQuery)}>
      {(alerts) => (
        <Page title="Your alerts" lead="Which emails you get about new opportunities, and when. Your colleagues choose for themselves." back={{ to: "/opportunities", words: "Opportunities" }}>
          <Inset>{inWords(alerts.chosen)}</Inset>
          <div className="fl-prose">
            <Choose alerts={alerts} />
            <Details summary="What this does not change">
              <p className="govuk-body">
                The <Link to="/opportunities" className="govuk-link">board</Link> always shows every opportunity in your categories, the moment it is advertised.
              </p>
              <p className="govuk-body">
                Emails about what you bid for, results, corrections, withdrawals and your standing always leave at once.
              </p>
            </Details>
          </div>
        </Page>
      )}
    </Await>
  );
}
