import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { opportunity as opportunityQuery } from "../../api/queries";
import type { Opportunity } from "../../api/types";
import { announce } from "../../govuk/announce";
import { DeadlineFields } from "../../govuk/deadline";
import { type FieldErrors, Form, Submit, TextArea } from "../../govuk/form";
import { fromLondon, longTime, toLondon } from "../../govuk/london";
import { Details } from "../../govuk/show";

const HOUR = 3_600_000;

/** A broker changes the live advert for everybody at once. */
export function Amend({ shown }: { shown: Opportunity }) {
  const cache = useQueryClient();
  const [deadline, setDeadline] = useState(() => toLondon(Date.parse(shown.closes_at) + 24 * HOUR));
  const [reason, setReason] = useState("");
  const closes_at = fromLondon(deadline.day, deadline.time);
  const extend = useAct(
    (body: { closes_at: string; reason: string }, key) =>
      must(api.POST("/api/opportunities/{id}/extend", { params: { path: { id: shown.id } }, body, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(shown.id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        setReason("");
        announce(`Bidding closes ${longTime(after.closes_at)} from now on. Everybody is told.`);
      },
    },
  );
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!closes_at) wrong.closes_at = "Enter a day and a time";
    else if (Date.parse(closes_at) < Date.parse(shown.closes_at) + HOUR)
      wrong.closes_at = `Enter a time at least an hour after ${longTime(shown.closes_at)}`;
    if (!reason.trim()) wrong.reason = "Enter why the deadline is moved";
    if (Object.keys(wrong).length > 0 || !closes_at) return wrong;
    extend.mutate({ closes_at, reason: reason.trim() });
  }
  return (
    <>
      <p className="govuk-body">
        <Link to={`/opportunities/${shown.id}/correct`} className="govuk-link">
          Correct the advert
        </Link>
      </p>
      <Details summary="Move the deadline later">
        <p className="govuk-body">Every provider who was told is told at once, with your reason. Bids stand as they are.</p>
        <Form prefix="extend" error={extend.error} busy={extend.isPending} onSubmit={check}>
          <DeadlineFields value={deadline} onChange={setDeadline} />
          <TextArea
            name="reason"
            label="Why it is moved"
            hint="Providers read this: nothing personal."
            rows={3}
            value={reason}
            onChange={setReason}
          />
          <Submit kind="secondary" busy={extend.isPending}>
            Move the deadline
          </Submit>
        </Form>
      </Details>
    </>
  );
}
