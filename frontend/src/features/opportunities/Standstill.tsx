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

type Verb = "challenge" | "lift-challenge" | "uphold-challenge";

const WORDS: Record<Verb, { label: string; missing: string; act: string; kind?: "secondary" | "warning"; done: string }> = {
  challenge: {
    label: "Who challenges it, and on what ground",
    missing: "Say who challenges it and on what ground",
    act: "Record the challenge",
    kind: "warning",
    done: "The challenge is recorded. The contract waits until it is decided.",
  },
  "lift-challenge": {
    label: "Why the challenge is lifted",
    missing: "Say why it is lifted",
    act: "Lift the challenge",
    done: "The challenge is lifted.",
  },
  "uphold-challenge": {
    label: "Why the challenge is right",
    missing: "Say why it is right",
    act: "Uphold it and set the award aside",
    kind: "warning",
    done: "The award is set aside. Everybody who bid is told.",
  },
};

function useChallenge(id: string, verb: Verb) {
  const cache = useQueryClient();
  return useAct(
    (reason: string, key) =>
      must(
        api.POST(`/api/opportunities/{id}/${verb}`, { params: { path: { id } }, body: { reason }, headers: keyed(key) }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        void cache.invalidateQueries({ queryKey: ["contracts"] });
        announce(WORDS[verb].done);
      },
    },
  );
}

function Challenge({ id, verb }: { id: string; verb: Verb }) {
  const [reason, setReason] = useState("");
  const act = useChallenge(id, verb);
  const words = WORDS[verb];
  return (
    <Form
      prefix={verb}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!reason.trim()) return { reason: words.missing };
        act.mutate(reason.trim());
      }}
    >
      <TextArea
        name="reason"
        label={words.label}
        hint="Read by officers alone, and kept. Nothing about the person."
        rows={3}
        value={reason}
        onChange={setReason}
      />
      <Submit kind={words.kind} busy={act.isPending}>
        {words.act}
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
            one.lifted_reason ? [one.upheld ? "Upheld" : "Lifted", <span key="lifted" className="fl-typed">{one.lifted_reason}</span>] : null,
            one.lifted_by && one.lifted_at ? ["By", <span key="who">{one.lifted_by}, <When at={one.lifted_at} /></span>] : null,
          ]}
        />
      ))}
      {can.includes("challenge") ? (
        <Details summary="Record a challenge">
          <p className="govuk-body">
            It stops the contract from entering the register until somebody who neither recommended nor approved the award decides on it.
          </p>
          <Challenge id={shown.id} verb="challenge" />
        </Details>
      ) : null}
      {can.includes("lift_challenge") ? <Challenge id={shown.id} verb="lift-challenge" /> : null}
      {can.includes("uphold_challenge") ? (
        <Details summary="The challenge is right">
          <p className="govuk-body">
            The award is set aside and no contract comes of it; what it had committed is free again, and everybody who bid is told. The
            need is met by a new package.
          </p>
          <Challenge id={shown.id} verb="uphold-challenge" />
        </Details>
      ) : null}
    </section>
  );
}
