import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { carePackage } from "../../api/queries";
import type { Package } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Radios, Submit, TextArea } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Inset, Warning } from "../../govuk/show";

function Record({ shown }: { shown: Package }) {
  const id = shown.id;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [offList, setOffList] = useState("");
  const [reason, setReason] = useState("");
  const act = useAct(
    (body: { provider_off_list: boolean; reason: string }, key) =>
      must(api.POST("/api/packages/{id}/direct-payment", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (recorded) => {
        cache.setQueryData(carePackage(id).queryKey, recorded);
        void cache.invalidateQueries({ queryKey: ["packages"] });
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        void cache.invalidateQueries({ queryKey: ["opportunity", shown.opportunity_id ?? ""] });
        announce("Recorded. No award is made.");
        void navigate(`/packages/${id}`);
      },
    },
  );
  if (!shown.ways.includes("direct_payment")) return <Inset>A Direct Payment cannot be recorded for this package now.</Inset>;
  return (
    <div className="fl-prose">
      <p className="govuk-body">
        The person buys their own care, so the council makes no award. A person who wants a provider that has not joined the market may
        take a Direct Payment too.
      </p>
      {shown.opportunity_id ? (
        <Warning>The opportunity closes at once. Whoever bid is told that no award was made, and not why.</Warning>
      ) : null}
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!offList) return { provider_off_list: "Choose one" };
          if (!reason.trim()) return { reason: "Say what was chosen and why" };
          act.mutate({ provider_off_list: offList === "yes", reason: reason.trim() });
        }}
      >
        <Radios
          name="provider_off_list"
          label="Does the person want a provider that has not joined?"
          choices={[
            { value: "yes", words: "Yes" },
            { value: "no", words: "No", hint: "They use one that has joined, employ somebody themselves, or have not decided." },
          ]}
          value={offList}
          onChange={setOffList}
        />
        <TextArea
          name="reason"
          label="What was chosen, and why"
          labelSize="m"
          hint="Read by officers alone."
          value={reason}
          onChange={setReason}
        />
        <Submit busy={act.isPending}>Record the Direct Payment</Submit>
      </Form>
    </div>
  );
}

export default function DirectPaymentPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(carePackage(id))}>
      {(shown) => (
        <Page title="The person chose a Direct Payment" caption={shown.title} back={{ to: `/packages/${id}`, words: "The package" }}>
          <Record shown={shown} />
        </Page>
      )}
    </Await>
  );
}
