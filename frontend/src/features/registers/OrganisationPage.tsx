// A provider's own organisation: the numbers under which others know it, and what the registers say of them.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import type { components } from "../../api/schema";
import { announce } from "../../govuk/announce";
import { Button, Form, Input, Submit } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Says } from "../../govuk/register-says";
import { Done, Inset, SummaryList } from "../../govuk/show";
import { organisation } from "./queries";

type Organisation = components["schemas"]["Organisation"];

const LOCATIONS_MAX = 20;

function typedOf({ identifiers }: Organisation) {
  return {
    companies_house_number: identifiers.companies_house_number ?? "",
    charity_number: identifiers.charity_number ?? "",
    ppon: identifiers.ppon ?? "",
    cqc_provider_id: identifiers.cqc_provider_id ?? "",
    cqc_locations: identifiers.cqc_locations.length > 0 ? identifiers.cqc_locations : [""],
  };
}

function Change({ page }: { page: Organisation }) {
  const cache = useQueryClient();
  const [typed, setTyped] = useState(() => typedOf(page));
  const set = (field: Exclude<keyof typeof typed, "cqc_locations">) => (value: string) =>
    setTyped((before) => ({ ...before, [field]: value }));
  const setLocations = (cqc_locations: string[]) => setTyped((before) => ({ ...before, cqc_locations }));
  const save = useAct(
    (body: typeof typed, key) => must(api.POST("/api/organisation/identifiers", { body, headers: keyed(key) })),
    {
      onDone: (now) => {
        cache.setQueryData(organisation.queryKey, now);
        setTyped(typedOf(now));
        announce("Saved. The registers are asked about new numbers within minutes, once you are in a market.");
      },
    },
  );
  return (
    <>
      {save.isSuccess ? <Done title="Your identifiers are saved" /> : null}
      <Form error={save.error} busy={save.isPending} onSubmit={() => save.mutate(typed)}>
        <Input
          name="companies_house_number"
          label="Companies House number"
          hint="Eight characters, such as 01234567 or SC123456. Leave out what you do not have."
          width={10}
          value={typed.companies_house_number}
          onChange={set("companies_house_number")}
        />
        <Input
          name="charity_number"
          label="Charity number"
          hint="1234567, or 1234567-1 for a linked charity; SC012345 in Scotland; NIC100001 in Northern Ireland"
          width={20}
          value={typed.charity_number}
          onChange={set("charity_number")}
        />
        <Input
          name="ppon"
          label="Public Procurement Organisation Number (PPON)"
          hint="As the central digital platform shows it, such as PABC-1234-DEFG"
          width={20}
          value={typed.ppon}
          onChange={set("ppon")}
        />
        <Input
          name="cqc_provider_id"
          label="CQC provider ID"
          hint="1- and 9 to 11 digits, such as 1-123456789"
          width={20}
          value={typed.cqc_provider_id}
          onChange={set("cqc_provider_id")}
        />
        <fieldset className="govuk-fieldset">
          <legend className="govuk-fieldset__legend govuk-fieldset__legend--s">CQC locations</legend>
          <p className="govuk-hint">Ratings belong to locations: give those from which you serve people in these markets.</p>
          {typed.cqc_locations.map((location, at) => (
            <Input
              key={at}
              name={`cqc_locations[${at}]`}
              label={`Location ${at + 1}`}
              width={20}
              value={location}
              onChange={(value) => setLocations(typed.cqc_locations.map((one, place) => (place === at ? value : one)))}
            />
          ))}
          {typed.cqc_locations.length < LOCATIONS_MAX ? (
            <Button kind="secondary" onClick={() => setLocations([...typed.cqc_locations, ""])}>
              Add another location
            </Button>
          ) : null}
        </fieldset>
        <Submit busy={save.isPending}>Save</Submit>
      </Form>
    </>
  );
}

export default function OrganisationPage() {
  return (
    <Await query={useQuery(organisation)}>
      {(page) => (
        <Page
          title={page.name}
          caption="Your organisation"
          lead="The numbers under which public registers know you, and what they say. Councils whose markets you are in see the same; other providers do not."
          back={{ to: "/enrolments", words: "Your standing" }}
        >
          <div className="fl-prose">
            <h2 className="govuk-heading-m">Identifiers</h2>
            {page.may_change ? (
              <Change page={page} />
            ) : (
              <>
                <SummaryList
                  rows={[
                    ["Companies House number", page.identifiers.companies_house_number ?? "None given"],
                    ["Charity number", page.identifiers.charity_number ?? "None given"],
                    ["PPON", page.identifiers.ppon ?? "None given"],
                    ["CQC provider ID", page.identifiers.cqc_provider_id ?? "None given"],
                    ["CQC locations", page.identifiers.cqc_locations.join(", ") || "None given"],
                  ]}
                />
                <Inset>Your organisation’s administrator can change these.</Inset>
              </>
            )}
          </div>
          <h2 className="govuk-heading-m">What the registers say</h2>
          <Says list={page.says} unasked={page.unasked} own />
          <p className="govuk-body fl-prose">
            Something is wrong? Ask the register itself to correct it: it is read again within a day.
          </p>
        </Page>
      )}
    </Await>
  );
}
