// What a register says of a provider that an officer is to look at. It changes nothing by itself.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAct } from "../api/act";
import { api, keyed, must } from "../api/client";
import type { components } from "../api/schema";
import { announce } from "./announce";
import { Button, ErrorSummary, Form, Submit, TextArea } from "./form";
import { Details, SummaryList, Tag, When } from "./show";

type Shown = components["schemas"]["Concern"];

function Close({ concern }: { concern: Shown }) {
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const act = useAct(
    (body: { reason: string }, key) =>
      must(api.POST("/api/concerns/{id}/close", { params: { path: { id: concern.id } }, body, headers: keyed(key) })),
    {
      onDone: () => {
        announce("The concern is closed. The standing is as it was.");
        void cache.invalidateQueries({ queryKey: ["enrolments"] });
      },
    },
  );
  return (
    <Details summary="Close this concern">
      <Form
        prefix={`concern-${concern.id}`}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!reason.trim()) return { reason: "Enter why nothing more is to be done" };
          act.mutate({ reason: reason.trim() });
        }}
      >
        <TextArea
          name="reason"
          label="Why nothing more is to be done"
          hint="For example, what the provider told you and what you looked at. Name nobody who needs care."
          rows={3}
          value={reason}
          onChange={setReason}
        />
        <Submit kind="secondary" busy={act.isPending}>
          Close it
        </Submit>
      </Form>
    </Details>
  );
}

function Take({ concern }: { concern: Shown }) {
  const cache = useQueryClient();
  const act = useAct(
    (_: null, key) =>
      must(api.POST("/api/concerns/{id}/take", { params: { path: { id: concern.id } }, headers: keyed(key) })),
    {
      onDone: () => {
        announce("The concern is yours.");
        void cache.invalidateQueries({ queryKey: ["enrolments"] });
      },
    },
  );
  return (
    <>
      {act.error ? <ErrorSummary items={[{ words: act.error.message }]} /> : null}
      <Button kind="secondary" aria-disabled={act.isPending || undefined} onClick={() => act.isPending || act.mutate(null)}>
        {act.isPending ? "One moment…" : "Make it mine to see to"}
      </Button>
    </>
  );
}

/** `here` where the page is that of the provider's standing already */
export function Concern({ concern, here = false }: { concern: Shown; here?: boolean }) {
  const Heading = here ? "h3" : "h2";
  return (
    <div className="fl-box">
      <Heading className="govuk-heading-s">
        {concern.title}
        {here ? null : `: ${concern.provider_name}`}{" "}
        {concern.closed_at ? <Tag colour="grey">Closed</Tag> : concern.mine ? <Tag colour="purple">Yours</Tag> : <Tag colour="yellow">Open</Tag>}
      </Heading>
      <p className="govuk-body fl-prose">{concern.words}</p>
      <SummaryList
        tight
        rows={[
          ["Register", `${concern.register}, ${concern.number}`],
          ["First read", <When key="read" at={concern.found_at} />],
          ["Seen to by", concern.owner ?? "Nobody yet"],
          concern.closed_at
            ? ["Closed", <span key="closed"><When at={concern.closed_at} />{concern.closed_by ? `, by ${concern.closed_by}` : null}</span>]
            : null,
          concern.reason ? ["Why", <span key="why" className="fl-typed">{concern.reason}</span>] : null,
        ]}
      />
      {here || concern.closed_at ? null : (
        <p className="govuk-body">
          <Link to={`/enrolments/${concern.enrolment_id}/standing`} className="govuk-link">
            The standing of {concern.provider_name}, and what can be done about it
          </Link>
        </p>
      )}
      {concern.may_take ? <Take concern={concern} /> : null}
      {concern.may_close ? <Close concern={concern} /> : null}
    </div>
  );
}
