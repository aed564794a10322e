import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { interestRegister } from "../../api/queries";
import type { InterestRegister, OfficerInterest } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Input, Select, Submit, TextArea } from "../../govuk/form";
import { longDay } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Details, Empty, SummaryList, Tag, When } from "../../govuk/show";

function useShown() {
  const cache = useQueryClient();
  return (register: InterestRegister) => {
    cache.setQueryData(interestRegister.queryKey, register);
    void cache.invalidateQueries({ queryKey: ["opportunity"] });
    void cache.invalidateQueries({ queryKey: ["approvals"] });
  };
}

function Declare({ register }: { register: InterestRegister }) {
  const shown = useShown();
  const [provider, setProvider] = useState("");
  const [nature, setNature] = useState("");
  const [since, setSince] = useState("");
  const act = useAct(
    (body: { provider_id: string; nature: string; since: string }, key) =>
      must(api.POST("/api/interests", { body, headers: keyed(key) })),
    {
      onDone: (next) => {
        shown(next);
        setProvider("");
        setNature("");
        setSince("");
        announce("The interest is on the register.");
      },
    },
  );
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="declare">
      <h2 className="govuk-heading-m" id="declare">
        Declare an interest
      </h2>
      <Form
        error={act.error}
        busy={act.isPending}
        prefix="declare"
        onSubmit={() => {
          if (!provider) return { provider_id: "Choose the provider" };
          if (!nature.trim()) return { nature: "Say what the interest is" };
          if (!since) return { since: "Enter the day on which it began" };
          act.mutate({ provider_id: provider, nature: nature.trim(), since });
        }}
      >
        <Select
          name="provider_id"
          label="Provider"
          labelSize="s"
          choices={register.providers.map((one) => ({ value: one.id, words: one.name }))}
          value={provider}
          onChange={setProvider}
        />
        <TextArea
          name="nature"
          label="What it is"
          labelSize="s"
          hint="Such as shares, work, or somebody close to you who works there. You, procurement and auditors can read it."
          value={nature}
          onChange={setNature}
          rows={3}
        />
        <Input name="since" type="date" label="Since" labelSize="s" hint="Today or an earlier day." value={since} onChange={setSince} width={10} />
        <Submit busy={act.isPending}>Declare it</Submit>
      </Form>
    </section>
  );
}

function End({ entry }: { entry: OfficerInterest }) {
  const shown = useShown();
  const [on, setOn] = useState("");
  const id = entry.id;
  const act = useAct(
    (body: { on: string }, key) =>
      must(api.POST("/api/interests/{id}/end", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (next) => {
        shown(next);
        announce("The interest has ended. It stays on the register.");
      },
    },
  );
  return (
    <Details summary={`It has ended: ${entry.provider_name}`}>
      <Form
        error={act.error}
        busy={act.isPending}
        prefix={`end-${id}`}
        onSubmit={() => {
          if (!on) return { on: "Enter its last day" };
          act.mutate({ on });
        }}
      >
        <Input name="on" type="date" label="Its last day" labelSize="s" value={on} onChange={setOn} width={10} />
        <Submit busy={act.isPending}>End it</Submit>
      </Form>
    </Details>
  );
}

function Entry({ entry, named }: { entry: OfficerInterest; named: boolean }) {
  return (
    <li className="fl-card fl-card--single">
      <div>
        <h3 className="fl-card__title">
          {entry.provider_name} {entry.ended_on ? <Tag colour="grey">Ended</Tag> : <Tag colour="orange">Stands</Tag>}
        </h3>
        <SummaryList
          tight
          rows={[
            named ? ["Officer", entry.officer_name] : null,
            ["What it is", <span key="nature" className="fl-typed">{entry.nature}</span>],
            ["Since", longDay(entry.since)],
            entry.ended_on ? ["Last day", longDay(entry.ended_on)] : null,
            ["Declared", <When key="at" at={entry.declared_at} />],
          ]}
        />
        {named || entry.ended_on ? null : <End entry={entry} />}
      </div>
    </li>
  );
}

export default function InterestsPage() {
  return (
    <Await query={useQuery(interestRegister)}>
      {(register) => (
        <Page
          title="Your register of interests"
          lead="Wherever a provider bids in which you have an interest, you neither evaluate, recommend nor approve."
          back={{ to: "/approvals", words: "Approvals" }}
        >
          {register.own.length === 0 ? (
            <Empty>You have declared no interest in a provider.</Empty>
          ) : (
            <ul className="fl-list">
              {register.own.map((entry) => (
                <Entry key={entry.id} entry={entry} named={false} />
              ))}
            </ul>
          )}
          <Declare register={register} />
          {register.everybody ? (
            <section aria-labelledby="everybody">
              <h2 className="govuk-heading-m govuk-!-margin-top-6" id="everybody">
                Everybody’s register
              </h2>
              {register.everybody.length === 0 ? (
                <Empty>Nobody has declared an interest in a provider.</Empty>
              ) : (
                <ul className="fl-list">
                  {register.everybody.map((entry) => (
                    <Entry key={entry.id} entry={entry} named />
                  ))}
                </ul>
              )}
            </section>
          ) : null}
        </Page>
      )}
    </Await>
  );
}
