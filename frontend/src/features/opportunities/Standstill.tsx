// The standstill of an award, for officers: when it ends, and what stops it.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { opportunity as opportunityQuery } from "../../api/queries";
import type { Opportunity, Standstill as Shown } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit, TextArea } from "../../govuk/form";
import { Details, SummaryList, When } from "../../govuk/show";
import { standstillWords } from "../../govuk/ways";

function useChallenge(id: string, lift: boolean) {
  const cache = useQueryClient();
  return useAct(
    (reason: string, key) => {
      const options = { params: { path: { id } }, body: { reason }, headers: keyed(key) };
      return must(
        lift ? api.POST("/api/opportunities/{id}/lift-challenge", options) : api.POST("/api/opportunities/{id}/challenge", options),
      );
    },
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        void cache.invalidateQueries({ queryKey: ["contracts"] });
        announce(lift ? "The challenge is lifted." : "The challenge is recorded. The contract waits until it is lifted.");
      },
    },
  );
}

function Challenge({ id, lift }: { id: string; lift: boolean }) {
  const [reason, setReason] = useState("");
  const act = useChallenge(id, lift);
  return (
    <Form
      prefix="challenge"
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!reason.trim()) return { reason: lift ? "Say why it is lifted" : "Say who challenges it and on what ground" };
        act.mutate(reason.trim());
      }}
    >
      <TextArea
        name="reason"
        label={lift ? "Why the challenge is lifted" : "Who challenges it, and on what ground"}
        hint="Read by officers alone, and kept. Nothing about the person."
        rows={3}
        value={reason}
        onChange={setReason}
      />
      <Submit kind={lift ? "secondary" : "warning"} busy={act.isPending}>
        {lift ? "Lift the challenge" : "Record the challenge"}
      </Submit>
    </Form>
  );
}

export function Standstill({ shown, standstill }: { shown: Opportunity; standstill: Shown }) {
  const can = shown.officers?.can ?? [];
  return (
    <section className="fl-box" aria-labelledby="standstill">
      <h2 className="govuk-heading-s" id="standstill">
        Standstill
      </h2>
      <p className="govuk-body">{standstillWords(standstill)}</p>
      {standstill.contract_id ? (
        <p className="govuk-body">
          <Link to={`/contracts/${standstill.contract_id}`} className="govuk-link">
            The contract
          </Link>
        </p>
      ) : null}
      {standstill.challenges.map((one) => (
        <SummaryList
          tight
          key={one.raised_at}
          rows={[
            ["Challenged", <span key="why" className="fl-typed">{one.reason}</span>],
            ["By", <span key="by">{one.raised_by}, <When at={one.raised_at} /></span>],
            one.lifted_reason ? ["Lifted", <span key="lifted" className="fl-typed">{one.lifted_reason}</span>] : null,
            one.lifted_by && one.lifted_at ? ["By", <span key="who">{one.lifted_by}, <When at={one.lifted_at} /></span>] : null,
          ]}
        />
      ))}
      {can.includes("challenge") ? (
        <Details summary="Record a challenge">
          <p className="govuk-body">It stops the contract from entering the register until somebody lifts it.</p>
          <Challenge id={shown.id} lift={false} />
        </Details>
      ) : null}
      {can.includes("lift_challenge") ? <Challenge id={shown.id} lift /> : null}
    </section>
  );
}
